//! `goldcast policy push`: checks a policy file, says what it changes, and writes it where the functions read it.

mod changes;

use std::path::PathBuf;

use clap::Args;
use goldcast_cloud::{Deadline, Object, Reread};
use goldcast_domain::policy::{Edition, Unfit};
use goldcast_engine::PolicyObject;
use serde_json::{Value, json};

use super::connection::{Connection, ConnectionArguments};
use super::run;
use super::teller::Teller;
use super::trouble::Trouble;
use crate::exit::Exit;
use crate::ink::{SOFT, paint};

/// What to write, and where.
#[derive(Debug, Args)]
#[command(
    after_help = help!(
"It is refused unless its serial is above the one that is there and the one that the functions accepted last. To go back to an earlier policy, give that one a higher serial.\n\nExamples:\n  goldcast policy push goldcast.toml oss://corp-goldcast/policy.json\n  \
                        goldcast policy push goldcast.toml oss://corp-goldcast/policy.json --yes --json | jq -r '.changes[]'\n\n\
                        --json prints object, serial, before, changes and written.\n\nExit codes:\n  0  it is there\n  1  the cloud refused, or the policy has mistakes\n  2  no keys, no file, a wrong argument, nobody to ask\n  3  you said no\n  4  its serial does not rise, or another deployment's policy is there"
)
)]
pub(crate) struct PushArguments {
    /// The policy file: TOML, or JSON as `goldcast policy check --json` prints it
    file: PathBuf,
    #[arg(
        value_name = "OBJECT",
        help = "Where the functions read it: oss://BUCKET/KEY.json, in a bucket in the home region"
    )]
    object: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Call the hosts of this file, with the keys in it if it has any: what `goldcast dev --json` prints
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    endpoints: Option<PathBuf>,
    /// Print one JSON object on standard output
    #[arg(long, help_heading = "Connection")]
    json: bool,
}

impl PushArguments {
    /// Checks, shows, asks, writes.
    pub(crate) fn run(self) -> Exit {
        run(self.json, self.push())
    }

    async fn push(&self) -> Result<Exit, Trouble> {
        let teller = Teller::new(self.json);
        let arguments = ConnectionArguments::for_file(self.file.clone(), self.endpoints.clone(), self.json);
        let policy = arguments.policy()?;
        let object = PolicyObject::new(&self.object, &policy.owner.home_region)?;
        let written = json!(policy);
        let body = written.to_string();
        let edition = Edition::parse(body.as_bytes()).map_err(anyhow::Error::from)?;
        let connection = arguments.connect(policy).await?;
        let there = There::look(&connection, &object).await?;
        let unfit = there.check(&edition);
        if let Some((unfit, serial)) = unfit {
            return Err(Trouble::Unfit { unfit, serial });
        }
        let changes = changes::changes(&there.in_force, &written);
        let result = |is_written: bool| {
            json!({
                "object": object.to_string(),
                "serial": edition.policy.serial,
                "before": there.in_force.get("serial"),
                "changes": changes,
                "written": is_written,
            })
        };
        if there.holds(&edition) {
            teller.line(format_args!("{object} says the same already."));
            teller.result(&result(false));
            return Ok(Exit::Done);
        }
        for line in &changes {
            teller.line(line);
        }
        if !teller.confirm(&format!("Write {object}?"), self.yes)? {
            teller.line("Nothing was done.");
            return Ok(Exit::Pending);
        }
        there.replace(&connection, &object, body).await?;
        teller.line(paint(
            SOFT,
            format_args!("{object} is written; the functions go by it from their next run on"),
        ));
        teller.result(&result(true));
        Ok(Exit::Done)
    }
}

/// What is there already.
struct There {
    /// The object itself, if there is one.
    offered: Option<Object>,
    /// The editions that can be read there: what is offered, and what was accepted last.
    editions: Vec<Edition>,
    /// The newest of these as it was written; nothing where there is none.
    in_force: Value,
}

impl There {
    async fn look(connection: &Connection, object: &PolicyObject) -> Result<Self, Trouble> {
        let (client, deadline) = (connection.client(), connection.deadline());
        let offered = client.get_object(object.offered(), deadline).await?;
        let accepted = client.get_object(object.accepted(), deadline).await?;
        let bodies = offered.iter().chain(&accepted).map(|object| &object.body);
        let editions: Vec<_> = bodies.filter_map(|body| Edition::parse(body).ok()).collect();
        let newest = editions.iter().max_by_key(|edition| edition.policy.serial);
        let in_force = newest.map_or(json!({}), |edition| json!(*edition.policy));
        Ok(Self {
            offered,
            editions,
            in_force,
        })
    }

    /// Why an edition would be refused, and the serial that would do.
    fn check(&self, edition: &Edition) -> Option<(Unfit, u64)> {
        let serials = self.editions.iter().filter_map(|there| there.policy.serial);
        let next = serials.max().map_or(1, |serial| serial.get().saturating_add(1));
        let mut verdicts = self.editions.iter().map(|there| edition.check_after(there));
        let unfit = verdicts.find_map(Result::err);
        let unserialed = edition.policy.serial.is_none().then_some(Unfit::NoSerial);
        unfit.or(unserialed).map(|unfit| (unfit, next))
    }

    /// Whether the object says this already.
    fn holds(&self, edition: &Edition) -> bool {
        let offered = self
            .offered
            .as_ref()
            .and_then(|object| Edition::parse(&object.body).ok());
        offered.is_some_and(|offered| offered.is_same_as(edition))
    }

    /// Writes, unless somebody else was faster. Object storage has a condition for writing the first time only, and looks at
    /// the moment right before otherwise (<https://www.alibabacloud.com/help/en/oss/developer-reference/putobject>).
    async fn replace(&self, connection: &Connection, object: &PolicyObject, body: String) -> Result<(), Trouble> {
        let (client, deadline): (_, Deadline) = (connection.client(), connection.deadline());
        let overtaken = || Trouble::Overtaken {
            object: object.to_string(),
        };
        match &self.offered {
            None => match client.put_new_object(object.offered(), body, deadline).await {
                Err(error) if error.is_code("FileAlreadyExists") => Err(overtaken()),
                outcome => Ok(outcome.map(drop)?),
            },
            Some(there) => match client
                .get_object_unless(object.offered(), &there.etag, deadline)
                .await?
            {
                Reread::Same => Ok(client.put_object(object.offered(), body, deadline).await.map(drop)?),
                Reread::Changed(_) | Reread::Missing => Err(overtaken()),
            },
        }
    }
}
