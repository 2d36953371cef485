// The chat in a frame of another page (`/embed`): its dress, and the messages to and from the page around it.
// On the chat's own page this does nothing.
(() => {
  "use strict";
  if (!location.pathname.endsWith("/embed")) return;
  const BACK = { en: "Back to the answer", de: "Zurück zur Antwort" };
  const root = document.documentElement;
  const find = (place) => document.querySelector(place);
  const behavior = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

  root.classList.add("embedded");

  // A browser that lets framed pages keep nothing throws when storage is only named. Then nothing is kept, nor offered.
  try {
    void window.localStorage;
  } catch {
    root.classList.add("forgetful");
    const nothing = { length: 0, key: () => null, getItem: () => null, setItem() {}, removeItem() {}, clear() {} };
    Object.defineProperty(window, "localStorage", { value: nothing });
  }

  // --- the page around ---------------------------------------------------------------------------------------------------

  // The server lets only pages of its allowed origins frame this one. Which of them it is, the address says (`host`): a
  // message is sent to that origin alone, and taken only from that origin and from the page right around this one.
  const named = new URLSearchParams(location.search).get("host");
  const host = parent !== window && isOrigin(named) ? named : null;
  function isOrigin(text) {
    try {
      return new URL(text).origin === text;
    } catch {
      return false;
    }
  }
  const tell = (what, more) => host && parent.postMessage({ plainclause: what, ...more }, host);

  let ready = false;
  addEventListener("message", (event) => {
    if (!ready || !host || event.origin !== host || event.source !== parent || !event.data) return;
    const { plainclause, question } = event.data;
    if (plainclause === "open") begin();
    if (plainclause !== "ask") return;
    tell("taken");
    if (typeof question === "string") document.dispatchEvent(new CustomEvent("plainclause:ask", { detail: question }));
  });
  // What was answered, without the question; and, where the visitor chose to be handed over, the question too.
  document.addEventListener("plainclause:answered", ({ detail: { outcome, policy } }) => tell("answer", { outcome, policy }));
  document.addEventListener("plainclause:handed", ({ detail: { way, question, outcome, policy } }) =>
    tell("handoff", { way, question, outcome, policy }),
  );
  function arrived() {
    ready = true;
    offerWayBack();
    tell("ready");
  }

  // The visitor opened the chat: the keyboard goes to the question; on a touch screen it would cover the chat.
  function begin() {
    const talk = find("#talk");
    talk.tabIndex = -1;
    const place = matchMedia("(pointer: coarse)").matches ? talk : find("#question textarea");
    place.focus({ preventScroll: true });
  }

  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      if (event.target.closest('[aria-expanded="true"]')) return; // an open list closes first
      tell("close");
    },
    true,
  );

  // --- this page ---------------------------------------------------------------------------------------------------------

  // The talk fills the frame below the first words, however many lines these take; the document follows.
  const measured = new ResizeObserver(([about]) => {
    root.style.setProperty("--about", `${Math.ceil(about.borderBoxSize[0].blockSize)}px`);
  });
  const waiting = new MutationObserver(() => {
    if (!find("#about")) return;
    waiting.disconnect();
    measured.observe(find("#about"));
  });
  waiting.observe(root, { childList: true, subtree: true });

  let followed = null; // the link that led to the document
  function offerWayBack() {
    const back = document.createElement("button");
    back.type = "button";
    back.className = "back";
    back.textContent = BACK[find("#about [lang]").lang] || BACK.en;
    back.addEventListener("click", () => {
      find("#talk").scrollIntoView({ block: "end", behavior: behavior() });
      const place = followed && followed.isConnected ? followed : find("#question textarea");
      place.focus({ preventScroll: true });
    });
    find("#reading").prepend(back);
  }

  // Gradio puts the scripts into the page side by side: the chat may have arrived before this one was there.
  if (find("#reading[role=region]") && !find("#talk").inert) arrived();
  else document.addEventListener("plainclause:ready", arrived, { once: true });

  document.addEventListener(
    "click",
    (event) => {
      const link = event.target instanceof Element && event.target.closest("a[href]");
      if (!link) return;
      if (link.closest("#talk")) followed = link;
      if (link.origin === location.origin || !link.protocol.startsWith("http")) return;
      link.target = "_blank"; // a site that is linked to seldom lets itself be framed
      link.rel = "noopener noreferrer";
    },
    true,
  );
})();
