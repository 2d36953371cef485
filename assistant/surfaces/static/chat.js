// Scrolls the document to the marked clause and the talk to the last question, follows the page's own links, asks the
// questions that are offered, and does what stands below an answer: copy it, say whether it helped. No answer is made here.
import { copied } from "./clipboard.js";
import { begin, end, giveUp } from "./waiting.js";

const CLAUSE = /^#c(\d+)$/;
const STORED = "plainclause.chat";
const still = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 860px)");
const find = (place) => document.querySelector(place);
const behavior = () => (still.matches ? "auto" : "smooth");
let shown = null; // id of the last rendering that was seen
let words = null; // id of the policy it showed
let count = 0;
let focusNext = false; // the reader followed a link: take the keyboard along

// The ways into the server from here: hidden text boxes whose change events are wired to it.
function put(box, text) {
  const field = find(`${box} textarea, ${box} input`);
  if (!field) return false;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

function go(search, number) {
  const policy = new URLSearchParams(search).get("policy");
  if (policy === null) return false;
  const target = new URLSearchParams({ policy });
  if (number) target.set("clause", number);
  target.set("time", String(++count)); // a link followed twice is a change, too
  return put("#target", target.toString());
}

// Questions that are asked from here, one after the other: each once the one before it is answered. What a visitor has written
// meanwhile comes back into the box then.
let waits = []; // questions that were not sent yet
let sent = true; // whether the one in the box was
let written = ""; // what the visitor wrote that was not sent
function ask(question) {
  waits.push(question);
  next();
}

function next() {
  if (busy || !sent) return;
  if (!waits.length) {
    if (written) put("#question", written);
    written = "";
    return;
  }
  const inBox = (find("#question textarea") || {}).value;
  if (!put("#question", waits[0])) return;
  waits.shift();
  written = written || inBox || "";
  sent = false;
  // The box takes the text up before the button reads it.
  setTimeout(() => {
    sent = true;
    find("#question .submit-button").click();
  }, 0);
  find("#question textarea").focus();
}
document.addEventListener("input", ({ isTrusted, target }) => {
  if (isTrusted && busy && target.matches("#question textarea")) written = target.value;
});

// --- arriving ------------------------------------------------------------------------------------------------------

// The page comes with its first rendering; the second says that the server has chosen the policy that the address names
// and the visitor's language. Until then a question would go to another policy than the one that stands there then.
let late = 0;
function wait(arriving) {
  const talk = find("#talk");
  const before = talk.inert;
  talk.inert = arriving;
  clearTimeout(late);
  if (arriving) late = setTimeout(wait, 5000, false);
  else if (before) arrived();
}

function arrived() {
  const kept = history.state && history.state.plainclause;
  if (kept) {
    history.replaceState(null, "");
    if (kept.question) put("#question", kept.question);
  }
  const stored = localStorage.getItem(STORED);
  const box = find("#remember");
  if (box) box.checked = stored !== null;
  const turns = kept ? kept.turns : stored ? JSON.parse(stored).turns : [];
  if (turns && turns.length) put("#remembered", JSON.stringify({ language: memory().language, turns, time: ++count }));
  document.dispatchEvent(new Event("plainclause:ready"));
}

const memory = () => JSON.parse((find("#memory textarea, #memory input") || {}).value || "{}");

// Only a visitor who turns it on leaves anything in this browser.
function keep() {
  const box = find("#remember");
  if (!box || find("#talk").inert) return;
  if (box.checked) localStorage.setItem(STORED, JSON.stringify({ turns: memory().turns || [] }));
  else localStorage.removeItem(STORED);
}
document.addEventListener("change", (event) => {
  if (event.target.id === "remember") keep();
});

// Where the page is loaded again, the talk goes along in this tab's history, and is then gone from there.
function take(url = location.href) {
  const question = find("#question textarea").value;
  history.replaceState({ plainclause: { turns: memory().turns || [], question } }, "", url);
}

// Another language: the same page, policy and talk.
function speak(code) {
  const url = new URL(location.href);
  url.searchParams.set("lang", code);
  const { policy } = JSON.parse((find("#asked-of .facts") || {}).textContent || "{}");
  // A page that has the widget ask all policies says so with "*": without it the chat would not know that it may.
  if (url.searchParams.get("policy") === "*") url.searchParams.set("policy", "*");
  else if (policy) url.searchParams.set("policy", policy);
  else url.searchParams.delete("policy");
  take(url);
  location.reload();
}

// Gradio loads the page again when the server has come back.
addEventListener("beforeunload", () => {
  if (lost()) take();
});
const lost = () => busy && Boolean(find(".toast-wrap .error, .toast-body.error"));

// --- the document --------------------------------------------------------------------------------------------------

function seen() {
  const scroller = find("#reading");
  const now = scroller && scroller.querySelector('[id^="shown-"]');
  if (!now || now.id === shown) return;
  const first = shown === null;
  shown = now.id;
  wait(first);
  const spoken = find("#about [lang]");
  if (spoken) document.documentElement.lang = spoken.lang;
  const whose = find("#about h1");
  if (whose) document.title = whose.textContent;
  scroller.tabIndex = 0; // so that the keyboard can scroll it
  scroller.setAttribute("role", "region");
  const title = now.querySelector("h2");
  scroller.setAttribute("aria-label", title ? title.textContent : "");
  const before = words;
  words = (now.querySelector('[id^="words-"]') || now).id;
  if (arriving) arrive();
  const hit = now.querySelector(".hit");
  if (!hit) {
    if (words !== before) scroller.scrollTop = 0;
    return;
  }
  const gap = hit.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  const room = Math.max(24, (scroller.clientHeight - hit.getBoundingClientRect().height) / 3);
  scroller.scrollTo({ top: scroller.scrollTop + gap - room, behavior: behavior() });
  if (focusNext) {
    focusNext = false;
    hit.tabIndex = -1;
    hit.focus({ preventScroll: true });
    if (narrow.matches) scroller.scrollIntoView({ block: "start", behavior: behavior() });
  }
}

// `?policy=rackspace#c14`: the server chooses the policy; once it stands there, go to the clause.
let arriving = CLAUSE.exec(location.hash);
function arrive() {
  const policy = new URLSearchParams(location.search).get("policy");
  if (policy === null || words !== "words-" + encodeURIComponent(policy)) return;
  const [, number] = arriving;
  arriving = null;
  go(location.search, number);
}

// --- the talk ------------------------------------------------------------------------------------------------------

// To the top of what scrolls: the page, or, in a frame of another page, the talk. (`scrollIntoView` would take the page
// around a frame along.)
function bring(bubble, log) {
  const inside = getComputedStyle(log).overflowY === "auto";
  const gap = bubble.getBoundingClientRect().top - (inside ? log.getBoundingClientRect().top : 0) - 14;
  if (inside) log.scrollTo({ top: log.scrollTop + gap, behavior: behavior() });
  else scrollTo({ top: scrollY + gap, behavior: behavior() });
}

let said = ""; // what the conversation held when it was last seen
function talked() {
  const log = find("#conversation [role=log]");
  const bubbles = log ? log.querySelectorAll("[data-testid=user], [data-testid=bot]") : [];
  const last = bubbles[bubbles.length - 1];
  const now = last ? bubbles.length + last.textContent : "";
  if (now === said) return;
  said = now;
  if (busy) answered(last);
  const waited = busy;
  working(false);
  keep();
  if (waited) next();
  // Gradio labels each bubble with its raw Markdown; a screen reader should read the bubble itself.
  for (const bubble of bubbles) bubble.removeAttribute("aria-label");
  const asked = log && [...log.querySelectorAll(".user-row, .bot-row")].slice(-2)[0];
  if (!asked) return;
  bring(asked, log);
}

// For the page around the chat: that a question was answered.
const facts = (answer) => JSON.parse(answer.querySelector(":scope > .facts").textContent);
function answered(bubble) {
  const answer = bubble && bubble.querySelector(".answer:has(> .facts)");
  if (answer) document.dispatchEvent(new CustomEvent("plainclause:answered", { detail: facts(answer) }));
}

// While a question waits for its answer, it stands in the talk, and "Stop" is offered.
let busy = false;
function working(now) {
  busy = now;
  find("#talk").classList.toggle("busy", now);
  if (!now) return end();
  const waiting = begin(find("#question textarea").value);
  if (waiting) bring(waiting, waiting.parentElement);
  return undefined;
}
// Before Gradio sees it, whose own part takes longer than an eye waits.
function sending(event) {
  const at = event.target instanceof Element ? event.target : document.body;
  const typed = event.key === "Enter" && !event.shiftKey && !event.isComposing && at.matches("#question textarea");
  if (!typed && !(event.type === "click" && at.closest("#question .submit-button"))) return;
  if (!busy) return working(true);
  event.preventDefault(); // Gradio would drop it: it stays in the box until the answer is there
  event.stopImmediatePropagation();
}
document.addEventListener("keydown", sending, true);
document.addEventListener("click", sending, true);

// Gradio leaves the list of policies open when the keyboard goes on with Tab: it would lie over the talk.
document.addEventListener("keydown", (event) => {
  const list = event.target instanceof Element && event.target.closest("#policy input");
  if (event.key === "Tab" && list) list.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
});

// --- below an answer -----------------------------------------------------------------------------------------------

// An answer to several questions is copied question by question.
function text(answer) {
  const parts = [...answer.querySelectorAll(":scope > .part")];
  return [...parts, answer].map(lines).filter(Boolean).join("\n\n");
}

function lines(answer) {
  const line = (place) => [...answer.querySelectorAll(`:scope > ${place}`)].map((each) => each.textContent);
  const parts = [...line(".part-asked"), ...line(".outcome"), ...line(".sentence"), ...line(".own-words")];
  for (const quote of answer.querySelectorAll(":scope > blockquote, :scope > .further:not(.closest) blockquote")) {
    const source = quote.nextElementSibling;
    const link = new URL(source.querySelector(".permalink").getAttribute("href"), new URL("./", location.href));
    const place = [...source.querySelectorAll(".path, .title")].map((each) => each.textContent);
    parts.push("", `“${quote.textContent}”`, ...place, link.href);
  }
  return parts.join("\n");
}

const keys = new WeakMap(); // answer -> the key by which its feedback can be changed
const latest = new WeakMap(); // answer -> what is told of it last: one after the other, so that each has the key
function tell(answer, ...what) {
  const telling = (latest.get(answer) || Promise.resolve()).then(() => post(answer, ...what)).catch(() => false);
  latest.set(answer, telling);
  return telling;
}

async function post(answer, helpful, comment) {
  if (new URLSearchParams(location.search).has("preview")) return false; // only looked at: nothing of it is kept
  const body = { ...facts(answer), surface: surface(), helpful };
  if (comment) body.comment = comment;
  if (keys.has(answer)) body.key = keys.get(answer);
  const response = await fetch("./api/feedback", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  const taken = response !== null && response.ok;
  if (taken) keys.set(answer, (await response.json()).key);
  return taken;
}
const surface = () => (location.pathname.endsWith("/embed") ? "widget" : "chat");

function say(answer, which) {
  for (const each of answer.querySelectorAll(".acts .said")) each.hidden = !each.classList.contains(which);
}

async function act(button) {
  const answer = button.closest(".answer");
  if (button.classList.contains("copy")) {
    await copied(text(answer));
    say(answer, "copied");
  } else if (button.classList.contains("word")) {
    for (const each of answer.querySelectorAll(".acts .word")) each.setAttribute("aria-pressed", String(each === button));
    const told = await tell(answer, button.classList.contains("helpful"));
    say(answer, told ? "thanks" : "not-kept");
    const comment = answer.querySelector(".acts .comment");
    comment.hidden = !told;
    if (told) comment.scrollIntoView({ block: "nearest", behavior: behavior() });
  } else if (button.classList.contains("send")) {
    const box = answer.querySelector(".acts .comment");
    const field = box.querySelector("input");
    const helpful = answer.querySelector(".acts .helpful").getAttribute("aria-pressed") === "true";
    const told = await tell(answer, helpful, field.value.trim());
    say(answer, told ? "kept" : "not-kept");
    if (told) {
      box.hidden = true;
      answer.querySelector(helpful ? ".acts .helpful" : ".acts .unhelpful").focus();
    }
  }
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".acts .comment input")) return;
  event.preventDefault();
  act(event.target.closest(".comment").querySelector(".send"));
});

document.addEventListener("click", (event) => {
  const at = event.target instanceof Element ? event.target : document.body;
  const offered = at.closest("button.ask");
  if (offered) return ask(offered.textContent);
  const way = at.closest(".way");
  if (way) {
    const detail = { ...facts(way.closest(".answer:has(> .facts)")), way: way.classList[1] };
    document.dispatchEvent(new CustomEvent("plainclause:handed", { detail }));
  }
  const button = at.closest("button.act");
  if (button) return act(button);
  if (at.closest("#asking .stop, #over")) {
    [waits, written] = [[], ""];
    giveUp();
    working(false);
  }
  const language = at.closest("a.language");
  if (language) {
    event.preventDefault();
    return speak(language.lang);
  }
  const link = at.closest('a[href^="?policy="]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return undefined;
  const url = new URL(link.getAttribute("href"), location.href);
  const clause = CLAUSE.exec(url.hash);
  if (!go(url.search, clause && clause[1])) return undefined;
  event.preventDefault();
  focusNext = Boolean(clause);
  return undefined;
});

// The script of the embedded page asks in the name of the page around it.
document.addEventListener("plainclause:ask", (event) => ask(event.detail));
let waiting = false;
new MutationObserver(() => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    seen();
    talked();
  });
}).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
