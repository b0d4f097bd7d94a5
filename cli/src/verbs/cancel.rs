//! `goldcast cancel`: stops a release that nobody launches yet.

use clap::Args;

use super::connection::ConnectionArguments;
use super::recalling::{self, ExtentArguments, Recalling};
use super::run;
use super::teller::Teller;
use super::trouble::Trouble;
use crate::exit::Exit;

/// What the tag says; words of a person follow.
const CANCELLED: &str = "cancelled";

/// What to stop.
#[derive(Debug, Args)]
#[command(
    after_help = help!(
"It is a recall of what is not released anywhere: running copies are cancelled, and the release goes no further. What people launch already is refused; that is for goldcast recall.\n\nExamples:\n  goldcast cancel corp-linux-2026.04\n  goldcast cancel cn-hangzhou/m-bp1gold0001 --reason \"wrong kernel\" --yes\n  goldcast cancel corp-linux-2026.04 --undo\n\n\
                        --json prints what recall --json prints.\n\nExit codes:\n  0  it goes no further\n  1  something did not work, or the policy has mistakes\n  2  no keys, no file, no such release, a wrong reason, nobody to ask\n  3  the tag is written, and something is left to do\n  4  people launch it already; with --undo: something is blocked"
)
)]
pub(crate) struct CancelArguments {
    /// The release: REGION/ID or id of any of its images, or its name
    image: String,
    /// Why, in a few words
    #[arg(long, value_name = "TEXT", conflicts_with = "undo")]
    reason: Option<String>,
    #[command(flatten)]
    extent: ExtentArguments,
    #[command(flatten)]
    connection: ConnectionArguments,
}

impl CancelArguments {
    /// Stops it, or lets it go on.
    pub(crate) fn run(self) -> Exit {
        run(self.connection.json, self.carry_out())
    }

    async fn carry_out(&self) -> Result<Exit, Trouble> {
        let why = self.reason.as_ref().map(|reason| format!("{CANCELLED}: {reason}"));
        let why = recalling::reason(why.as_deref().unwrap_or(CANCELLED))?;
        let teller = Teller::new(self.connection.json);
        let connection = self.connection.connect(self.connection.policy()?).await?;
        let recalling = Recalling::find(&teller, &connection, &self.image).await?;
        if self.extent.undo {
            return recalling.bring_back(&self.extent).await;
        }
        recalling.refuse_released()?;
        let question = recalling.question("Stop");
        recalling.take_back(&why, &question, &self.extent).await
    }
}
