// Scrolls the document to the marked clause, the talk to the last question, and follows the page's own links.
// No answer is made here.
(() => {
  "use strict";
  const CLAUSE = /^#c(\d+)$/;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const narrow = matchMedia("(max-width: 860px)");
  let shown = null; // id of the last rendering that was seen
  let words = null; // id of the policy it showed
  let count = 0;
  let focusNext = false; // the reader followed a link: take the keyboard along

  const behavior = () => (still.matches ? "auto" : "smooth");

  // The only way into the server from here: a hidden text box whose change event is wired to it.
  function go(search, number) {
    const box = document.querySelector("#target textarea, #target input");
    const policy = new URLSearchParams(search).get("policy");
    if (!box || policy === null) return false;
    const target = new URLSearchParams({ policy });
    if (number) target.set("clause", number);
    target.set("time", String(++count)); // a link followed twice is a change, too
    box.value = target.toString();
    box.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }

  // The page comes with its first rendering; the second says that the server has chosen the policy that the address names.
  // Until then a question would go to another policy than the one that stands there a moment later.
  let late = 0;
  function wait(arriving) {
    document.getElementById("talk").inert = arriving;
    clearTimeout(late);
    if (arriving) late = setTimeout(wait, 5000, false);
  }

  function seen() {
    const scroller = document.getElementById("reading");
    const now = scroller && scroller.querySelector('[id^="shown-"]');
    if (!now || now.id === shown) return;
    shown = now.id;
    wait(shown === "shown-1");
    scroller.tabIndex = 0; // so that the keyboard can scroll it
    scroller.setAttribute("role", "region");
    scroller.setAttribute("aria-label", "Policy text");
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

  let said = ""; // what the conversation held when it was last seen
  function talked() {
    const log = document.querySelector("#conversation [role=log]");
    const bubbles = log ? log.querySelectorAll("[data-testid=user], [data-testid=bot]") : [];
    const last = bubbles[bubbles.length - 1];
    const now = last ? bubbles.length + last.textContent : "";
    if (now === said) return;
    said = now;
    // Gradio labels each bubble with its raw Markdown; a screen reader should read the bubble itself.
    for (const bubble of bubbles) bubble.removeAttribute("aria-label");
    const asked = log && [...log.querySelectorAll(".user-row, .bot-row")].slice(-2)[0];
    if (!asked) return;
    const gap = asked.getBoundingClientRect().top - log.getBoundingClientRect().top;
    log.scrollTo({ top: log.scrollTop + gap - 14, behavior: behavior() });
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

  document.addEventListener("click", (event) => {
    // An example button goes away with the first question; a keyboard (detail 0) goes on in the question box.
    if (event.detail === 0 && event.target instanceof Element && event.target.closest("#chips")) {
      document.querySelector("#question textarea").focus();
    }
    const link = event.target instanceof Element && event.target.closest('a[href^="?policy="]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const url = new URL(link.getAttribute("href"), location.href);
    const clause = CLAUSE.exec(url.hash);
    if (!go(url.search, clause && clause[1])) return;
    event.preventDefault();
    focusNext = Boolean(clause);
  });

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
})();
