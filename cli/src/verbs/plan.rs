//! `goldcast plan`: looks, and says what the next run would do. It changes nothing.

use clap::Args;

use super::connection::ConnectionArguments;
use super::scope::ScopeArguments;
use super::teller::Teller;
use super::trouble::Trouble;
use super::{report, run};
use crate::exit::Exit;

/// Where to look.
#[derive(Debug, Args)]
#[command(
    after_help = help!(
"Examples:\n  goldcast plan\n  goldcast plan --account 2000000000000007\n  \
                        goldcast plan --json | jq -r '.blocks[].block'\n  goldcast plan --endpoints world.json   # a simulated cloud, by goldcast dev --json\n\n\
                        --json prints scope, actions, waits, blocks, failures, reads and writes.\n\nExit codes:\n  0  nothing to do and nothing to wait for\n  1  something could not be read, or the policy has mistakes\n  2  no keys, no file, a wrong argument\n  3  there is something to do or to wait for\n  4  something is blocked and needs a person"
)
)]
pub(crate) struct PlanArguments {
    #[command(flatten)]
    scope: ScopeArguments,
    #[command(flatten)]
    connection: ConnectionArguments,
}

impl PlanArguments {
    /// Looks and tells.
    pub(crate) fn run(self) -> Exit {
        run(self.connection.json, self.look())
    }

    async fn look(&self) -> Result<Exit, Trouble> {
        let teller = Teller::new(self.connection.json);
        let connection = self.connection.connect(self.connection.policy()?).await?;
        let scope = self.scope.scope();
        let look = connection.engine.look(scope.clone(), connection.deadline());
        let looked = teller.during("looking", look).await;
        let calls = connection.calls();
        if self.connection.json {
            let failures = &looked.report.failures;
            teller.result(&report::plan_as_json(&scope, &looked.plan, failures, &calls));
        } else {
            report::tell_plan(&teller, &looked.plan);
            report::tell_failures(&teller, &looked.report.failures);
            report::tell_counts(&teller, &looked.plan, &calls);
        }
        Ok(report::exit(&looked.plan, &looked.report))
    }
}
