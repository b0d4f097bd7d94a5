// What a careless sender would post: on every platform, a text that tries to run, to load, to lead elsewhere and to call
// everyone, and one that people would read. Written from the platforms' own documentation.
import { createHmac } from "node:crypto";

export const HOSTILE = `</script><script>window.pwned=1</script><img src="https://evil.example/x.png" onerror="window.pwned=1">`;
export const READABLE = "黄金镜像 corp-linux 已发布 · ゴールデンイメージ公開";

const json = (body, headers = {}) => ({
  headers: { "content-type": "application/json; charset=utf-8", ...headers },
  body: JSON.stringify(body),
});

// The headers of Standard Webhooks.
function signed(secret, id, body) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

const PLATFORMS = {
  dingtalk({ url, secret }, text) {
    const timestamp = Date.now();
    const sign = createHmac("sha256", secret).update(`${timestamp}\n${secret}`).digest("base64");
    const query = new URLSearchParams({ timestamp, sign });
    return [`${url}&${query}`, json({ msgtype: "markdown", markdown: { title: "Browser", text: `#### Browser\n${text}` } })];
  },
  feishu({ url, secret }, text) {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const sign = createHmac("sha256", `${timestamp}\n${secret}`).update("").digest("base64");
    const header = { template: "green", title: { tag: "plain_text", content: "Browser" } };
    const elements = [{ tag: "div", text: { tag: "lark_md", content: text } }];
    return [url, json({ timestamp, sign, msg_type: "interactive", card: { header, elements } })];
  },
  wecom: ({ url }, text) => [url, json({ msgtype: "markdown", markdown: { content: text } })],
  slack({ url }, text) {
    const section = { type: "section", text: { type: "mrkdwn", text } };
    return [url, json({ text: "Browser", blocks: [section] })];
  },
  teams({ url }, text) {
    const content = { type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", text, wrap: true }] };
    const attachments = [{ contentType: "application/vnd.microsoft.card.adaptive", content }];
    return [url, json({ type: "message", attachments })];
  },
  discord: ({ url }, text) => [`${url}?wait=true`, json({ embeds: [{ title: "Browser", description: text }] })],
  webhook({ url, secret }, text) {
    const body = JSON.stringify({ type: "browser.test", timestamp: new Date().toISOString(), data: { text } });
    const headers = { "content-type": "application/json", ...signed(secret, `browser_${text.length}`, body) };
    return [url, { headers, body }];
  },
  cloudevents({ url, secret }, text) {
    const id = String(text.length);
    const body = JSON.stringify({ specversion: "1.0", id, source: "/browser", type: "browser.test", data: { text } });
    const headers = { "content-type": "application/cloudevents+json", ...signed(secret, id, body) };
    return [url, { headers, body }];
  },
};

// Posts a text to a channel as its platform wants it; fails unless it was taken.
export async function post(channel, text) {
  const [url, { headers, body }] = PLATFORMS[channel.kind](channel, text);
  const answer = await fetch(url, { method: "POST", headers, body });
  const said = await answer.text();
  if (!answer.ok || /"(errcode|code)":[^0]/.test(said)) {
    throw new Error(`${channel.kind} refused: ${answer.status} ${said}`);
  }
}
