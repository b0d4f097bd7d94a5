// Keeps the page up to date: asks for it again and takes over what is new. Messages are added below, never redrawn, so
// that nothing moves under a reader and a screen reader says only the new ones.
"use strict";

const PERIOD_MS = 1000;
const NEAR_THE_END_PX = 120;

const pulse = document.getElementById("pulse");
const thread = document.getElementById("thread");

function atTheEnd() {
  const page = document.documentElement;
  return page.scrollHeight - page.scrollTop - page.clientHeight < NEAR_THE_END_PX;
}

function takeOver(next) {
  // Times and counts: plain words.
  for (const element of document.querySelectorAll("[id]")) {
    const other = next.getElementById(element.id);
    if (other && element.childElementCount === 0 && other.childElementCount === 0) {
      if (element.textContent !== other.textContent) element.textContent = other.textContent;
      element.hidden = other.hidden;
    }
  }
  const refusal = document.getElementById("last-refusal");
  const rows = document.getElementById("rows");
  for (const element of [refusal, rows]) {
    const other = element && next.getElementById(element.id);
    if (other && element.innerHTML !== other.innerHTML) element.replaceChildren(...other.childNodes);
  }
  if (!thread) return;
  const follow = atTheEnd();
  let added = false;
  for (const message of next.querySelectorAll("#thread > article")) {
    if (!document.getElementById(message.id)) {
      thread.append(message);
      added = true;
    }
  }
  if (added && follow) thread.lastElementChild.scrollIntoView({ block: "end" });
}

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
      pulse.textContent = "";
    } catch {
      pulse.textContent = "This world has ended, or does not answer. The page shows what there was last.";
    }
  }
  setTimeout(look, PERIOD_MS);
}

if (thread && thread.lastElementChild) thread.lastElementChild.scrollIntoView({ block: "end" });
setTimeout(look, PERIOD_MS);
