//! `goldcast doctor`: looks at a live set-up and says what is wrong with it. It changes nothing and posts nothing.
//!
//! What should be there comes from the template and the policy; each file looks at one part. Not here: whether the images are as
//! the policy wants them, which `goldcast plan` looks at.

mod canaries;
mod channels;
mod directory;
mod encryption;
mod events;
mod expected;
mod finding;
mod functions;
mod grants;
mod id;
mod identity;
mod json;
mod pattern;
mod picture;
mod probe;
mod quotas;
mod regions;
mod rights;
mod roles;
mod wildcard;

use clap::Args;
use goldcast_cloud::{Client, Deadline, HttpTransport};
use goldcast_domain::PolicyFile;
use jiff::Timestamp;

use self::canaries::CanaryArguments;
use self::expected::Expected;
use self::finding::{Findings, Severity};
use super::connection::{Connection, ConnectionArguments};
use super::run;
use super::teller::Teller;
use super::trouble::Trouble;
use crate::exit::Exit;

/// What to look at.
#[derive(Debug, Args)]
#[command(
    after_help = help!(
"Examples:\n  goldcast doctor\n  goldcast doctor --all\n  goldcast doctor --canary 2000000000000007\n  goldcast doctor --json | jq '.findings[] | select(.severity != \"ok\")'\n  \
                        goldcast doctor --probe > report.json\n\n\
                        It changes nothing and posts nothing. docs/doctor.md has every finding, and the permissions that looking needs.\n\n\
                        Exit codes:\n  0  nothing is wrong\n  1  something does not work\n  2  no keys, no file, a wrong argument\n  3  it works, and something is lost: time, safety or room\n  5  something could not be looked at")
)]
pub(crate) struct DoctorArguments {
    /// What the names of functions, roles and rules begin with: the stack's parameter `NamePrefix`
    #[arg(long, value_name = "PREFIX", default_value = "goldcast")]
    prefix: String,
    /// Show what is as it should be, too
    #[arg(long)]
    all: bool,
    /// Ask a live account what no document says, by harmless calls, and print a report to send back
    #[arg(long, conflicts_with = "all")]
    probe: bool,
    #[command(flatten)]
    canaries: CanaryArguments,
    #[command(flatten)]
    connection: ConnectionArguments,
}

/// What every check looks through.
struct Look<'a> {
    connection: &'a Connection,
    client: &'a Client<HttpTransport>,
    policy: &'a PolicyFile,
    expected: &'a Expected,
    /// The owner.
    account: &'a str,
    /// The home region.
    home: &'a str,
    prefix: &'a str,
    now: Timestamp,
    /// Until when all of it may take.
    deadline: Deadline,
}

impl Look<'_> {
    /// What mends whatever the template makes.
    fn deploy_again(&self) -> String {
        format!("deploy again: goldcast deploy --stack {}", self.prefix)
    }
}

impl DoctorArguments {
    /// Looks and tells.
    pub(crate) fn run(self) -> Exit {
        run(self.connection.json, self.examine())
    }

    async fn examine(&self) -> Result<Exit, Trouble> {
        let teller = Teller::new(self.connection.json || self.probe);
        let policy = self.connection.policy()?;
        let expected = Expected::of(&policy, &self.prefix)?;
        let connection = self.connection.open(policy).await?;
        let policy = connection.policy();
        let look = Look {
            connection: &connection,
            client: connection.client(),
            policy,
            expected: &expected,
            account: policy.owner.account.as_str(),
            home: policy.owner.home_region.as_str(),
            prefix: &self.prefix,
            now: connection.clock().now(),
            deadline: connection.deadline(),
        };
        if self.probe {
            let report = teller.during("asking", probe::ask(&look)).await;
            teller.result(&report);
            return Ok(Exit::Done);
        }
        let mut findings = Findings::new();
        teller
            .during("looking", checks(&look, &self.canaries, &mut findings))
            .await;
        let calls = connection.calls();
        if self.connection.json {
            teller.result(&picture::as_json(&findings, &calls));
        } else {
            picture::tell(&teller, &findings, self.all, &calls);
        }
        Ok(match findings.worst() {
            Severity::Ok | Severity::Note => Exit::Done,
            Severity::Warning => Exit::Pending,
            Severity::Unknown => Exit::Unknown,
            Severity::Error => Exit::Failed,
        })
    }
}

async fn checks(look: &Look<'_>, canaries: &CanaryArguments, findings: &mut Findings) {
    if !identity::check(look, findings).await {
        return;
    }
    regions::check(look, findings).await;
    let members = directory::check(look, findings).await;
    roles::check(look, findings).await;
    encryption::check(look, findings).await;
    quotas::check(look, members.as_deref(), findings).await;
    functions::check(look, findings).await;
    events::check(look, findings).await;
    channels::check(look, findings).await;
    canaries::check(look, canaries, findings).await;
}
