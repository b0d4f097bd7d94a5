//! `goldcast deploy`: everything that goldcast needs in the owner's account, from the template. Not here: what a template means
//! (`goldcast-template`), and the packages (`package`).
//!
//! Looking comes first and changes nothing; what would be done is told with the vendor's own commands, so that whoever may not
//! run this can hand them to somebody who may.

mod bootstrap;
mod commands;
mod cost;
mod foundation;
mod parameters;
mod plan;
mod stack;
mod target;
mod telling;
mod waiting;

use std::path::PathBuf;

use clap::Args;

use super::connection::{Connection, ConnectionArguments};
use super::teller::Teller;
use super::trouble::Trouble;
use crate::exit::Exit;
use crate::ink::{GOOD, paint};
use crate::verbs::run;
use plan::Plan;
use target::Target;

/// What to deploy, and where to.
#[derive(Debug, Args)]
#[command(after_help = help!(
    "Examples:\n  goldcast deploy --plan --code-bucket corp-goldcast\n  goldcast deploy --code-bucket corp-goldcast\n  \
     goldcast deploy --code-bucket corp-goldcast --parameters secrets.json --parameters SweepSchedule='@every 10m'\n\n\
     It makes what a stack cannot make (service-linked roles, the bus for events of other regions, the bucket), uploads the \
     packages that `goldcast package` wrote, and creates or updates the stack in the home region of the policy. Doing it again \
     changes nothing. Without keys, --plan tells what the template alone says.\n\n\
     Exit codes: 0 deployed, or nothing to do, 1 the cloud refused or a part failed, 2 something that is needed is missing, \
     3 planned, or not confirmed."
))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub(crate) struct DeployArguments {
    /// Say what would be done, what it costs and by which commands; change nothing
    #[arg(long)]
    plan: bool,
    /// The stack's name
    #[arg(long, value_name = "NAME", default_value = "goldcast")]
    stack: String,
    /// The bucket of the home region that holds the packages
    #[arg(long, value_name = "BUCKET")]
    code_bucket: Option<String>,
    /// A value of the template's parameters, or a JSON file of such values; repeatable, later ones count
    #[arg(long, value_name = "FILE|KEY=VALUE")]
    parameters: Vec<String>,
    /// The folder that `goldcast package` wrote
    #[arg(long, value_name = "DIR", default_value = "packages")]
    packages: PathBuf,
    /// Leave out the functions and their triggers, for those who deploy them with s.yaml
    #[arg(long)]
    foundation: bool,
    /// Print the template that would be sent, and nothing else
    #[arg(long, conflicts_with = "plan")]
    print_template: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    connection: ConnectionArguments,
}

impl DeployArguments {
    /// Looks, asks, does.
    pub(crate) fn run(self) -> Exit {
        run(self.connection.json, self.carry_out())
    }

    async fn carry_out(&self) -> Result<Exit, Trouble> {
        let teller = Teller::new(self.connection.json);
        if self.print_template {
            teller.line(target::text(self.foundation).trim_end());
            return Ok(Exit::Done);
        }
        let policy = self.connection.policy()?;
        let target = Target::find(self, &policy)?;
        let connection = match self.connection.connect(policy).await {
            Ok(connection) => Some(connection),
            // Somebody who has no keys yet wants to know what they would be for.
            Err(Trouble::Keys(_)) if self.plan => None,
            Err(trouble) => return Err(trouble),
        };
        let looking = Plan::look(&target, connection.as_ref());
        let plan = teller.during("looking", looking).await?;
        telling::tell(&teller, &plan, &target);
        stack::check(&plan, &target)?;
        let nothing = plan.is_done();
        if self.plan || nothing {
            teller.result(&telling::as_json(&plan, &target));
            return Ok(if nothing { Exit::Done } else { Exit::Pending });
        }
        let Some(connection) = connection else {
            return Ok(Exit::Unable);
        };
        if !teller.confirm("Deploy?", self.yes)? {
            teller.line("Nothing was done.");
            return Ok(Exit::Pending);
        }
        deploy(&teller, &connection, &plan, &target).await
    }
}

async fn deploy(teller: &Teller, connection: &Connection, plan: &Plan, target: &Target) -> Result<Exit, Trouble> {
    teller.heading("Deploying");
    let client = connection.client();
    for step in plan.bootstrap.iter().filter(|step| !step.is_there()) {
        step.take(client, target, connection.deadline()).await?;
        teller.line(format_args!("  {} {} is made", paint(GOOD, "✓"), step.what));
    }
    if !plan.code_is_there {
        for (name, body) in &target.packages {
            stack::upload(client, target, name, body, connection.deadline()).await?;
            teller.line(format_args!("  {} {name} is uploaded", paint(GOOD, "✓")));
        }
    }
    let Some(id) = stack::begin(connection, plan, target).await? else {
        teller.line("  The stack is as it should be.");
        return Ok(Exit::Done);
    };
    let end = waiting::wait(teller, client, target, &id).await?;
    waiting::tell_end(teller, client, target, &end).await
}
