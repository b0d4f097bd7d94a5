//! One channel of every platform, with addresses and secrets that nobody has.

use crate::{
    Channel, ChannelError, CloudEvents, DingTalk, Discord, Feishu, Manner, Reach, SecretError, SigningSecret, Slack,
    Teams, UrlError, WeCom, Webhook, WebhookUrl,
};

/// Why there is no channel to preview: never, unless a platform's rules changed and not the samples.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PreviewError {
    /// An address is none.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// A secret is none.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A channel refuses what it is given.
    #[error(transparent)]
    Channel(#[from] ChannelError),
}

/// Every platform, by the name that the policy file gives it.
pub const PLATFORMS: [&str; 8] = [
    "dingtalk",
    "feishu",
    "wecom",
    "slack",
    "teams",
    "discord",
    "webhook",
    "cloudevents",
];

/// A channel's kind as the policy file names it, and the channel.
pub type Platform = (&'static str, Box<dyn Channel>);

/// One channel of every platform, speaking in this manner. Their addresses lead nowhere.
pub fn channels(manner: &Manner) -> Result<Vec<Platform>, PreviewError> {
    let manner = || manner.clone();
    let url = |text: &str| WebhookUrl::parse(text, Reach::Public);
    let ding = url("https://oapi.dingtalk.com/robot/send?access_token=sample")?;
    let lark = url("https://open.feishu.cn/open-apis/bot/v2/hook/sample")?;
    let wecom = url("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=sample")?;
    let slack = url("https://hooks.slack.com/services/T0SAMPLE/B0SAMPLE/sample")?;
    let teams = url("https://prod-01.westus.logic.azure.com/workflows/sample/triggers/manual/paths/invoke?sig=sample")?;
    let discord = url("https://discord.com/api/webhooks/1/sample")?;
    let hook = url("https://hooks.example.com/goldcast")?;
    // "a sample secret, never used", as Standard Webhooks writes secrets.
    let key = || SigningSecret::new("whsec_YSBzYW1wbGUgc2VjcmV0LCBuZXZlciB1c2Vk");
    Ok(vec![
        (
            "dingtalk",
            Box::new(DingTalk::new("dingtalk", ding, Some(SigningSecret::new("SECsample")?))?.with_manner(manner())),
        ),
        (
            "feishu",
            Box::new(Feishu::new("feishu", lark, Some(SigningSecret::new("sample")?))?.with_manner(manner())),
        ),
        ("wecom", Box::new(WeCom::new("wecom", wecom)?.with_manner(manner()))),
        ("slack", Box::new(Slack::new("slack", slack)?.with_manner(manner()))),
        ("teams", Box::new(Teams::new("teams", teams)?.with_manner(manner()))),
        (
            "discord",
            Box::new(Discord::new("discord", discord)?.with_manner(manner())),
        ),
        (
            "webhook",
            Box::new(Webhook::new("webhook", hook.clone(), vec![key()?])?),
        ),
        (
            "cloudevents",
            Box::new(CloudEvents::new("cloudevents", hook, "1234567890123456", vec![key()?])?),
        ),
    ])
}
