//! `goldcast policy`: reading a policy file as the functions will, and telling a person what is wrong with it. Not here:
//! pushing it, which is a verb.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use goldcast_domain::PolicyFile;
use goldcast_domain::policy::authoring::{self, Mistakes};
use miette::{LabeledSpan, MietteDiagnostic, NamedSource};

use crate::exit::{self, Exit};
use crate::verbs::PushArguments;

/// What can be done with a policy file.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Read a policy file and say what it means, or everything that is wrong with it
    #[command(
        after_help = "Examples:\n  goldcast policy check\n  goldcast policy check other.toml --json\n\n\
                            Exit codes: 0 the file is a policy, 1 it has mistakes, 2 it could not be read."
    )]
    Check {
        /// The policy file
        #[arg(default_value = "goldcast.toml")]
        file: PathBuf,
        /// Print the checked policy, or the mistakes, as one JSON object: what the functions carry
        #[arg(long)]
        json: bool,
    },
    /// Write a policy into object storage, where the functions read it
    Push(PushArguments),
    /// Print the JSON Schema of policy files
    #[command(after_help = "Example:\n  goldcast policy schema > docs/goldcast.schema.json")]
    Schema,
}

impl PolicyCommand {
    /// Carries it out.
    pub(crate) fn run(self) -> Exit {
        match self {
            Self::Check { file, json } => check(&file, json),
            Self::Push(arguments) => arguments.run(),
            Self::Schema => {
                let schema = serde_json::to_string_pretty(&authoring::schema()).unwrap_or_default();
                let _ = writeln!(anstream::stdout(), "{schema}");
                Exit::Done
            }
        }
    }
}

/// Why there is no policy.
#[derive(Debug)]
pub(crate) enum Unread {
    /// The file could not be read.
    File(PathBuf, std::io::Error),
    /// It is JSON, and no policy.
    Json(PathBuf, serde_json::Error),
    /// It has mistakes.
    Mistakes {
        file: PathBuf,
        text: String,
        mistakes: Mistakes,
    },
}

/// Reads a policy file: TOML as people write it, or the JSON that functions carry, by the end of its name.
pub(crate) fn read(file: &Path) -> Result<PolicyFile, Unread> {
    let text = std::fs::read_to_string(file).map_err(|error| Unread::File(file.to_owned(), error))?;
    if file.extension().is_some_and(|extension| extension == "json") {
        return PolicyFile::from_json(&text).map_err(|error| Unread::Json(file.to_owned(), error));
    }
    authoring::read(&text).map_err(|mistakes| Unread::Mistakes {
        file: file.to_owned(),
        text,
        mistakes,
    })
}

impl Unread {
    /// Tells a person, on standard error.
    pub(crate) fn tell(&self) -> Exit {
        match self {
            Self::File(file, error) => {
                exit::error(&format!("{} could not be read: {error}", file.display()));
                Exit::Unable
            }
            Self::Json(file, error) => {
                exit::error(&format!("{} is no policy: {error}", file.display()));
                Exit::Failed
            }
            Self::Mistakes { file, text, mistakes } => {
                for mistake in &mistakes.0 {
                    let mut diagnostic = MietteDiagnostic::new(mistake.problem.clone())
                        .with_label(LabeledSpan::new_with_span(Some("here".into()), mistake.span.clone()));
                    if let Some(help) = &mistake.help {
                        diagnostic = diagnostic.with_help(help.clone());
                    }
                    let source = NamedSource::new(file.display().to_string(), text.clone()).with_language("TOML");
                    let report = miette::Report::new(diagnostic).with_source_code(source);
                    let _ = writeln!(anstream::stderr(), "{report:?}");
                }
                exit::error(&format!("{mistakes} {}", file.display()));
                Exit::Failed
            }
        }
    }

    /// The same for a machine.
    pub(crate) fn as_json(&self) -> serde_json::Value {
        match self {
            Self::File(file, error) => serde_json::json!({ "file": file, "error": error.to_string() }),
            Self::Json(file, error) => serde_json::json!({ "file": file, "error": error.to_string() }),
            Self::Mistakes { file, mistakes, .. } => {
                let mistakes: Vec<_> = mistakes
                    .0
                    .iter()
                    .map(|m| serde_json::json!({"line": m.line, "column": m.column, "problem": m.problem, "help": m.help}))
                    .collect();
                serde_json::json!({ "file": file, "mistakes": mistakes })
            }
        }
    }

    /// How the command ends.
    pub(crate) fn code(&self) -> Exit {
        match self {
            Self::File(..) => Exit::Unable,
            Self::Json(..) | Self::Mistakes { .. } => Exit::Failed,
        }
    }
}

fn check(file: &Path, json: bool) -> Exit {
    match read(file) {
        Ok(policy) if json => {
            let _ = writeln!(anstream::stdout(), "{}", serde_json::json!(policy));
            Exit::Done
        }
        Ok(policy) => {
            let _ = write!(anstream::stdout(), "{}", in_words(file, &policy));
            Exit::Done
        }
        Err(unread) if json => {
            let _ = writeln!(anstream::stdout(), "{}", unread.as_json());
            unread.code()
        }
        Err(unread) => unread.tell(),
    }
}

/// What the policy means, so that its author can see whether it is what was meant.
fn in_words(file: &Path, policy: &PolicyFile) -> String {
    use std::fmt::Write as _;
    let serial = policy
        .serial
        .map(|serial| format!(", serial {serial}"))
        .unwrap_or_default();
    let mut text = format!(
        "{} is a policy of account {}{serial}.\n",
        file.display(),
        policy.owner.account
    );
    for (name, entry) in &policy.policies {
        let share = &entry.share;
        let _ = writeln!(text, "\n{name}");
        let _ = writeln!(text, "  golden    {}", selected(&entry.select));
        if !entry.require_tags.is_empty() {
            let _ = writeln!(text, "  gates     tagged with {}", join(&entry.require_tags));
        }
        let _ = writeln!(
            text,
            "  regions   {} (home), {}",
            policy.owner.home_region,
            join(&entry.regions)
        );
        let mut who = Vec::new();
        if share.directory {
            who.push("everyone in the resource directory".to_owned());
        }
        if !share.folders.is_empty() {
            who.push(format!("everyone in {}", join(&share.folders)));
        }
        if !share.accounts.is_empty() {
            who.push(format!("accounts {}", join(&share.accounts)));
        }
        let except = if share.except.is_empty() {
            String::new()
        } else {
            format!("; never {}", join(&share.except))
        };
        let _ = writeln!(text, "  shared    with {}{except}", who.join(" and "));
        let _ = writeln!(text, "  launched  by acs:{}:{}", policy.owner.account, entry.family);
    }
    if !policy.channels.is_empty() {
        let _ = writeln!(text, "\ntold: {}", join(policy.channels.keys()));
    }
    text
}

fn selected(select: &goldcast_domain::policy::Select) -> String {
    let name = select.name.iter().map(|name| format!("named {}", name.as_str()));
    let tags = select.tags.iter().map(|(key, value)| format!("tagged {key}={value}"));
    name.chain(tags).collect::<Vec<_>>().join(" and ")
}

fn join<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items
        .into_iter()
        .map(|item| item.to_string())
        .collect::<Vec<_>>()
        .join(", ")
}
