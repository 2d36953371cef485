// The desk: searches all clauses as one types, shows each in its context, copies it with its citation. What is searched
// stands in the address, so that it can be shared. answer.js answers what is a question, kept.js keeps recent searches and pins,
// compare.js compares policies.
import { answerFocused, ask, askSoon, copyAnswer, inAnswer, reply } from "./answer.js";
import { copied } from "./clipboard.js";
import { compareOpened } from "./compare.js";
import { context, line, part } from "./context.js";
import { keep, searched } from "./kept.js";
import "./language.js";
import { absolute, address, clone, describe, find, headings, marked, opening, say, some, text } from "./words.js";

const PAGE = 20; // clauses that come at a time
const PAUSE = 80; // ms without a key before the server is asked
const FILTERS = ["company", "policy", "version", "practice", "data"];
const narrow = matchMedia("(max-width: 860px)");
const [form, box, list, preview, count] = ["#find", "#q", "#hits", "#preview", "#count"].map(find);

// --- the address ---------------------------------------------------------------------------------------------------

const wanted = () => ({ q: box.value.trim(), ...Object.fromEntries(FILTERS.map((name) => [name, form.elements[name].value])) });

function read() {
  const given = new URLSearchParams(location.search);
  box.value = given.get("q") || "";
  for (const name of FILTERS) {
    const select = form.elements[name];
    select.value = given.get(name) || "";
    if (select.selectedIndex < 0) select.value = "";
  }
  find("#single").checked = given.get("keys") !== "off";
}

