//! `goldcast recall`: takes a release back in every region, in this very call.

use clap::Args;

use super::connection::ConnectionArguments;
use super::recalling::{self, ExtentArguments, Recalling};
use super::run;
use super::teller::Teller;
use super::trouble::Trouble;
use crate::exit::Exit;

/// What to take back, and why.
#[derive(Debug, Args)]
#[command(
    after_help = help!(
"It writes the tag goldcast:recall on the release, then puts the release before it into the family where it is not, and parks the recalled one, in all regions side by side. Brakes do not hold a person's recall. What follows is the policy's [policy.recall].\n\nExamples:\n  goldcast recall corp-linux-2026.03 --reason \"broken sshd\"\n  goldcast recall cn-hangzhou/m-bp1gold0001 --reason \"CVE-2026-1234\" --yes\n  goldcast recall corp-linux-2026.03 --undo\n\n\
                        --json prints release, policy, family, image, reason, out, instead, regions, tried, done, waits, blocks, failures, undo, reads and writes.\n\nExit codes:\n  0  nobody launches it by the family any more\n  1  something did not work, or the policy has mistakes\n  2  no keys, no file, no such release, a wrong reason, nobody to ask\n  3  the tag is written, and something is left to do\n  4  with --undo: something is blocked and needs a person"
)
)]
pub(crate) struct RecallArguments {
    /// The release: REGION/ID or id of any of its images, or its name
    image: String,
    /// Why, in a few words: at most 128 characters, and no URL
    #[arg(long, value_name = "TEXT", required_unless_present = "undo", conflicts_with = "undo")]
    reason: Option<String>,
    #[command(flatten)]
    extent: ExtentArguments,
    #[command(flatten)]
    connection: ConnectionArguments,
}

impl RecallArguments {
    /// Takes it back, or lets it come back.
    pub(crate) fn run(self) -> Exit {
        run(self.connection.json, self.carry_out())
    }

    async fn carry_out(&self) -> Result<Exit, Trouble> {
        let why = self.reason.as_deref().map(recalling::reason).transpose()?;
        let teller = Teller::new(self.connection.json);
        let connection = self.connection.connect(self.connection.policy()?).await?;
        let recalling = Recalling::find(&teller, &connection, &self.image).await?;
        match why {
            Some(why) => {
                let question = recalling.question("Take back");
                recalling.take_back(&why, &question, &self.extent).await
            }
            None => recalling.bring_back(&self.extent).await,
        }
    }
}
