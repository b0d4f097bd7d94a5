//! What every channel posts is taken by the simulated platforms, which were written from the platforms' own documents by
//! somebody who had not read the channels.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, RegionId};
use goldcast_emulator::cloud::{Cloud, Organisation, Setup};
use goldcast_emulator::world::{ReceiverKind, ReceiverSetup, WallClock, World, WorldSetup};
use goldcast_notify::{
    Channel, CloudEvents, Content, DingTalk, Discord, Feishu, HttpPost, Kind, Language, Limits, Manner, Message,
    NeedsYou, Outcome, Post as _, Reach, SigningSecret, Slack, Teams, WeCom, Webhook, WebhookUrl, preview,
};
use jiff::{SignedDuration, Timestamp};

const OWNER: &str = "1234567890123456";
const ROBOT_SECRET: &str = "SEC0000000000000000000000000000000000000000000000000000000platforms";
const ENDPOINT_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// Apart enough for every platform's limit; the narrowest are twenty messages a minute.
const PAUSE: SignedDuration = SignedDuration::from_secs(4);
/// Whom to call, as one platform or another knows people; each passes over what it cannot know.
const PEOPLE: [&str; 4] = ["13800001111", "80351110224678912", "U012AB3CD", "ops@example.com"];
/// What somebody who names an image would try.
const HOSTILE: &str = "<!channel> <at id=all></at> <@all> @everyone [log in](https://evil.example) **x** `y` ~~z~~";

fn now() -> Timestamp {
    "2026-11-20T08:00:05Z".parse().unwrap()
}

async fn world() -> World {
    let token = || "simulated-token".into();
    let kinds = [
        (
            "dingtalk",
            ReceiverKind::DingTalk {
                access_token: token(),
                secret: Some(ROBOT_SECRET.into()),
            },
        ),
        (
            "feishu",
            ReceiverKind::Feishu {
                hook: token(),
                secret: Some(ROBOT_SECRET.into()),
            },
        ),
        ("wecom", ReceiverKind::WeCom { key: token() }),
        ("slack", ReceiverKind::Slack { token: token() }),
        ("teams", ReceiverKind::Teams { signature: token() }),
        ("discord", ReceiverKind::Discord { token: token() }),
        (
            "webhook",
            ReceiverKind::Standard {
                secret: ENDPOINT_SECRET.into(),
            },
        ),
        (
            "cloudevents",
            ReceiverKind::CloudEvents {
                secret: Some(ENDPOINT_SECRET.into()),
            },
        ),
    ];
    let (owner, home): (AccountId, RegionId) = (OWNER.parse().unwrap(), "cn-hangzhou".parse().unwrap());
    let organisation = Organisation::standard(owner.clone(), "1000000000000001".parse().unwrap(), home.clone());
    let cloud = Cloud::new(Setup::with_seed(7), &organisation);
    let receivers = kinds.map(|(channel, kind)| ReceiverSetup {
        channel: channel.to_owned(),
        kind,
    });
    World::open(WorldSetup {
        wall: WallClock::new(now),
        receivers: receivers.into(),
        ..WorldSetup::new(cloud, owner, home, now())
    })
    .await
    .unwrap()
}

/// A channel of every platform, named after it, whose address is the world's.
fn channels(world: &World, language: Language) -> Vec<Box<dyn Channel>> {
    let url = |name: &str| WebhookUrl::parse(&world.webhook_url(name).unwrap(), Reach::PrivateToo).unwrap();
    let secret = |text: &str| SigningSecret::new(text).unwrap();
    let manner = || Manner {
        language,
        mention: PEOPLE.map(str::to_owned).into(),
    };
    let robot = DingTalk::new("dingtalk", url("dingtalk"), Some(secret(ROBOT_SECRET))).unwrap();
    let bot = Feishu::new("feishu", url("feishu"), Some(secret(ROBOT_SECRET))).unwrap();
    let endpoint = vec![secret(ENDPOINT_SECRET)];
    vec![
        Box::new(robot.with_manner(manner())),
        Box::new(bot.with_manner(manner())),
        Box::new(WeCom::new("wecom", url("wecom")).unwrap().with_manner(manner())),
        Box::new(Slack::new("slack", url("slack")).unwrap().with_manner(manner())),
        Box::new(Teams::new("teams", url("teams")).unwrap().with_manner(manner())),
        Box::new(Discord::new("discord", url("discord")).unwrap().with_manner(manner())),
        Box::new(Webhook::new("webhook", url("webhook"), endpoint.clone()).unwrap()),
        Box::new(CloudEvents::new("cloudevents", url("cloudevents"), OWNER, endpoint).unwrap()),
    ]
}

fn messages() -> Vec<Message> {
    let every = Kind::ALL.iter().map(|kind| preview::message(*kind, now()));
    let hostile = Message {
        content: Content::NeedsYou(NeedsYou {
            subject: HOSTILE.to_owned(),
            reason: HOSTILE.to_owned(),
            fix: HOSTILE.to_owned(),
            policy: HOSTILE.to_owned(),
            release: Some(HOSTILE.to_owned()),
            image: None,
            region: None,
            account: None,
        }),
        ..preview::message(Kind::NeedsYou, now())
    };
    every.chain([preview::digest(now()), hostile]).collect()
}

#[tokio::test]
async fn every_platform_takes_every_message_and_no_value_in_it_calls_anybody_or_leads_anywhere() {
    let world = world().await;
    let post = HttpPost::new(Limits::default()).unwrap();
    for language in Language::ALL {
        for message in messages() {
            for channel in channels(&world, language) {
                let outgoing = channel.render(&message, now()).unwrap();
                let answer = post.post(outgoing).await.unwrap();
                let outcome = channel.judge(&answer, now());
                assert_eq!(
                    outcome,
                    Outcome::Delivered,
                    "{} {language} {}",
                    channel.name(),
                    message.title()
                );
            }
            world.run_for(PAUSE).await;
        }
    }
    let heard = world.messages();
    assert_eq!(heard.len(), 8 * 3 * messages().len());
    let mut called = BTreeSet::new();
    for message in heard {
        for span in message.lines.iter().flat_map(|line| &line.spans) {
            let led = span.link.as_deref().unwrap_or_default();
            if span.mention {
                called.insert(message.channel.clone());
            }
            assert!(!led.contains("evil"), "{}: {span:?}", message.channel);
            assert!(
                !span.mention || PEOPLE.iter().any(|id| span.text.contains(id)),
                "{}: {span:?}",
                message.channel
            );
        }
    }
    for platform in ["dingtalk", "feishu", "wecom", "slack", "teams"] {
        assert!(called.contains(platform), "whoever is needed is called on {platform}");
    }
}
