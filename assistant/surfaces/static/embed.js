// Plainclause in another site's page: a button that opens the chat in a frame, or the frame where the script stands.
// No cookie, no storage, no global but Plainclause; before a visitor opens it nothing is loaded but this file.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script) return; // a module does not know where it stands

  const WORDS = {
    en: { title: "Questions about privacy", close: "Close" },
    de: { title: "Fragen zum Datenschutz", close: "Schließen" },
  };
  const BRAND = {}; // what the server's branding says
  const PHONE = "(max-width:480px),(max-height:420px)";

  const worn = ([ink, paper, line, fill, on]) =>
    `--ink:${ink};--paper:${paper};--line:${line};--fill:var(--plainclause-fill,${fill});--on:var(--plainclause-on,${on});`;
  // A sheet of a shadow root: neither the page's styles nor its CSP touch it.
  const STYLE = `
:host{all:initial!important;direction:ltr!important;position:fixed!important;z-index:2147483000!important}
:host(.inline){display:block!important;position:static!important}
*{box-sizing:border-box}
.all{${worn(BRAND.light || ["#23272c", "#f8f6f1", "#d5cdbc", "#1f5b52", "#fff"])}
color:var(--ink);color-scheme:light;font:600 15px/1.25 system-ui,sans-serif}
.dark{${worn(BRAND.dark || ["#e8e5de", "#15181a", "#434a50", "#86cdbf", "#10211e"])}color-scheme:dark}
button{font:inherit;color:inherit;background:none;border:1px solid transparent;cursor:pointer}
:focus-visible{outline:3px solid var(--fill);outline-offset:2px}
.open{position:fixed;bottom:max(20px,env(safe-area-inset-bottom));right:20px;display:flex;align-items:center;gap:10px;
padding:12px 18px;border-radius:99px;background:var(--fill);color:var(--on);
box-shadow:0 4px 16px #0005}
.open::before{content:"";flex:none;width:19px;height:15px;border:2px solid;border-radius:8px 8px 8px 0}
[hidden]{display:none}
dialog{position:fixed;inset:auto 20px 20px auto;margin:0;padding:0;width:min(420px,100vw - 40px);max-width:none;
height:min(720px,100dvh - 40px);max-height:none;overflow:hidden;color:inherit;
background:var(--paper);border:1px solid var(--line);border-radius:16px;box-shadow:0 8px 40px #0005}
dialog[open]{display:flex;flex-direction:column}
.left .open,.left dialog{right:auto;left:20px}
header{display:flex;align-items:center;justify-content:space-between;padding:6px 6px 6px 16px;
border-bottom:1px solid var(--line)}
.close{width:40px;height:40px;border-radius:10px;font-size:18px}
.close:hover{background:var(--line)}
iframe{display:block;flex:1;width:100%;min-height:0;border:0;background:var(--paper)}
:host(.inline) iframe{height:var(--plainclause-height,min(720px,90vh));border:1px solid var(--line);border-radius:16px}
@media ${PHONE}{.all dialog{inset:0;width:100%;height:100dvh;border:0;border-radius:0}}
@media (prefers-reduced-motion:no-preference){
dialog[open]{animation:rise .18s ease-out}@keyframes rise{from{opacity:0;transform:translateY(12px)}}}
@media print{:host{display:none!important}}`;

  function make(name, attributes, ...inside) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...inside);
    return element;
  }

  function widget(script, side) {
    const { policy, lang, theme } = script.dataset;
    const inline = !side;
    const base = new URL(".", script.src);
    const wishes = [lang, document.documentElement.lang, navigator.language, "en"];
    const code = wishes.map((each) => String(each).slice(0, 2).toLowerCase()).find((each) => WORDS[each]);
    const words = WORDS[code];
    const title = BRAND.name ? `${BRAND.name}: ${words.title}` : words.title;

    const frame = make("iframe", {
      title,
      loading: "lazy",
      allow: "clipboard-write",
      referrerpolicy: "no-referrer",
      sandbox: "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox",
    });
    const close = make("button", { class: "close", "aria-label": words.close }, "✕");
    const dialog = make("dialog", { "aria-label": title }, make("header", {}, title, close));
    const button = make("button", { class: "open", "aria-haspopup": "dialog" }, words.title);
    const all = make("section", { class: `all ${side}`, lang: code, "aria-label": words.title });
    if (!inline) all.append(button, dialog);
    const host = make("plainclause-widget", { class: side || "inline" });
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    root.append(all);
    const night = matchMedia("(prefers-color-scheme:dark)");
    const dress = () => all.classList.toggle("dark", theme === "dark" || (night.matches && theme !== "light"));
    night.addEventListener("change", dress);
    dress();

    let ready = false; // the chat inside can be spoken to
    const pending = []; // what it has not taken yet: told again when it comes anew
    let opener = button; // what had the keyboard before

    function place() {
      if (!host.isConnected) inline ? script.after(host) : document.body.append(host);
    }
    function load() {
      if (frame.isConnected) return;
      const address = new URL("embed", base);
      const wanted = { policy, lang: code, __theme: theme, host: location.origin };
      for (const [key, value] of Object.entries(wanted)) if (value) address.searchParams.set(key, value);
      frame.src = address;
      (inline ? all : dialog).append(frame);
    }
    const post = (message) => frame.contentWindow.postMessage(message, base.origin);
    // Until the chat is there the keyboard waits in the panel; who has gone back to the page stays there.
    function enter() {
      if (!ready || document.activeElement !== host) return;
      frame.focus({ preventScroll: true });
      post({ plainclause: "open" });
    }
    const idle = () => [host, document.body].includes(document.activeElement);
    function open() {
      place();
      load();
      if (!inline && !dialog.open) {
        opener = idle() ? button : document.activeElement;
        matchMedia(PHONE).matches ? dialog.showModal() : dialog.show();
        button.hidden = true;
      }
      (inline ? frame : close).focus({ preventScroll: true });
      enter();
    }
    const shut = () => dialog.close();
    button.addEventListener("click", open);
    close.addEventListener("click", shut);
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation(); // not meant for the page
      shut();
    });
    dialog.addEventListener("close", () => {
      button.hidden = false;
      if (idle()) (opener?.isConnected ? opener : button).focus({ preventScroll: true });
    });
    addEventListener("message", (event) => {
      if (event.origin !== base.origin || event.source !== frame.contentWindow || !event.data) return;
      const said = event.data.plainclause;
      if (said === "close") shut();
      if (said === "answer" || said === "handoff") {
        const { plainclause, ...detail } = event.data;
        host.dispatchEvent(new CustomEvent(`plainclause:${said}`, { detail, bubbles: true, composed: true }));
      }
      if (said === "taken") pending.shift();
      if (said !== "ready") return;
      ready = true;
      enter();
      pending.forEach(post);
    });

    place();
    if (inline) load();
    function ask(question) {
      const message = { plainclause: "ask", question: String(question) };
      pending.push(message);
      open();
      if (ready) post(message);
    }
    return { side, place, open, ask, close: shut };
  }

  // The first script makes this, the others join: a frame for each inline one, one button a side.
  function widgets() {
    const all = [];
    const main = () => all.find((each) => each.side) || all[0];
    return Object.freeze({
      open: () => main().open(),
      close: () => main().close(),
      ask: (question) => main().ask(question),
      add(script) {
        const { mode, position } = script.dataset;
        const side = mode === "inline" ? "" : position === "left" ? "left" : "right";
        const same = side && all.find((each) => each.side === side);
        if (same) same.place();
        else all.push(widget(script, side));
      },
    });
  }

  const add = () => {
    if (!window.Plainclause?.add) window.Plainclause = widgets();
    window.Plainclause.add(script);
  };
  if (document.body) add();
  else addEventListener("DOMContentLoaded", add);
})();
