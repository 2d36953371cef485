// The desk's other half: asks several policies the same question and lays their answers side by side.
(() => {
  "use strict";
  const { spoken, find, some, clone, describe, headings, opening, address, text } = window.desk;
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
    const query = new URLSearchParams({ question: comparison.question, policies: comparison.rows.map((each) => each.policy_id) });
    if (spoken) query.set("lang", spoken);
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
      const link = `policy/${encodeURIComponent(each.policy_id)}#c${number}-${each.sha256.slice(0, 12)}`;
      place.querySelector(".open").href = opening(link);
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
    for (const each of boxes()) each.checked = policies.split(",").includes(each.value);
  }
  if (find("#question").value) compare();
})();
