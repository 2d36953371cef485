// A policy's page: takes a permalink to the version that it was made for, gives each clause its own link, lists the headings.
import "./language.js";

(() => {
  const PERMALINK = /^#c(\d+)-([0-9a-f]{12})$/;
  const { shown, clause, link } = document.body.dataset;
  const words = document.querySelector(".policy .words");

  // The server does not see what stands behind "#": where it names another text than this one, ask for that.
  function arrive() {
    const found = PERMALINK.exec(location.hash);
    const missing = document.querySelector("#no-clause");
    missing.hidden = true;
    if (!found) return;
    const [, number, version] = found;
    const url = new URL(location.href);
    url.searchParams.set("version", version);
    url.searchParams.set("clause", number);
    const other = version !== shown || ("older" in document.body.dataset && number !== clause);
    if (other && url.href !== location.href) location.replace(url);
    else missing.hidden = version !== shown || Boolean(document.getElementById(location.hash.slice(1)));
  }

  for (const each of words.querySelectorAll("section[id]")) {
    const made = document.createElement("a");
    made.className = "permalink";
    made.href = `#${each.id}`;
    made.textContent = "#";
    made.lang = document.documentElement.lang;
    made.setAttribute("aria-label", link);
    each.append(made);
  }

  // What became of the clause stands below it rather than at the top of the page.
  const target = document.getElementById(`c${clause}-${shown}`);
  const now = document.querySelector(".now");
  if (now && target) target.closest(".para, li").append(now);

  const headings = [...words.querySelectorAll("h2, h3")];
  const contents = document.querySelector("#contents");
  headings.forEach((heading, number) => {
    heading.id = `heading-${number}`;
    const entry = document.createElement("li");
    const made = document.createElement("a");
    made.href = `#${heading.id}`;
    made.lang = words.lang;
    made.textContent = heading.textContent;
    entry.className = heading.localName;
    entry.append(made);
    contents.querySelector("ul").append(entry);
  });
  contents.hidden = headings.length < 3;

  addEventListener("hashchange", arrive);
  arrive();
})();
