//! The policy file as people write it: what is accepted, and what every mistake is told.

#![cfg(feature = "authoring")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use goldcast_domain::PolicyFile;
use goldcast_domain::policy::authoring;

const EXAMPLE: &str = include_str!("../../../goldcast.toml");

const SMALL: &str = r#"
[owner]
account = "1234567890123456"
home-region = "cn-hangzhou"
directory = { role = "acs:ram::1000000000000001:role/reader" }

[[policy]]
name = "base"
family = "corp"
select = { name = "corp-*" }
regions = ["cn-shanghai"]
share = { accounts = ["2000000000000001"] }

[[notify]]
name = "team"
kind = "webhook"
url = { env = "HOOK_URL" }
secret = { env = "HOOK_SECRET" }
on = ["released"]

[told]
bucket = "corp-goldcast"
"#;

/// Replaces one part of the small file and expects these mistakes, as `line: problem | help`.
#[track_caller]
fn check(from: &str, to: &str, expected: &[&str]) {
    assert!(SMALL.contains(from), "{from}");
    let mistakes = authoring::read(&SMALL.replacen(from, to, 1)).unwrap_err().0;
    let said: Vec<_> = mistakes
        .iter()
        .map(|m| format!("{}: {} | {}", m.line, m.problem, m.help.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(said, expected);
}

#[test]
fn the_example_in_the_repository_is_a_policy() {
    let file = authoring::read(EXAMPLE).unwrap();
    let policy = &file.policies["base-linux"];
    assert!(policy.regions.len() >= 3);
    assert_eq!(file.channels.len(), 4);
}

#[test]
fn what_functions_read_is_what_was_written() {
    let file = authoring::read(EXAMPLE).unwrap();
    let json = serde_json::to_string(&file).unwrap();
    assert_eq!(PolicyFile::from_json(&json).unwrap(), file);
}

#[test]
fn an_unknown_key_is_an_error_with_a_suggestion() {
    check(
        "regions = ",
        "regoins = ",
        &[
            "11: unknown field `regoins`, expected one of `name`, `formerly`, `family`, `select`, `require-tags`, `attestations`, `detection`, `regions`, `copy`, `encrypt`, `share`, `commit`, `family-at-build`, `keep`, `max-age`, `retire`, `recall`, `drift`, `paused` | did you mean `regions`?",
        ],
    );
    check(
        "kind = \"webhook\"",
        "kind = \"webhok\"",
        &[
            "16: unknown variant `webhok`, expected one of `dingtalk`, `feishu`, `wecom`, `slack`, `teams`, `discord`, `webhook`, `cloudevents` | did you mean `webhook`?",
        ],
    );
}

#[test]
fn a_key_of_a_later_version_is_unknown_today() {
    check(
        "share = {",
        "verify = true\nshare = {",
        &[
            "12: unknown field `verify`, expected one of `name`, `formerly`, `family`, `select`, `require-tags`, `attestations`, `detection`, `regions`, `copy`, `encrypt`, `share`, `commit`, `family-at-build`, `keep`, `max-age`, `retire`, `recall`, `drift`, `paused` | -",
        ],
    );
}

#[test]
fn a_value_of_the_wrong_type_is_an_error_at_its_place() {
    check(
        "account = \"1234567890123456\"",
        "account = 1234567890123456",
        &["3: invalid type: integer `1234567890123456`, expected a string | -"],
    );
    check(
        "\"2000000000000001\"",
        "\"alice\"",
        &["12: \"alice\" is not an account id: expected 5 to 20 decimal digits, such as 1234567890123456 | -"],
    );
}

#[test]
fn a_file_that_is_not_toml_says_where() {
    let mistakes = authoring::read("[owner\naccount = 1").unwrap_err().0;
    assert_eq!(mistakes[0].line, 1);
}

#[test]
fn an_unknown_region_is_an_error_with_a_suggestion() {
    check(
        "[\"cn-shanghai\"]",
        "[\"ap-southeast-1\", \"cn-shangai\"]",
        &["11: there is no region cn-shangai | did you mean cn-shanghai?"],
    );
    check(
        "\"cn-hangzhou\"",
        "\"xx-nowhere\"",
        &["4: there is no region xx-nowhere | a region id such as cn-shanghai or ap-southeast-1"],
    );
}

#[test]
fn nothing_may_be_empty() {
    check(
        "{ name = \"corp-*\" }",
        "{}",
        &["10: an empty selector would take every image | say which tags or which name"],
    );
    check(
        "{ accounts = [\"2000000000000001\"] }",
        "{}",
        &["12: nobody would get the images | name accounts or folders, or set directory = true"],
    );
    check(
        "[\"cn-shanghai\"]",
        "[]",
        &["11: there is no region to copy to | name at least one region besides the home region"],
    );
    check(
        "[\"released\"]",
        "[]",
        &["19: the channel would never be told anything | name at least one kind of message"],
    );
}

#[test]
fn a_channel_that_would_hear_nothing_is_a_mistake() {
    check(
        "on = [\"released\"]",
        "on = [\"released\", \"drift\"]\nseverity = \"critical\"",
        &[
            "20: none of these messages is so weighty, so the channel would never be told anything | a lower severity, or needs-you and recalled among the kinds",
        ],
    );
}

#[test]
fn contradictions_are_found_all_at_once() {
    check(
        "regions = [\"cn-shanghai\"]\nshare = { accounts = [\"2000000000000001\"] }",
        "regions = [\"cn-hangzhou\"]\nshare = { accounts = [\"1234567890123456\", \"2000000000000001\"], except = [\"2000000000000001\"] }",
        &[
            "11: cn-hangzhou is the home region, which is part of every release | leave it out of the list",
            "12: the owner has its own images | leave the owner's account out",
            "12: 2000000000000001 is both named and excepted | keep it in one list",
        ],
    );
}

#[test]
fn folders_need_a_role_to_read_them() {
    let text = SMALL
        .replace("directory = { role = \"acs:ram::1000000000000001:role/reader\" }\n", "")
        .replace("accounts = [\"2000000000000001\"]", "folders = [\"fd-prod000001\"]");
    let mistakes = authoring::read(&text).unwrap_err().0;
    assert!(mistakes[0].problem.contains("only be read through a role"));
}

#[test]
fn two_policies_have_two_names_and_two_families() {
    let second = "[[policy]]\nname = \"base\"\nfamily = \"corp\"\nselect = { name = \"x\" }\nregions = [\"cn-beijing\"]\nshare = { directory = true }\n\n[[notify]]";
    check(
        "[[notify]]",
        second,
        &[
            "15: another policy is called base too | give each its own name",
            "16: policy base releases into the family corp too | one family belongs to one policy",
        ],
    );
}

#[test]
fn a_channel_may_say_who_listens_and_when() {
    let text = SMALL.replace(
        "on = [\"released\"]",
        r#"on = ["released", "needs-you"]
severity = "warning"
folders = ["fd-prod000001"]
accounts = ["2000000000000001"]
mention = ["13800000000"]
quiet-hours = { from = "22:00", to = "07:00", utc-offset = "+08:00", except = "critical" }
language = "ja"
allow-private = true"#,
    );
    let text = text.replace(
        "secret = { env = \"HOOK_SECRET\" }",
        "secret = [{ env = \"NEW\" }, { secret-parameter = \"team/old\" }]",
    );
    let file = authoring::read(&text).unwrap();
    assert_eq!(file.channels["team"].secret.0.len(), 2);
    let json = serde_json::to_string(&file).unwrap();
    assert_eq!(PolicyFile::from_json(&json).unwrap(), file);
}

#[test]
fn what_people_were_told_is_kept_somewhere() {
    check(
        "[told]\nbucket = \"corp-goldcast\"\n",
        "",
        &[
            "14: what people have been told has to be kept somewhere, or they would be told it again and again | add [told] with bucket = \"…\": a bucket of the owner",
        ],
    );
    check(
        "bucket = \"corp-goldcast\"",
        "bucket = \"corp-goldcast\"\nregion = \"cn-shangai\"",
        &["23: there is no region cn-shangai | did you mean cn-shanghai?"],
    );
    check(
        "\"corp-goldcast\"",
        "\"oss://corp\"",
        &[
            "22: \"oss://corp\" is not a bucket name: expected 3 to 63 lower-case letters, digits and hyphens, no hyphen at either end | -",
        ],
    );
}

#[test]
fn a_mistake_in_a_channel_is_told_at_its_place() {
    let secret = "secret = { env = \"HOOK_SECRET\" }";
    check(
        secret,
        "",
        &[
            "14: messages of this kind are signed, and there is no secret | add secret = { env = \"…\" } or { secret-parameter = \"…\" }",
        ],
    );
    check(
        secret,
        "secret = [{ env = \"A\" }, { env = \"B\" }, { env = \"C\" }, { env = \"D-4\" }]",
        &[
            "18: 4 secrets are not used | 1 to 3 of them",
            "18: this is not the name of an environment variable | the name of an environment variable, not the secret itself",
        ],
    );
    check(
        secret,
        "secret = \"HOOK_SECRET\"",
        &[
            "18: invalid type: string \"HOOK_SECRET\", expected where a secret is kept, such as { env = \"NAME\" }, or a list of such | -",
        ],
    );
    check(
        "on = [",
        "quiet-hours = { from = \"22:00\", to = \"7:00\", utc-offset = \"+08:00\" }\non = [",
        &["19: \"7:00\" is not a time of the day from 00:00 to 23:59 | -"],
    );
    check(
        "on = [",
        "quiet-hours = { from = \"22:00\", to = \"22:00\", utc-offset = \"+08:00\" }\non = [",
        &["19: hours that end when they begin | two different times, or leave quiet-hours out"],
    );
    check(
        "on = [",
        "mention = [\"u1\", \"a b\"]\non = [",
        &["19: this is nobody's id | an id as the platform knows it: letters, digits and _-.@+$:#"],
    );
}

#[test]
fn every_kind_of_channel_has_as_many_secrets_as_its_platform_signs_with() {
    #[track_caller]
    fn check_kind(kind: &str, secrets: &str, problem: Option<&str>) {
        let secret = "secret = { env = \"HOOK_SECRET\" }";
        let text = SMALL
            .replace("\"webhook\"", &format!("\"{kind}\""))
            .replace(secret, secrets);
        let problems = authoring::read(&text)
            .err()
            .map(|mistakes| mistakes.0[0].problem.clone());
        assert_eq!(problems.as_deref(), problem, "{kind} {secrets}");
    }
    let one = "secret = { env = \"NEW\" }";
    let two = "secret = [{ env = \"NEW\" }, { env = \"OLD\" }]";
    for kind in ["wecom", "slack", "teams", "discord"] {
        check_kind(kind, "", None);
        check_kind(kind, one, Some("this kind of channel signs nothing"));
    }
    for kind in ["dingtalk", "feishu"] {
        check_kind(kind, "", None);
        check_kind(kind, one, None);
        check_kind(kind, two, Some("2 secrets are not used"));
    }
    check_kind(
        "webhook",
        "",
        Some("messages of this kind are signed, and there is no secret"),
    );
    check_kind("webhook", two, None);
    check_kind("cloudevents", "", None);
    check_kind("cloudevents", two, None);
}

#[test]
fn a_secret_in_the_file_is_refused_without_being_repeated() {
    let mistakes = authoring::read(&SMALL.replace("HOOK_SECRET", "whsec_c2VjcmV0/x=")).unwrap_err();
    assert_eq!(mistakes.0[0].problem, "this is not the name of an environment variable");
    assert!(!format!("{mistakes} {mistakes:?}").contains("whsec"));
}

#[test]
fn the_published_schema_is_the_one_in_the_repository() {
    let committed = include_str!("../../../docs/goldcast.schema.json");
    let current = serde_json::to_string_pretty(&authoring::schema()).unwrap();
    assert_eq!(
        committed.trim(),
        current,
        "run: cargo run -- policy schema > docs/goldcast.schema.json"
    );
}
