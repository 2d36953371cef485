// The desk's other half: asks several policies the same question and lays their answers side by side.
import { copied } from "./clipboard.js";
import { absolute, address, clone, describe, find, headings, opening, say, some, text } from "./words.js";

const boxes = () => [...document.querySelectorAll("#ask [name=policies]")];
const ticked = () => boxes().filter((each) => each.checked).map((each) => each.value);
let comparing = new AbortController();

async function compare() {
  const said = find("#compared");
  const question = find("#question").value.trim();
  const policies = ticked();
  comparing.abort();
  comparing = new AbortController();
  const { signal } = comparing;
  address({ question, policies: policies.join(",") });
  find("#table").replaceChildren();
  if (!question || !policies.length) {
    said.textContent = question ? said.dataset.none : said.dataset.unasked;
    if (!question) find("#question").focus();
    return;
  }
  said.textContent = said.dataset.waits;
  try {
    const response = await fetch("./api/compare", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ question, policies, language: document.documentElement.lang }),
      signal,
    });
    if (!response.ok) throw new Error(`${response.status} for a comparison`);
    const comparison = await response.json();
    const cited = comparison.rows.filter((each) => each.citations.length).map((each) => each.policy_id);
    const read = await Promise.all(cited.map(async (id) => [id, await text(id)]));
    if (signal.aborted) return;
    find("#table").replaceChildren(table(comparison, new Map(read)));
    said.textContent = some(said, comparison.rows.length);
  } catch {
    if (!signal.aborted) said.textContent = said.dataset.failed;
  }
}

function table(comparison, read) {
  const made = clone("#comparison");
  made.querySelector("caption").textContent = comparison.question;
  if (comparison.understood) {
    const understood = made.querySelector(".understood");
    understood.textContent = understood.textContent.replace("{question}", () => comparison.understood);
    understood.hidden = false;
  }
  made.querySelector("tbody").append(...comparison.rows.map((each) => compared(each, read.get(each.policy_id))));
  const query = new URLSearchParams({ question: comparison.question, lang: document.documentElement.lang });
  for (const each of comparison.rows) query.append("policies", each.policy_id); // an id may hold a comma
  for (const link of made.querySelectorAll("[data-as]")) link.href = `./desk/compare.${link.dataset.as}?${query}`;
  return made;
}

function compared(each, policy) {
  const made = clone("#comparison-row");
  describe(made.querySelector("th"), each);
  const outcome = find("#outcomes").content.querySelector(`.${CSS.escape(each.outcome)}`);
  made.querySelector(".verdict").append(outcome.cloneNode(true), ...sure(each));
  // The outcome's word stands beside the sentence.
  const rest = each.text.startsWith(`${outcome.textContent}: `) ? each.text.slice(outcome.textContent.length + 2) : each.text;
  made.querySelector(".sentence").textContent = rest[0].toUpperCase() + rest.slice(1);
  const [quote, source] = [made.querySelector("blockquote"), made.querySelector(".source")];
  // Where it is unclear, the reader is to judge by all of them.
  const shown = each.outcome === "unclear" ? each.citations : each.citations.slice(0, 1);
  for (const cited of shown) {
    const number = policy.clauses.findIndex((clause) => clause.end > cited.start);
    if (number < 0) continue;
    const [words, place] = [quote.cloneNode(true), source.cloneNode(true)];
    words.textContent = cited.quote;
    place.querySelector(".path").textContent = headings(cited, each.title);
    words.lang = place.querySelector(".path").lang = policy.clauses[number].language || "en";
    const link = `policy/${encodeURIComponent(each.policy_id)}#c${number}-${each.sha256.slice(0, 12)}`;
    place.querySelector(".open").href = opening(link);
    place.querySelector(".open").dataset.lasting = absolute(link);
    quote.parentNode.append(words, place);
  }
  quote.remove();
  source.remove();
  return made;
}

// How sure an answer is, in words; nothing where it claims nothing.
function sure(each) {
  const { dataset, content } = find("#confidences");
  if (!dataset.of.split(" ").includes(each.outcome)) return [];
  const level = [...content.children].find((one) => each.confidence >= Number(one.dataset.least));
  return [level.cloneNode(true)];
}

// Visitors come here from a search: what they typed there is what they want to ask.
let taken = "";
export function compareOpened(query) {
  const field = find("#question");
  if (query && (field.value.trim() === "" || field.value === taken)) field.value = taken = query;
  field.focus();
}

// The comparison as text, each answer with its citation.
function written(table) {
  const row = (each) => {
    const said = (place) => [...each.querySelectorAll(place)].map((one) => one.textContent.trim()).filter(Boolean);
    const lines = [said("th .title, th .date").join(", "), [...said(".verdict .outcome"), ...said(".sentence")].join(": ")];
    for (const quote of each.querySelectorAll("blockquote")) {
      const place = quote.nextElementSibling;
      lines.push(`“${quote.textContent}”`, place.querySelector(".path").textContent, place.querySelector(".open").dataset.lasting);
    }
    return lines.filter(Boolean).join("\n");
  };
  return [table.caption.textContent, ...[...table.tBodies[0].rows].map(row)].join("\n\n");
}

find("#table").addEventListener("click", async (event) => {
  if (!event.target.closest(".copy")) return;
  const { comparedCopied, notCopied } = find("#said").dataset;
  say((await copied(written(find("#table table")))) ? comparedCopied : notCopied);
});

find("#ask").addEventListener("submit", (event) => {
  event.preventDefault();
  compare();
});
find("#ask").addEventListener("click", (event) => {
  const button = event.target.closest("[data-choose]");
  if (!button) return;
  for (const each of boxes()) each.checked = button.dataset.choose === "all";
});
find("#ask-instead").addEventListener("click", () => {
  find("#question").value = find("#q").value.trim();
  compare();
});

// --- arriving ------------------------------------------------------------------------------------------------------

const given = new URLSearchParams(location.search);
find("#question").value = given.get("question") || "";
const policies = given.get("policies");
if (policies !== null) {
  for (const each of boxes()) each.checked = `,${policies},`.includes(`,${each.value},`);
}
if (find("#question").value) compare();
