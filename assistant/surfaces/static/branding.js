// The page of a company's branding: what is typed is checked and looked at as it is typed. Without this the page's buttons do it.

const LATER = 500; // ms after the last key
const HEIGHTS = { 1280: 800, 390: 844 };
const form = document.querySelector("#branding");
const frame = document.querySelector(".frame");
const widths = [...document.querySelectorAll("[data-width]")];
let waiting = 0;
let asking = null;
let away = false; // the session has ended; another may have begun in another window

// --- checking ------------------------------------------------------------------------------------------------------------

async function look() {
  asking?.abort();
  const mine = (asking = new AbortController());
  const body = new FormData(form);
  body.set("act", "preview");
  try {
    const answer = await fetch(form.action, { method: "POST", body, signal: mine.signal });
    if (answer.redirected) {
      away = true;
      return tell(form.dataset.ended);
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[name=token]")?.value;
    if (answer.status === 403 && token && token !== body.get("token")) {
      form.elements.token.value = token; // of the session that has begun meanwhile: the form is sent in that one
      return look();
    }
    if (!answer.ok) return undefined;
    away = false;
    show(page);
  } catch {
    // Another look has begun, or the server cannot be reached now; saving says so.
  }
  return undefined;
}

// Who comes back from signing in goes on where they were.
addEventListener("focus", () => away && look());

// Only what the server says is put into the page: what is being typed stays as it is.
function show(page) {
  for (const part of document.querySelectorAll("[data-part]")) {
    const found = page.getElementById(part.id);
    if (found && found.innerHTML !== part.innerHTML) part.innerHTML = found.innerHTML;
  }
  for (const field of form.querySelectorAll("[aria-describedby]")) {
    const found = page.getElementById(field.id);
    if (found) field.toggleAttribute("aria-invalid", found.hasAttribute("aria-invalid"));
    if (field.hasAttribute("aria-invalid")) field.setAttribute("aria-invalid", "true");
  }
  const next = page.querySelector(".frame iframe");
  const now = frame.querySelector("iframe");
  if (!next || (now && now.getAttribute("src") === next.getAttribute("src"))) return;
  if (now) now.src = next.getAttribute("src");
  else frame.append(document.importNode(next, true));
  fit();
}

function tell(words) {
  const note = document.createElement("p");
  note.className = "note";
  note.setAttribute("role", "alert");
  note.textContent = words;
  document.querySelector("#told").replaceChildren(note);
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, LATER);
});
form.addEventListener("submit", async (event) => {
  clearTimeout(waiting);
  const { submitter } = event;
  if (!submitter?.hasAttribute("data-look")) {
    if (!away) return;
    event.preventDefault(); // what was typed would be lost to the page of signing in
    await look();
    if (!away) form.requestSubmit(submitter);
    return;
  }
  event.preventDefault();
  look();
  document.querySelector("#preview").scrollIntoView({ block: "nearest" });
});

// --- colours -------------------------------------------------------------------------------------------------------------

for (const text of form.querySelectorAll("[data-pick]")) {
  const picker = document.createElement("input");
  picker.type = "color";
  picker.setAttribute("aria-label", text.dataset.pick);
  const follow = () => {
    const value = (text.value || text.placeholder).trim();
    if (/^#[0-9a-f]{6}$/i.test(value)) picker.value = value;
  };
  follow();
  text.addEventListener("input", follow);
  picker.addEventListener("input", () => {
    text.value = picker.value; // the event goes on to the form
  });
  text.after(picker);
}

// A policy that is ticked is meant to be shown.
form.addEventListener("change", ({ target }) => {
  if (target.name?.startsWith("policy:") && target.checked) form.elements.shown.value = "chosen";
});

// --- the preview -----------------------------------------------------------------------------------------------------------

function fit() {
  const shown = frame.querySelector("iframe");
  if (!shown) return;
  const width = Number(widths.find((each) => each.getAttribute("aria-pressed") === "true").dataset.width);
  const scale = Math.min(1, frame.clientWidth / width);
  shown.style.width = `${width}px`;
  shown.style.height = `${HEIGHTS[width]}px`;
  shown.style.transform = `scale(${scale})`;
  frame.style.height = `${Math.ceil(HEIGHTS[width] * scale) + 2}px`;
}

for (const each of widths) {
  each.hidden = false;
  each.addEventListener("click", () => {
    for (const other of widths) other.setAttribute("aria-pressed", String(other === each));
    fit();
  });
}
// On a phone the chat is looked at as a phone shows it.
if (innerWidth < 700) for (const each of widths) each.setAttribute("aria-pressed", String(each.dataset.width === "390"));
new ResizeObserver(fit).observe(frame);
fit();
