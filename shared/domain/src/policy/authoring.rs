//! Reading `goldcast.toml` for people: every mistake with its line, and what was probably meant.
//!
//! Only the command line and the tests need this; functions carry the checked policy as JSON.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Draft, Finding, PathStep, PolicyFile};
use crate::regions;

/// Similarity from which a word is offered as what was meant (Jaro–Winkler, 0 to 1).
const SIMILAR_ENOUGH: f64 = 0.8;

/// One mistake in the file, for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The bytes of the text that are wrong.
    pub span: Range<usize>,
    /// What is wrong.
    pub problem: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// Why a file is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} {} in the policy file", .0.len(), if .0.len() == 1 { "mistake" } else { "mistakes" })]
pub struct Mistakes(pub Vec<Mistake>);

/// Reads a policy file.
///
/// # Errors
/// Lists every mistake that can be found at once, in the order of the file.
pub fn read(text: &str) -> Result<PolicyFile, Mistakes> {
    let draft: Draft = toml::from_str(text).map_err(|error| Mistakes(vec![shape_mistake(text, &error)]))?;
    PolicyFile::try_from(draft).map_err(|findings| {
        let table = DeTable::parse(text).ok();
        let mut mistakes: Vec<_> = findings
            .0
            .into_iter()
            .map(|finding| locate(text, table.as_ref(), finding))
            .collect();
        mistakes.sort_by_key(|mistake| mistake.span.start);
        Mistakes(mistakes)
    })
}

/// The policy's JSON Schema, for editors.
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Draft).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("$id".into(), "https://goldcast.dev/schema/goldcast.json".into());
    }
    schema
}

fn shape_mistake(text: &str, error: &toml::de::Error) -> Mistake {
    let span = error.span().unwrap_or(0..0);
    let message = error.message().to_owned();
    let help = did_you_mean(&message);
    at(text, span, message, help)
}

/// "unknown field `regoins`, expected one of `regions`, …" → "did you mean `regions`?"
fn did_you_mean(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let wrong = quoted.next().filter(|_| message.starts_with("unknown"))?;
    closest(wrong, quoted).map(|word| format!("did you mean `{word}`?"))
}

fn closest<'a>(wrong: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    words
        .map(|word| (strsim::jaro_winkler(wrong, word), word))
        .filter(|(similarity, _)| *similarity >= SIMILAR_ENOUGH)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

/// Finds the text that a finding is about: the deepest step of its path that the file has.
fn locate(text: &str, table: Option<&Spanned<DeTable<'_>>>, finding: Finding) -> Mistake {
    let mut span = 0..0;
    let mut place: Option<&Spanned<DeValue<'_>>> = None;
    for (depth, step) in finding.path.iter().enumerate() {
        let next = match (step, place) {
            (PathStep::Key(key), None) if depth == 0 => table.and_then(|table| table.get_ref().get(key.as_str())),
            (PathStep::Key(key), Some(value)) => value.get_ref().as_table().and_then(|table| table.get(key.as_str())),
            (PathStep::Index(index), Some(value)) => value.get_ref().as_array().and_then(|array| array.get(*index)),
            (_, None) => None,
        };
        let Some(value) = next else { break };
        span = value.span();
        place = Some(value);
    }
    // A list is shown by the element that the problem names, if it names one.
    if let Some(array) = place.and_then(|value| value.get_ref().as_array()) {
        let named = array
            .iter()
            .find(|e| e.get_ref().as_str().is_some_and(|word| names(&finding.problem, word)));
        span = named.map_or(span, Spanned::span);
    }
    let suggestion = finding
        .problem
        .strip_prefix("there is no region ")
        .and_then(|wrong| closest(wrong, regions::KNOWN.iter().copied()))
        .map(|region| format!("did you mean {region}?"));
    at(text, span, finding.problem, Some(suggestion.unwrap_or(finding.help)))
}

fn names(problem: &str, word: &str) -> bool {
    problem.split_whitespace().any(|part| part == word)
}

fn at(text: &str, span: Range<usize>, problem: String, help: Option<String>) -> Mistake {
    let before = text.get(..span.start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Mistake {
        line,
        column,
        span,
        problem,
        help,
    }
}
