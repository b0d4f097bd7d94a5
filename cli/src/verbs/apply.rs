//! `goldcast apply`: shows the plan, asks, and does what the sweep would do, once. It tells nobody unless it is told to:
//! the next sweep does.

use clap::Args;
use goldcast_domain::policy::{Brake, Brakes};
use goldcast_engine::{Finished, HttpAnnouncer, Reach, Right};
use serde_json::json;

use super::connection::{Connection, ConnectionArguments, PRIVATE_WEBHOOKS, variable};
use super::scope::ScopeArguments;
use super::teller::Teller;
use super::trouble::Trouble;
use super::watching::{Tried, watch};
use super::{report, run};
use crate::exit::Exit;
use crate::ink::{CAREFUL, SOFT, count, paint};

/// What to do, and how far.
#[derive(Debug, Args)]
#[command(
    after_help = help!(
"It looks again right before it acts, so that what it does is right then, even if it is not what it showed.\n\nExamples:\n  goldcast apply\n  goldcast apply --yes --json | jq .done\n  goldcast apply --allow-removals 40   # the brake held, and you looked at who loses access\n\n\
                        --json prints what plan --json prints, of what is left, and tried, done, told, untold and stopped_early.\n\nExit codes:\n  0  done, and nothing is left\n  1  something did not work, or the policy has mistakes\n  2  no keys, no file, a wrong argument, nobody to ask\n  3  something is left to do or to wait for\n  4  something is blocked and needs a person"
)
)]
pub(crate) struct ApplyArguments {
    #[command(flatten)]
    scope: ScopeArguments,
    /// Let so many accounts lose access and so many releases leave, whatever the policy's brakes say
    #[arg(long, value_name = "N")]
    allow_removals: Option<usize>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Tell the policy's channels what is true now; only where no sweep runs, which does it anyway
    #[arg(long)]
    tell: bool,
    #[command(flatten)]
    connection: ConnectionArguments,
}

impl ApplyArguments {
    /// Shows, asks, does.
    pub(crate) fn run(self) -> Exit {
        run(self.connection.json, self.carry_out())
    }

    async fn carry_out(&self) -> Result<Exit, Trouble> {
        let teller = Teller::new(self.connection.json);
        let mut connection = self.connection.connect(self.connection.policy()?).await?;
        if let Some(allowed) = self.allow_removals {
            let (accounts, releases) = (Brake::Count(allowed), Brake::Count(allowed));
            connection = connection.braked_by(Brakes { accounts, releases });
        }
        let look = connection.engine.look(self.scope.scope(), connection.deadline());
        let looked = teller.during("looking", look).await;
        report::tell_plan(&teller, &looked.plan);
        if looked.plan.actions.is_empty() && !self.tell {
            return Ok(self.end(&teller, &connection, &looked, Vec::new()));
        }
        let question = format!("Do {}?", count(looked.plan.actions.len(), "action"));
        if !teller.confirm(&question, self.yes)? {
            teller.line("Nothing was done.");
            return Ok(Exit::Pending);
        }
        teller.heading("Doing");
        let work = connection
            .engine
            .run(self.scope.scope(), Right::SweepOnly, connection.deadline());
        let (mut finished, tried) = watch(&teller, work).await;
        if self.tell {
            self.announce(&teller, &connection, &mut finished).await?;
        }
        teller.line("");
        Ok(self.end(&teller, &connection, &finished, tried))
    }

    async fn announce(&self, teller: &Teller, connection: &Connection, finished: &mut Finished) -> Result<(), Trouble> {
        let reach = match variable(PRIVATE_WEBHOOKS).as_deref() {
            Some("allow") => Reach::PrivateToo,
            Some(_) | None => Reach::Public,
        };
        let announcer = HttpAnnouncer::over_http(variable, reach)?;
        let telling = announcer.announce(&connection.engine, finished, connection.deadline());
        teller.during("telling", telling).await;
        for untold in &finished.report.untold {
            teller.line(format_args!("{} {untold}", paint(CAREFUL, "not told:")));
        }
        Ok(())
    }

    /// Tells what came of it.
    fn end(&self, teller: &Teller, connection: &Connection, finished: &Finished, tried: Tried) -> Exit {
        let (plan, done, calls) = (&finished.plan, &finished.report, connection.calls());
        if self.connection.json {
            let mut object = report::plan_as_json(&self.scope.scope(), plan, &done.failures, &calls);
            if let Some(members) = object.as_object_mut() {
                members.insert("tried".to_owned(), json!(tried));
                members.insert("done".to_owned(), json!(done.done));
                members.insert("told".to_owned(), json!(done.told));
                members.insert("untold".to_owned(), json!(done.untold));
                members.insert("stopped_early".to_owned(), json!(done.stopped_early));
            }
            teller.result(&object);
        } else {
            if !tried.is_empty() {
                report::tell_plan(teller, plan);
            }
            report::tell_failures(teller, &done.failures);
            if done.stopped_early {
                teller.line(paint(
                    CAREFUL,
                    "The time was up; run it again, or let the next sweep go on.",
                ));
            }
            let did: u32 = done.done.values().sum();
            let did = count(usize::try_from(did).unwrap_or(usize::MAX), "action");
            let reads = report::calls_in_words(calls.reads(), "read");
            let writes = report::calls_in_words(calls.writes(), "write");
            teller.line(paint(SOFT, format_args!("{did} done; {reads} and {writes}")));
        }
        report::exit(plan, done)
    }
}
