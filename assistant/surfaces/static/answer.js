// The answer above the words' search. It is fetched by its own request, shown when it comes, and dropped when something else
// was typed in between. From it a reply is drafted, and its clause is copied.
import { copied } from "./clipboard.js";
import { absolute, clone, find, opening, say, some } from "./words.js";

const REST = 600; // ms without a key before a question is asked
const SHOWN = 2; // policies whose answers are open; those of others are folded
const MAY_ASK = /\S\s+\S+\s+\S|\?/; // fewer words without a question mark are no question
const [place, told, room] = ["#answer", "#answered", "#answer .says"].map(find);

let asking = new AbortController();
let resting = 0;
let last = ""; // what was asked last, with its filters
let coming = Promise.resolve(false);
let answers = [];

/** Asks after a rest; what is asked or shown for something else is given up at once. */
export function askSoon(what) {
  if (key(what) === last) return;
  drop();
  resting = setTimeout(() => ask(what), REST);
}

/** Asks now; whether there is an answer, once it is known. The same thing is not asked twice. */
export function ask(what) {
  if (key(what) === last) return coming;
  drop();
  if (!MAY_ASK.test(what.q)) return Promise.resolve(false);
  last = key(what);
  coming = fetched(what);
  return coming;
}

const key = ({ q, company, policy, version }) => JSON.stringify([q, company, policy, version]);

function drop() {
  clearTimeout(resting);
  asking.abort();
  last = "";
  answers = [];
  place.hidden = true;
  told.textContent = "";
  room.replaceChildren();
}

async function fetched({ q, company, policy, version }) {
  asking = new AbortController();
  const { signal } = asking;
  // Only what turns out to be a question is answered: a line at once would jump under words that are searched.
  const slow = setTimeout(() => tell(told.dataset.waits), 400);
  try {
    const response = await fetch("./desk/answer", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ q, company, policy, version: version || "current", language: document.documentElement.lang }),
      signal,
    });
    if (response.status === 429 || response.status === 503) {
      last = "";
      const seconds = response.headers.get("retry-after") || "5";
      tell((seconds === "1" ? told.dataset.busyOne : told.dataset.busyMany).replace("{seconds}", seconds));
      return false;
    }
    if (!response.ok) throw new Error(`${response.status} for an answer`);
    const found = await response.json();
    if (signal.aborted) return false;
    if (found.notice) tell(found.notice);
    else if (found.answers.length) show(found.answers);
    else place.hidden = true;
    return found.answers.length > 0;
  } catch {
    if (signal.aborted) return false;
    last = "";
    tell(told.dataset.failed);
    return false;
  } finally {
    clearTimeout(slow);
  }
}

function tell(text) {
  if (asking.signal.aborted) return;
  place.hidden = false;
  told.textContent = text;
}

// --- showing -------------------------------------------------------------------------------------------------------

function show(found) {
  tell(told.dataset.done);
  answers = found;
  const shown = found.map(ofPolicy);
  room.replaceChildren(...shown.slice(0, SHOWN));
  if (found.length <= SHOWN) return;
  const rest = document.createElement("details");
  const head = document.createElement("summary");
  head.textContent = some(find("#rest-of"), found.length - SHOWN);
  rest.append(head, ...shown.slice(SHOWN));
  room.append(rest);
}

function ofPolicy(each, at) {
  const made = clone("#of-policy").firstElementChild;
  made.dataset.at = at;
  made.querySelector(".source").hidden = !each.title;
  made.querySelector(".title").textContent = each.title || "";
  made.querySelector(".date").textContent = each.date || "";
  made.querySelector(".badge").hidden = !each.earlier;
  made.querySelector(".copy").hidden = !each.said.some((one) => one.quotes.length);
  made.querySelector(".each").append(...each.said.map((one) => said(one, each.said.length > 1)));
  return made;
}

function said(one, among) {
  const made = clone("#said-of");
  const fill = (where, text) => {
    made.querySelector(where).textContent = text || "";
    made.querySelector(where).hidden = !text;
  };
  fill(".asks", among && one.question);
  fill(".outcome", one.headline);
  fill(".confidence", one.confidence);
  fill(".sentence", one.sentence);
  made.querySelector(".outcome").classList.add(one.outcome);
  const proof = made.querySelector(".proof");
  for (const { quote, language, path, permalink } of one.quotes) {
    const each = proof.cloneNode(true);
    for (const words of each.querySelectorAll("[lang]")) words.lang = language;
    each.querySelector("blockquote").textContent = quote;
    each.querySelector(".path").textContent = path.join(" › ");
    each.querySelector(".open").href = opening(permalink);
    proof.before(each);
  }
  proof.remove();
  return made;
}

// --- the answer that is meant: the one with the focus, else the first ------------------------------------------------

const meant = () => document.activeElement.closest("#answer .of") || room.querySelector(".of");

/** Puts the focus on the answer; whether there is one. */
export function answerFocused() {
  const first = room.querySelector(".of");
  if (first) first.focus();
  return Boolean(first);
}

export const inAnswer = () => Boolean(document.activeElement.closest("#answer .of"));

const paragraphs = (...all) => all.filter(Boolean).join("\n\n");

const lines = (...all) => all.filter(Boolean).join("\n");

const source = ({ permalink }, { title, date }) => lines([title, date].filter(Boolean).join(", "), absolute(permalink));

// The sentence, then each quote with its source; words that the sentence quotes whole are not said twice.
function proved(each, { text, quotes }) {
  const whole = quotes.length === 1 && text.includes(quotes[0].quote.replace(/[.;:,]$/, ""));
  if (whole) return [lines(text, source(quotes[0], each))];
  return [text, ...quotes.map((own) => lines(`“${own.quote}”`, source(own, each)))];
}

/** Copies the clauses of the answer that is meant, with their citations, and says whether that was done. */
export async function copyAnswer(box = meant()) {
  const each = box && answers[box.dataset.at];
  if (!each) return false;
  const { copied: done, notCopied } = find("#said").dataset;
  const quotes = each.said.flatMap((one) => one.quotes.map((own) => lines(`“${own.quote}”`, own.path.join(" › "), source(own, each))));
  if (quotes.length) say((await copied(paragraphs(...quotes))) ? done : notCopied);
  return quotes.length > 0;
}

/** Drafts a reply of the answer that is meant; whether there was one. */
export function reply(box = meant()) {
  const each = box && answers[box.dataset.at];
  if (!each) return false;
  const old = room.querySelector(".draft");
  if (old && old.parentElement !== box) old.remove(); // one reply at a time
  if (!box.querySelector(".draft")) {
    const { begins, ends } = place.dataset;
    const said = each.said.flatMap((one) => proved(each, one));
    box.append(clone("#draft"));
    box.querySelector("textarea").value = paragraphs(begins, ...said, ends);
  }
  const text = box.querySelector("textarea");
  text.focus();
  text.select();
  return true;
}

function close(box) {
  box.querySelector(".draft").remove();
  box.focus();
}

place.addEventListener("click", (event) => {
  const box = event.target.closest(".of");
  if (!box) return;
  if (event.target.closest(".reply")) reply(box);
  else if (event.target.closest(".copy")) copyAnswer(box);
  else if (event.target.closest(".close")) close(box);
});
place.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = event.target.querySelector("textarea");
  const { replied, notCopied } = find("#said").dataset;
  say((await copied(text.value)) ? replied : notCopied);
});
place.addEventListener("keydown", (event) => {
  const box = event.key === "Escape" && event.target.closest(".of");
  if (!box || !event.target.closest(".draft")) return;
  event.stopPropagation();
  close(box);
});
