//! Every kind of message on every platform in every language: one file to read per platform and language.

use goldcast_notify::{Kind, Language, Manner, Message, preview};

use crate::samples::now;

/// Platforms that have no language.
const MACHINES: [&str; 2] = ["webhook", "cloudevents"];

/// Everything that a platform shows in a language, one message after another.
fn page(platform: &str, language: Language) -> String {
    let manner = Manner {
        language,
        mention: Vec::new(),
    };
    let channels = preview::channels(&manner).unwrap();
    let (_, channel) = channels.iter().find(|(name, _)| *name == platform).unwrap();
    let kinds = Kind::ALL.iter().map(|kind| preview::message(*kind, now()));
    let messages: Vec<Message> = kinds.chain([preview::digest(now())]).collect();
    let shown = messages.iter().map(|message| {
        let outgoing = channel.render(message, now()).unwrap();
        let body = preview::readable(outgoing.request().body());
        format!("━━━ {} ━━━\n\n{body}", message.title())
    });
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_platform_says_everything_in_every_language() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for platform in preview::PLATFORMS {
            // A machine is told the same in every language.
            let is_machine = MACHINES.contains(&platform);
            for language in Language::ALL.into_iter().take(if is_machine { 1 } else { 3 }) {
                insta::assert_snapshot!(format!("{platform}.{language}"), page(platform, language));
            }
        }
    });
}