function turn() {
  const hash = location.hash === "#compare" || (location.hash !== "#search" && !find("#compare").hidden) ? "#compare" : "#search";
  for (const part of ["#search", "#compare"]) {
    find(part).hidden = part !== hash;
    const link = find(`nav a[href="${part}"]`);
    if (part === hash) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

// --- searching -----------------------------------------------------------------------------------------------------

let clauses = []; // those in the list, in its order
let chosen = -1;
let asked = new AbortController();
let pause = 0;
let waiting = false; // what was typed last has not been answered yet

function soon() {
  waiting = true;
  clearTimeout(pause);
  pause = setTimeout(search, PAUSE);
}

async function search(offset = 0) {
  clearTimeout(pause);
  asked.abort();
  asked = new AbortController();
  waiting = true;
  const { signal } = asked;
  const what = wanted();
  address(what);
  const filtered = FILTERS.filter((name) => what[name]);
  for (const name of FILTERS) form.elements[name].closest("label").classList.toggle("chosen", Boolean(what[name]));
  find("#clear").hidden = filtered.length === 0;
  find("#filtered").textContent = filtered.length || "";
  const query = new URLSearchParams({ ...what, version: what.version || "current", limit: PAGE, offset });
  for (const [name, value] of [...query]) if (!value) query.delete(name);
  let found;
  try {
    const response = await fetch(`./api/clauses?${query}`, { signal });
    if (!response.ok) throw new Error(`${response.status} for ${query}`);
    found = await response.json();
  } catch {
    if (signal.aborted) return;
    waiting = false;
    count.textContent = count.dataset.failed;
    return;
  }
  if (signal.aborted) return;
  waiting = false;
  const within = list.contains(document.activeElement);
  if (offset === 0) begin();
  const first = clauses.length;
  clauses.push(...found.clauses);
  for (let at = first; at < clauses.length; at++) list.append(row(at));
  count.textContent = found.total ? some(count, found.total) : count.dataset.none;
  find("#nothing").hidden = found.total > 0;
  preview.hidden = !found.total;
  find("#earlier-too").hidden = what.version !== "";
  find("#more").hidden = clauses.length >= found.total;
  if (offset > 0 || within) focus(first);
  else if (clauses.length) reach(0);
  if (offset === 0 && what.q && clauses.length && !narrow.matches) choose(0);
}

function anew() {
  search();
  return ask(wanted());
}

// The search as it stands, with its filters in words.
function entry() {
  const filters = FILTERS.map((name) => form.elements[name]).filter((each) => each.value);
  const named = filters.map((each) => each.selectedOptions[0].textContent.trim());
  const { q } = wanted();
  return q ? searched(q, named) : searched(named.join(" · "), []);
}

function begin() {
  clauses = [];
  chosen = -1;
  empty();
  list.replaceChildren();
}

function row(at) {
  const clause = clauses[at];
  const found = clone("#hit-row");
  if (!clause.near || (at && clauses[at - 1].near)) found.querySelector(".near").remove();
  const link = found.querySelector(".clause");
  marked(link, clause.quote, clause.matches);
  link.href = opening(clause.permalink);
  link.dataset.at = at;
  found.querySelector(".path").textContent = headings(clause, clause.title);
  for (const each of found.querySelectorAll("[lang]")) each.lang = clause.language || "en";
  const source = found.querySelector(".source");
  describe(source, clause);
  source.id = `source-${at}`;
  link.setAttribute("aria-describedby", source.id);
  return found;
}

// --- moving through the list: one clause at a time can be reached with Tab, the arrows go to the others ------------

const links = () => [...list.querySelectorAll(".clause")];

function reach(at) {
  links().forEach((link, place) => (link.tabIndex = place === at ? 0 : -1));
}

function focus(at) {
  const link = links()[at];
  if (!link) return;
  link.focus({ preventScroll: true });
  choose(at);
  link.closest(".hit").scrollIntoView({ block: "nearest" });
}

async function step(by) {
  if (waiting && document.activeElement === box) {
    await search();
    return focus(0);
  }
  const at = document.activeElement.closest(".clause") ? chosen : by > 0 ? -1 : 0;
  if (at + by < 0) box.focus();
  else if (at + by < clauses.length) focus(at + by);
  else if (!find("#more").hidden) search(clauses.length);
  return undefined;
}

function choose(at) {
  if (at === chosen) return;
  chosen = at;
  reach(at);
  links().forEach((link, place) => {
    link.closest(".hit").classList.toggle("chosen", place === at);
    if (place === at) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
  show(clauses[at]);
}

// --- the clause in its context -------------------------------------------------------------------------------------

function empty() {
  preview.replaceChildren(unchosen);
  settle();
}
const unchosen = find("#unchosen");

// Where there is no room beside the list, the context stands below its clause.
function settle() {
  const hit = narrow.matches && chosen >= 0 && links()[chosen].closest(".hit");
  if (hit) hit.append(preview);
  else if (preview.parentElement !== find("#columns")) find("#columns").append(preview);
}

async function show(clause) {
  const shown = clone("#chosen");
  shown.querySelector(".path").textContent = headings(clause, clause.title);
  for (const each of shown.querySelectorAll("[lang]")) each.lang = clause.language || "en";
  describe(shown.querySelector(".source"), clause);
  shown.querySelector(".open").href = opening(clause.permalink);
  const words = shown.querySelector(".words");
  words.append(line([part(clause)]));
  preview.replaceChildren(shown);
  preview.scrollTop = 0;
  settle();
  const policy = await text(clause.policy_id).catch(() => null);
  const now = policy && policy.clauses[clause.number];
  // Where the server has taken up another text in between, the clause alone is right.
  if (clause !== clauses[chosen] || !now || now.start !== clause.start || now.quote !== clause.quote) return;
  words.replaceChildren(...context(policy, clause));
  const mark = words.querySelector(".this");
  const room = (preview.clientHeight - mark.offsetHeight) / 3;
  const gap = mark.getBoundingClientRect().top - preview.getBoundingClientRect().top;
  if (!narrow.matches) preview.scrollTop += gap - Math.max(24, room);
}

// --- copying -------------------------------------------------------------------------------------------------------

function citation(clause) {
  const source = preview.querySelector(".source");
  const named = [".title", ".date"].map((place) => source.querySelector(place).textContent).filter(Boolean).join(", ");
  return [`“${clause.quote}”`, headings(clause, clause.title), named, absolute(clause.permalink)].filter(Boolean).join("\n");
}

async function copy() {
  if (chosen < 0) return;
  keep(entry());
  const done = await copied(citation(clauses[chosen]));
  say(done ? find("#said").dataset.copied : find("#said").dataset.notCopied);
}

// --- what the visitor does -----------------------------------------------------------------------------------------

// The focus goes to the answer when it comes, if it is still where it was left.
async function toAnswer(coming) {
  const before = document.activeElement;
  if ((await coming) && document.activeElement === before) answerFocused();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [found, answered] = [search(), ask(wanted())];
  keep(entry());
  await found;
  focus(0);
  toAnswer(answered);
});
box.addEventListener("input", () => {
  soon();
  askSoon(wanted());
});
// A ticket's question that is pasted as a whole is asked at once; then its single keys work.
document.addEventListener("paste", (event) => {
  const at = event.target;
  const whole = at === box && box.selectionEnd - box.selectionStart === box.value.length;
  if (find("#search").hidden || keys.open || (!whole && at.matches("input, textarea, [contenteditable]"))) return;
  const pasted = event.clipboardData.getData("text/plain").replace(/\s+/g, " ").trim();
  if (!pasted) return;
  event.preventDefault();
  box.focus();
  box.select();
  document.execCommand("insertText", false, pasted); // so that it can be undone
  const answered = anew();
  keep(entry());
  if (find("#single").checked) toAnswer(answered);
});
form.addEventListener("change", (event) => {
  if (event.target === box) return;
  const { policy, version } = form.elements;
  // Whoever chooses an earlier version by name wants it searched.
  if (event.target === policy && policy.selectedOptions[0].hasAttribute("data-replaced") && !version.value) version.value = "all";
  anew();
});
find("#clear").addEventListener("click", () => {
  for (const name of FILTERS) form.elements[name].value = "";
  anew();
  box.focus();
});
find("#earlier-too").addEventListener("click", () => {
  form.elements.version.value = "all";
  anew();
  box.focus();
});
find("#more").addEventListener("click", () => search(clauses.length));

// A click on a clause shows its context; another one, as Enter does, opens it.
let before = -1;
list.addEventListener("pointerdown", () => (before = chosen));
list.addEventListener("focusin", (event) => {
  const link = event.target.closest(".clause");
  if (link) choose(Number(link.dataset.at));
});
list.addEventListener("click", (event) => {
  const hit = event.target.closest(".hit");
  if (!hit || preview.contains(event.target) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = hit.querySelector(".clause");
  const at = Number(link.dataset.at);
  if (event.target.closest(".clause") && (event.detail === 0 || before === at)) return;
  event.preventDefault();
  if (String(getSelection())) return; // words were marked, to be copied by hand
  link.focus({ preventScroll: true });
  choose(at);
});
preview.addEventListener("click", (event) => {
  if (event.target.closest(".copy")) copy();
  else if (event.target.closest(".pin")) {
    const { quote, title, permalink } = clauses[chosen];
    keep({ label: quote.length > 90 ? `${quote.slice(0, 90)} …` : quote, beside: title, link: permalink }, true);
    say(find("#pin").dataset.pinned);
  }
});
find("#pin").addEventListener("click", (event) => {
  keep(entry(), true);
  say(event.target.dataset.pinned);
});
find("#share").addEventListener("click", async (event) => {
  const { link } = searched("", []);
  say((await copied(absolute(link))) ? event.target.dataset.shared : find("#said").dataset.notCopied);
});
narrow.addEventListener("change", () => {
  find(".filters").open = !narrow.matches;
  settle();
});

addEventListener("hashchange", () => {
  turn();
  if (!find("#compare").hidden) compareOpened(box.value.trim());
});

const keys = find("#keys");
find("#show-keys").addEventListener("click", () => keys.showModal());
find("#single").addEventListener("change", (event) => {
  address({ keys: event.target.checked ? "" : "off" });
  if (!event.target.checked) say(find("#said").dataset.keysOff);
});

// The answer may still be coming.
async function draft() {
  if (!(await ask(wanted()))) return;
  keep(entry());
  reply();
}

function single(key) {
  if (key === "/") {
    if (find("#search").hidden) location.hash = "#search";
    turn();
    box.focus();
    box.select();
  } else if (key === "c" && !find("#search").hidden) inAnswer() || chosen < 0 ? copyAnswer() : copy();
  else if (key === "r" && !find("#search").hidden) draft();
  else if (key === "?") keys.showModal();
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || keys.open) return;
  const at = event.target;
  const typing = at.matches("input:not([type=checkbox]), select, textarea");
  const searching = at === box || at.closest("#hits .clause") || at === document.body || at.matches("#answer .of") || at === find("#content");
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && searching && !find("#search").hidden && !event.shiftKey) {
    if (at === box && event.key === "ArrowUp") return;
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape" && at.closest("#hits, #preview, #answer")) box.focus();
  else if (!typing && find("#single").checked && single(event.key)) event.preventDefault();
});

// --- arriving ------------------------------------------------------------------------------------------------------

read();
find("#columns").hidden = false;
find("#show-keys").hidden = false;
find(".filters").open = !narrow.matches;
turn();
anew();
if (!narrow.matches && !location.hash && !document.activeElement.matches("input")) box.focus();
