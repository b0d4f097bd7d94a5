//! The template without the functions: what `s.yaml` cannot make.

/// Types that Serverless Devs makes.
const FUNCTIONS: &str = "Type: ALIYUN::FC3::";
/// Parameters that only functions need.
const PARAMETERS: [&str; 2] = ["CodeBucket", "CodePrefix"];

/// One entry of a section: its name, and its lines.
type Entry<'a> = (&'a str, Vec<&'a str>);

/// The template without functions, their settings and their triggers, and without whatever names one of those.
pub(super) fn foundation(template: &str) -> String {
    let mut gone: Vec<&str> = PARAMETERS.to_vec();
    let (head, entries) = entries(template);
    for (name, lines) in &entries {
        if lines.iter().any(|line| line.trim_start().starts_with(FUNCTIONS)) {
            gone.push(name);
        }
    }
    let mut text = head.join("\n");
    for (name, lines) in entries {
        let is_section = !lines.first().is_some_and(|line| line.starts_with("  "));
        let names_gone = || {
            let mentioned = |name: &&&str| {
                let get = [format!("GetAtt': [{name},"), format!("${{{name}.")];
                lines
                    .iter()
                    .any(|line| get.iter().any(|get| line.contains(get.as_str())))
            };
            gone.iter().find(mentioned).is_some()
        };
        if is_section || (!gone.contains(&name) && !names_gone()) {
            text.push('\n');
            text.push_str(&lines.join("\n"));
        }
    }
    text.push('\n');
    text
}

/// What stands before the first section, and every entry of every section; a section's own line counts as an entry.
fn entries(template: &str) -> (Vec<&str>, Vec<Entry<'_>>) {
    let mut head = Vec::new();
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for line in template.lines() {
        let is_name = |indent: &str| {
            let rest = line.strip_prefix(indent)?;
            let name = rest.split(':').next().filter(|name| rest.len() > name.len())?;
            (!name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric())).then_some(name)
        };
        match (is_name("").or_else(|| is_name("  ")), entries.last_mut()) {
            (Some(name), _) => entries.push((name, vec![line])),
            (None, Some((_, lines))) => lines.push(line),
            (None, None) => head.push(line),
        }
    }
    (head, entries)
}

#[cfg(test)]
mod tests {
    use goldcast_template::{Place, Template, Values};

    use super::*;
    use goldcast_functions::TEMPLATE;

    #[test]
    fn everything_is_left_that_functions_stand_on() {
        let place = Place {
            account: "1234567890123456".parse().unwrap(),
            region: "cn-hangzhou".parse().unwrap(),
            stack: "goldcast".to_owned(),
        };
        let code = [("CodeBucket", "bucket"), ("CodePrefix", "prefix")];
        let code: Values = code.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let whole = Template::parse(TEMPLATE).unwrap().resolve(&place, &code).unwrap();
        let left = Template::parse(&foundation(TEMPLATE)).unwrap();
        let left = left.resolve(&place, &Values::new()).unwrap();
        let expected: Vec<&str> = whole
            .resources
            .iter()
            .filter(|resource| !resource.kind.starts_with("ALIYUN::FC3::"))
            .map(|resource| resource.id.as_str())
            .collect();
        let mut ids: Vec<&str> = left.resources.iter().map(|resource| resource.id.as_str()).collect();
        let mut expected = expected;
        ids.sort_unstable();
        expected.sort_unstable();
        assert_eq!(ids, expected);
        assert!(left.outputs.contains_key("LogProjectName"), "{:?}", left.outputs);
        assert!(!left.outputs.contains_key("SweepArn"));
    }
}
