// Own recent searches and pins. They are kept in this browser only, from the first use on, and can be cleared.
import { clone, find } from "./words.js";

const NAME = "plainclause.desk";
const MOST = 10; // recent searches
const place = find("#kept");

/** An entry is a label, a link relative to the start page, and what stands beside it; a pinned one stays. */
function read() {
  try {
    const found = JSON.parse(localStorage.getItem(NAME) || "[]");
    return Array.isArray(found) ? found.filter((each) => typeof each.label === "string" && /^(desk\?|policy\/)/.test(each.link)) : [];
  } catch {
    return []; // not ours, or nothing may be kept here: a frame of another site, say
  }
}

function write(entries) {
  try {
    if (entries.length) localStorage.setItem(NAME, JSON.stringify(entries));
    else localStorage.removeItem(NAME);
  } catch {
    return;
  }
  show();
}

/** Keeps an entry as the newest; whether it is pinned stays as it was, unless it is pinned now. */
export function keep(entry, pinned = false) {
  if (!entry.label) return;
  const entries = read();
  const same = (each) => each.link === entry.link;
  const before = entries.find(same);
  const others = entries.filter((each) => !same(each));
  let recent = 0;
  write([{ ...entry, pinned: pinned || Boolean(before && before.pinned) }, ...others].filter((each) => each.pinned || recent++ < MOST));
}

/** The search that the address names, as an entry. */
export function searched(label, filters) {
  const query = new URLSearchParams(location.search);
  for (const name of ["lang", "keys", "question", "policies"]) query.delete(name);
  return { label, beside: filters.join(" · "), link: `desk?${query}` };
}

function show() {
  const entries = read();
  place.hidden = entries.length === 0;
  const sorted = [...entries.filter((each) => each.pinned), ...entries.filter((each) => !each.pinned)];
  place.querySelector("ul").replaceChildren(...sorted.map(row));
}

function row(entry) {
  const made = clone("#kept-row");
  const link = made.querySelector("a");
  link.textContent = entry.label;
  const url = new URL(entry.link, new URL("./", location.href));
  const spoken = new URLSearchParams(location.search).get("lang");
  if (spoken) url.searchParams.set("lang", spoken);
  link.href = url.href;
  made.querySelector("small").textContent = entry.beside || "";
  const button = made.querySelector(".pin");
  button.textContent = entry.pinned ? button.dataset.unpin : button.dataset.pin;
  button.addEventListener("click", () => {
    write(read().map((each) => (each.link === entry.link ? { ...each, pinned: !each.pinned } : each)));
    const [again] = [...place.querySelectorAll("a")].filter((each) => each.href === url.href);
    if (again) again.focus();
  });
  return made;
}

find("#forget").addEventListener("click", () => {
  write([]);
  find("#q").focus();
});
show();
