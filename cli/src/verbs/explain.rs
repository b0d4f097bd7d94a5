//! `goldcast explain`: the chain of rules from the policy to an account, ending in yes or in the first fact that says no.

use clap::Args;
use goldcast_domain::{AccountId, FamilyName, ImageRef, RegionId, Scope};
use goldcast_planner::{Explanation, Question, Subject, explain};
use serde_json::{Value, json};

use super::connection::ConnectionArguments;
use super::teller::Teller;
use super::trouble::Trouble;
use super::{report, run, scope};
use crate::exit::Exit;
use crate::ink::{BAD, CAREFUL, GOOD, SOFT, paint};

/// Who, what and where.
#[derive(Debug, Args)]
#[command(
    after_help = help!(
"Examples:\n  goldcast explain --account 2000000000000007\n  goldcast explain --account 2000000000000007 --family corp-linux --region cn-shanghai\n  \
                        goldcast explain --account 2000000000000007 --image cn-hangzhou/m-bp1gold0001 --json\n\n\
                        --json prints question, steps, can_launch, failures and reads.\n\nExit codes:\n  0  yes, it can launch it\n  1  the policy has mistakes, or the cloud refused\n  2  no keys, no file, no such family, a wrong argument\n  4  no\n  5  unknown: what decides it could not be read"
)
)]
pub(crate) struct ExplainArguments {
    /// Who wants to launch
    #[arg(long, value_name = "ID")]
    account: AccountId,
    /// By which family [default: the policy's, if it has only one]
    #[arg(long, value_name = "NAME", conflicts_with = "image")]
    family: Option<FamilyName>,
    /// Which image
    #[arg(long, value_name = "REGION/ID", value_parser = scope::image)]
    image: Option<ImageRef>,
    /// Where [default: the image's region, else the home region]
    #[arg(long, value_name = "REGION")]
    region: Option<RegionId>,
    #[command(flatten)]
    connection: ConnectionArguments,
}

impl ExplainArguments {
    /// Looks and tells.
    pub(crate) fn run(self) -> Exit {
        run(self.connection.json, self.look())
    }

    async fn look(&self) -> Result<Exit, Trouble> {
        let teller = Teller::new(self.connection.json);
        let policy = self.connection.policy()?;
        let question = self.question(&policy)?;
        let connection = self.connection.connect(policy).await?;
        let look = connection.engine.look(Scope::Everything, connection.deadline());
        let looked = teller.during("looking", look).await;
        let now = connection.clock().now();
        let explanation = explain(connection.policy(), &looked.seen, now, &question);
        let (failures, calls) = (&looked.report.failures, connection.calls());
        if self.connection.json {
            let mut object = json!(explanation);
            if let Value::Object(members) = &mut object {
                // One way to write members in everything that the verbs print.
                if let Some(answer) = members.remove("can-launch") {
                    members.insert("can_launch".to_owned(), answer);
                }
                members.insert("failures".to_owned(), json!(failures));
                members.insert("reads".to_owned(), json!(calls.reads()));
            }
            teller.result(&object);
        } else {
            tell(&teller, &explanation);
            report::tell_failures(&teller, failures);
            let reads = report::calls_in_words(calls.reads(), "read");
            teller.line(paint(SOFT, reads));
        }
        Ok(match explanation.can_launch {
            Some(true) => Exit::Done,
            Some(false) => Exit::Forbidden,
            None => Exit::Unknown,
        })
    }

    fn question(&self, policy: &goldcast_domain::PolicyFile) -> Result<Question, Trouble> {
        let home = &policy.owner.home_region;
        let region = self.region.as_ref().or(self.image.as_ref().map(|image| &image.region));
        let region = region.unwrap_or(home).clone();
        let what = match (&self.image, &self.family) {
            (Some(image), _) => Subject::Image(image.clone()),
            (None, Some(family)) => Subject::Family(family.clone()),
            (None, None) => Subject::Family(only_family(policy)?),
        };
        let account = self.account.clone();
        Ok(Question { account, what, region })
    }
}

/// The family, where there is no other.
fn only_family(policy: &goldcast_domain::PolicyFile) -> Result<FamilyName, Trouble> {
    let mut families = policy.policies.values().map(|policy| &policy.family);
    match (families.next(), families.next()) {
        (Some(family), None) => Ok(family.clone()),
        (_, _) => Err(Trouble::WhichFamily {
            known: policy
                .policies
                .values()
                .map(|policy| policy.family.to_string())
                .collect(),
        }),
    }
}

/// The chain in the planner's words, with its marks in colour.
fn tell(teller: &Teller, explanation: &Explanation) {
    for line in explanation.to_string().lines() {
        let style = match line.split(' ').next() {
            Some("yes") => GOOD,
            Some("no") => BAD,
            Some(_) | None => CAREFUL,
        };
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        teller.line(format_args!("{} {rest}", paint(style, mark)));
    }
}
