//! Prints what every channel would post for every kind of message in every language, one JSON object a line, for programs
//! that know the platforms and know nothing about goldcast: `requests <Unix seconds>`. Nothing is sent; every secret in it
//! is made up.
#![expect(clippy::unwrap_used, reason = "a program for tests, which fails by panicking")]

mod messages;

use std::io::Write as _;

use goldcast_notify::{
    Channel, CloudEvents, DingTalk, Discord, Feishu, Language, Manner, Reach, SigningSecret, Slack, Teams, WeCom,
    Webhook, WebhookUrl,
};
use jiff::Timestamp;
use serde::Serialize;

const ROBOT_SECRET: &str = "SEC000000000000000000000000000000000000000000000000000000000000test";
const NEW_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const OLD_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// One request.
#[derive(Serialize)]
struct Line<'a> {
    channel: &'a str,
    language: &'static str,
    message: &'a str,
    url: String,
    headers: Vec<(&'a str, &'a str)>,
    body: &'a str,
    /// What the receiver knows: any one of these must do.
    secrets: &'a [&'static str],
}

/// A channel, and the secrets that its receiver may know.
type Told = (Box<dyn Channel>, &'static [&'static str]);

fn main() {
    let seconds = std::env::args().nth(1).unwrap().parse().unwrap();
    let now = Timestamp::from_second(seconds).unwrap();
    let mut out = std::io::stdout().lock();
    for language in Language::ALL {
        for (channel, secrets) in channels(language) {
            for (name, message) in messages::all(now) {
                let outgoing = channel.render(&message, now).unwrap();
                let request = outgoing.request();
                let headers = request.headers().iter();
                let line = Line {
                    channel: channel.name(),
                    language: language.code(),
                    message: name,
                    url: request.uri().to_string(),
                    headers: headers
                        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
                        .collect(),
                    body: str::from_utf8(request.body()).unwrap(),
                    secrets,
                };
                serde_json::to_writer(&mut out, &line).unwrap();
                writeln!(out).unwrap();
            }
        }
    }
}

/// Every channel, named by its kind, with somebody to mention.
fn channels(language: Language) -> Vec<Told> {
    let url = |text: &str| WebhookUrl::parse(text, Reach::Public).unwrap();
    let secret = |text: &str| SigningSecret::new(text).unwrap();
    let speaking = |mention: &str| Manner {
        language,
        mention: vec![mention.to_owned()],
    };
    let dingtalk = url("https://oapi.dingtalk.com/robot/send?access_token=0a1b2c3d4e5f0a1b2c3d4e5f");
    let feishu = url("https://open.feishu.cn/open-apis/bot/v2/hook/0a1b2c3d-4e5f-0a1b-2c3d-4e5f0a1b2c3d");
    let wecom = url("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0a1b2c3d-4e5f-0a1b-2c3d-4e5f0a1b2c3d");
    let slack = url("https://hooks.slack.com/services/T00000000/B00000000/XXXXtestXXXXtestXXXXtest");
    let teams =
        url("https://prod-12.westeurope.logic.azure.com/workflows/0a1b/triggers/manual/paths/invoke?sig=0a1b2c3d");
    let discord = url("https://discord.com/api/webhooks/1440000000000000000/0a1b2c3d4e5f0a1b2c3d4e5f");
    let webhook = || url("https://hooks.example.com/in");
    let rotated = || vec![secret(NEW_SECRET), secret(OLD_SECRET)];
    let cloudevents = |secrets| CloudEvents::new("cloudevents", webhook(), "1234567890123456", secrets).unwrap();
    let robot = DingTalk::new("dingtalk", dingtalk, Some(secret(ROBOT_SECRET))).unwrap();
    let bot = Feishu::new("feishu", feishu, Some(secret(ROBOT_SECRET))).unwrap();
    let hook = Webhook::new("webhook", webhook(), rotated()).unwrap();
    vec![
        (Box::new(robot.with_manner(speaking("13800001111"))), &[ROBOT_SECRET]),
        (
            Box::new(bot.with_manner(speaking("ou_7d8a6e6df7621556ce0d21922b676706"))),
            &[ROBOT_SECRET],
        ),
        (
            Box::new(WeCom::new("wecom", wecom).unwrap().with_manner(speaking("lilei"))),
            &[],
        ),
        (
            Box::new(Slack::new("slack", slack).unwrap().with_manner(speaking("U012AB3CD"))),
            &[],
        ),
        (
            Box::new(
                Teams::new("teams", teams)
                    .unwrap()
                    .with_manner(speaking("ops@example.com")),
            ),
            &[],
        ),
        (
            Box::new(
                Discord::new("discord", discord)
                    .unwrap()
                    .with_manner(speaking("80351110224678912")),
            ),
            &[],
        ),
        (Box::new(hook), &[NEW_SECRET, OLD_SECRET]),
        (Box::new(cloudevents(Vec::new())), &[]),
        (Box::new(cloudevents(vec![secret("t0ken")])), &["t0ken"]),
        (Box::new(cloudevents(rotated())), &[NEW_SECRET, OLD_SECRET]),
    ]
}
