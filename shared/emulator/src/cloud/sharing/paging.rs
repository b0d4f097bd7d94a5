//! Paging by token, as every listing of Resource Sharing has it. A token names the last row given and not a number, so
//! a row that goes meanwhile makes no other one disappear.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::request;
use crate::cloud::context::Done;
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;

/// Rows on one page when `MaxResults` is absent.
const RESULTS_DEFAULT: usize = 20;
/// Largest page.
const RESULTS_MAX: usize = 100;
/// Longest token, in characters.
const TOKEN_CHARS_MAX: usize = 256;
/// Marks what a token holds; the last row's place follows.
const TOKEN_PREFIX: &str = "after ";

/// A row and its place in the listing.
pub(super) type Row = (String, Value);

/// The place of a row: oldest first, then by what it names.
pub(super) fn place(created: Timestamp, share: &str, entity: &str) -> String {
    format!("{:015} {share} {entity}", created.as_millisecond())
}

/// Answers with one page of the rows, under `name`. `NextToken` is there only if there is more.
pub(super) fn page(mut rows: Vec<Row>, params: &Params, name: &str) -> Result<Done, Refusal> {
    let size = size(params)?;
    let after = after(params)?;
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    rows.retain(|(place, _)| *place > after);
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|(place, _)| token(place));
    let values: Vec<Value> = rows.into_iter().map(|(_, value)| value).collect();
    let mut body = json!({ name: values });
    if let (Some(members), Some(next)) = (body.as_object_mut(), next) {
        members.insert("NextToken".to_owned(), json!(next));
    }
    Ok(Done::new(body))
}

fn size(params: &Params) -> Result<usize, Refusal> {
    let Some(text) = params.get("MaxResults") else {
        return Ok(RESULTS_DEFAULT);
    };
    let size = text.parse().ok().filter(|size| (1..=RESULTS_MAX).contains(size));
    size.ok_or_else(|| request::invalid("MaxResults"))
}

fn token(place: &str) -> String {
    STANDARD.encode(format!("{TOKEN_PREFIX}{place}"))
}

/// The place that the page begins after.
fn after(params: &Params) -> Result<String, Refusal> {
    let Some(token) = params.get("NextToken") else {
        return Ok(String::new());
    };
    if token.chars().count() > TOKEN_CHARS_MAX {
        let message = format!("The maximum length of NextToken exceeds {TOKEN_CHARS_MAX} characters.");
        return Err(Refusal::bad_request("InvalidParameter.NextToken.Length", message));
    }
    let text = STANDARD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let place = text.as_deref().and_then(|text| text.strip_prefix(TOKEN_PREFIX));
    place.map(str::to_owned).ok_or_else(|| request::invalid("NextToken"))
}
