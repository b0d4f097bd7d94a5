//! Why an account can or cannot launch an image: the chain of rules from the policy to the account, ending in yes or in the
//! first fact that says no, with what would change it. Not here: deciding; every fact is read from what the rules decide.
//!
//! ```
//! use goldcast_domain::{PolicyFile, Scope};
//! use goldcast_planner::{Observed, Question, Subject, explain};
//!
//! let policy = PolicyFile::from_json(
//!     r#"{"owner": {"account": "1234567890123456", "home-region": "cn-hangzhou"},
//!         "policy": [{"name": "base-linux", "family": "corp-linux", "select": {"tags": {"golden": "corp-linux"}},
//!                     "regions": ["cn-shanghai"], "share": {"accounts": ["2234567890123456"]}}]}"#,
//! )?;
//! let question = Question {
//!     account: "2234567890123456".parse()?,
//!     what: Subject::Family("corp-windows".parse()?),
//!     region: "cn-shanghai".parse()?,
//! };
//! let explanation = explain(&policy, &Observed::new(Scope::Everything), "2026-03-02T08:00:00Z".parse()?, &question);
//! assert_eq!(explanation.can_launch, Some(false));
//! assert_eq!(
//!     explanation.to_string(),
//!     "no   no policy releases into the family corp-windows. To change it: name the family in a policy\n\
//!      no   account 2234567890123456 cannot launch corp-windows in cn-shanghai\n"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod account;
mod chain;
mod fact;
mod release;

use goldcast_domain::{AccountId, FamilyName, ImageRef, PolicyFile, RegionId};
use jiff::Timestamp;
use serde::Serialize;

pub use fact::Fact;
pub(crate) use fact::Remedy;

use crate::Observed;
use crate::rules::View;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Who wants to launch.
    pub account: AccountId,
    /// What they launch by.
    pub what: Subject,
    /// Where.
    pub region: RegionId,
}

/// What is launched by: an image's id, or a family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// This image, or, asked about another region, its release's image there.
    Image(ImageRef),
    /// Whatever the family resolves to.
    Family(FamilyName),
}

/// The chain of rules from the policy to the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Explanation {
    /// What was asked.
    pub question: Question,
    /// The facts in order; one that says no is the last.
    pub steps: Vec<Step>,
    /// Whether the account can launch it now; unknown where a fact is and none says no.
    pub can_launch: Option<bool>,
}

/// One fact of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Whether it lets the account launch; nothing where that is unknown.
    pub holds: Option<bool>,
    /// The fact.
    #[serde(flatten)]
    pub fact: Fact,
    /// What would change it, where something can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
}

/// Answers whether an account can launch an image or by a family in a region, and why.
///
/// `observed` is best read with [`Scope::Everything`](goldcast_domain::Scope::Everything): what was not read is unknown.
pub fn explain(policy: &PolicyFile, observed: &Observed, now: Timestamp, question: &Question) -> Explanation {
    let view = View::new(policy, observed, now);
    let plan = crate::plan(policy, observed, now);
    let steps = chain::Chain::new(&view, &plan, question).steps();
    let says = |holds| steps.iter().any(|step: &Step| step.holds == holds);
    let can_launch = if says(Some(false)) {
        Some(false)
    } else {
        (!says(None)).then_some(true)
    };
    Explanation {
        question: question.clone(),
        steps,
        can_launch,
    }
}
