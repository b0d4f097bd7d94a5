//! `goldcast notify test`: a harmless sample to every channel. It mentions nobody, and what channels were told stays as it is.

use clap::Args;
use goldcast_cloud::{Client, HttpTransport};
use goldcast_domain::policy::SecretSource;
use goldcast_domain::{ChannelName, PolicyFile};
use goldcast_engine::{Reach, Trial, try_channels};
use serde_json::{Value, json};

use super::super::connection::{ConnectionArguments, PRIVATE_WEBHOOKS, variable};
use super::super::run;
use super::super::teller::Teller;
use super::super::trouble::Trouble;
use crate::exit::Exit;
use crate::ink::{CAREFUL, SOFT, count, paint};

/// Which channels to try.
#[derive(Debug, Args)]
#[command(
    after_help = "The sample says that it is a test. Addresses and secrets are read where the policy says they are: set the \
                  functions' variables here too; keys are only needed for secret parameters.\n\n\
                  Examples:\n  goldcast notify test\n  goldcast notify test --policy prod.toml --channel platform-team\n  \
                  goldcast notify test --json | jq '.channels[] | select(.accepted | not)'\n\n\
                  --json prints the channels, each with channel, kind, accepted, answer, advice and requests.\n\n\
                  Exit codes:\n  0  every channel accepted it\n  1  a channel did not, or the policy has mistakes\n  \
                  2  no keys, no file, a wrong argument"
)]
pub(crate) struct TestArguments {
    /// Only this channel [default: every channel]
    #[arg(long, value_name = "NAME")]
    channel: Option<ChannelName>,
    #[command(flatten)]
    connection: ConnectionArguments,
}

impl TestArguments {
    /// Sends and shows.
    pub(crate) fn run(self) -> Exit {
        run(self.connection.json, self.send())
    }

    async fn send(&self) -> Result<Exit, Trouble> {
        let teller = Teller::new(self.connection.json);
        let file = self.connection.policy()?;
        self.check(&file)?;
        let connection = if self.needs_keys(&file) {
            Some(self.connection.connect(file.clone()).await?)
        } else {
            None
        };
        let client: Option<&Client<HttpTransport>> =
            connection.as_ref().map(super::super::connection::Connection::client);
        let reach = match variable(PRIVATE_WEBHOOKS).as_deref() {
            Some("allow") => Reach::PrivateToo,
            Some(_) | None => Reach::Public,
        };
        let when = (goldcast_cloud::Clock::wall().now(), self.connection.deadline());
        let trying = try_channels((&file, self.channel.as_ref()), client, &variable, reach, when);
        let trials = teller.during("telling", trying).await?;
        let accepted = trials.iter().filter(|trial| trial.accepted).count();
        for trial in &trials {
            tell(&teller, trial);
        }
        if trials.is_empty() {
            teller.line("The policy has no [[notify]], so nobody is told anything.");
        }
        teller.line(paint(
            SOFT,
            format_args!("{accepted} of {} accepted it", count(trials.len(), "channel")),
        ));
        teller.result(&json!({ "channels": trials.iter().map(as_json).collect::<Vec<_>>() }));
        Ok(if accepted == trials.len() {
            Exit::Done
        } else {
            Exit::Failed
        })
    }

    fn check(&self, file: &PolicyFile) -> Result<(), Trouble> {
        match &self.channel {
            Some(wanted) if !file.channels.contains_key(wanted.as_str()) => Err(Trouble::NoChannel {
                wanted: wanted.clone(),
                known: file.channels.keys().map(ToString::to_string).collect(),
            }),
            Some(_) | None => Ok(()),
        }
    }

    fn needs_keys(&self, file: &PolicyFile) -> bool {
        let meant = file.channels.values();
        let mut meant = meant.filter(|entry| self.channel.as_ref().is_none_or(|only| entry.name == *only));
        meant.any(|entry| {
            let mut sources = entry.secret.0.iter().chain([&entry.url]);
            sources.any(|source| matches!(source, SecretSource::SecretParameter(_)))
        })
    }
}

fn tell(teller: &Teller, trial: &Trial) {
    let ink = if trial.accepted { SOFT } else { CAREFUL };
    teller.line(format_args!("{}  {}", trial.channel, paint(ink, &trial.answer)));
    if let Some(advice) = trial.advice {
        teller.line(format_args!("    {advice}"));
    }
}

fn as_json(trial: &Trial) -> Value {
    json!({
        "channel": trial.channel,
        "kind": trial.kind,
        "accepted": trial.accepted,
        "answer": trial.answer,
        "advice": trial.advice,
        "requests": trial.requests,
    })
}
