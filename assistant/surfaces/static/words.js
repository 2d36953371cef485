// What the desk's searching and comparing share: the page's words, names of policies, links, the address, policies' texts.

export const find = (place) => document.querySelector(place);

export const spoken = new URLSearchParams(location.search).get("lang");

export const some = (place, number) => (number === 1 ? place.dataset.one : place.dataset.many).replace("{number}", number);

export function clone(template) {
  return find(template).content.cloneNode(true);
}

// The options know each policy by its name and date in this page's language.
export function describe(place, clause) {
  const known = find("#find").elements.policy.querySelector(`option[value="${CSS.escape(clause.policy_id)}"]`);
  const date = clause.effective_date || clause.updated_date || clause.snapshot_date || "";
  place.querySelector(".title").textContent = known ? known.dataset.named : clause.title;
  place.querySelector(".date").textContent = known ? known.dataset.dated : date;
  place.querySelector(".badge").hidden = !clause.superseded_by;
}

// The headings above a clause, without the policy's own title, which stands beside them.
export const headings = (clause, title) => clause.path.filter((heading) => heading !== title).join(" › ");

// Offsets count code points, as Python does; a string of this language counts UTF-16 units.
export function marked(place, text, stretches) {
  const letters = Array.from(text);
  let at = 0;
  for (const [start, end] of stretches) {
    const mark = document.createElement("mark");
    mark.textContent = letters.slice(start, end).join("");
    place.append(letters.slice(at, start).join(""), mark);
    at = end;
  }
  place.append(letters.slice(at).join(""));
}

export const absolute = (permalink) => new URL(permalink, new URL("./", location.href)).href;

// The page that opens speaks the language of this one; the link that is copied leaves that to its reader.
export function opening(permalink) {
  const url = new URL(absolute(permalink));
  if (spoken) url.searchParams.set("lang", spoken);
  return url.href;
}

export function address(more) {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(more)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  url.search = url.search.replaceAll("%2C", ",");
  if (url.href !== location.href) history.replaceState(null, "", url);
}

const texts = new Map(); // policy id -> a promise of its text and clauses
export function text(id) {
  if (!texts.has(id)) {
    const coming = fetch(`./api/policies/${encodeURIComponent(id)}`).then(async (response) => {
      if (!response.ok) throw new Error(`${response.status} for ${id}`);
      const policy = await response.json();
      return { ...policy, letters: Array.from(policy.text) };
    });
    texts.set(id, coming);
    coming.catch(() => texts.delete(id));
  }
  return texts.get(id);
}

// A word about what was just done.
let silence = 0;
export function say(text) {
  find("#said").textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => (find("#said").textContent = ""), 2500);
}
