//! The vendor's own commands for everything that a deployment does. Secrets are named as variables of the shell.

use super::plan::Plan;
use super::stack::TIMEOUT_MINUTES;
use super::target::Target;

/// Every command that is left to be run, in order.
pub(super) fn commands(plan: &Plan, target: &Target) -> Vec<String> {
    let mut commands: Vec<String> = plan
        .bootstrap
        .iter()
        .filter(|step| !step.is_there())
        .map(|step| step.command(target))
        .collect();
    let region = target.region();
    if let Some(bucket) = target.bucket().filter(|_| !plan.code_is_there) {
        let copies = target.packages.iter().map(|(file, _)| {
            format!(
                "aliyun oss cp {}/{file} oss://{bucket}/{}/{file} --region {region}",
                target.folder,
                target.prefix()
            )
        });
        commands.extend(copies);
    }
    if plan.changes_anything() {
        commands.push(stack_command(plan, target));
    }
    commands
}

fn stack_command(plan: &Plan, target: &Target) -> String {
    let region = target.region();
    let which = match &plan.existing {
        Some(stack) => format!("UpdateStack --region {region} --StackId {}", stack.stack_id),
        None => format!("CreateStack --region {region} --StackName {}", target.place.stack),
    };
    let parameters = target.values.iter().zip(1_u32..).map(|((name, value), n)| {
        let value = if target.is_secret(name) {
            format!("\"${name}\"")
        } else {
            quoted(value)
        };
        format!(" --Parameters.{n}.ParameterKey {name} --Parameters.{n}.ParameterValue {value}")
    });
    let template = if target.manifest.is_some() {
        "goldcast deploy --print-template"
    } else {
        "goldcast deploy --print-template --foundation"
    };
    format!(
        "aliyun ros {which} --TimeoutInMinutes {TIMEOUT_MINUTES} --TemplateBody \"$({template})\"{}",
        parameters.collect::<String>()
    )
}

/// A text as a shell takes it.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_reaches_the_command_as_it_is() {
        assert_eq!(quoted("corp-goldcast"), "corp-goldcast");
        assert_eq!(quoted("@every 5m"), "'@every 5m'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
