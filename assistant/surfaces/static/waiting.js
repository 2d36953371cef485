// What a visitor sees while a question waits for its answer: the question, at once, and a line that says what becomes of it.
// Where the server takes no more questions just now, they are held here and sent again: told of a refusal, Gradio would mark
// the earlier answer "Error" and show a message in words of its own.
const BUSY = 5; // seconds until the next try where the server names none
const LONGEST = 600; // letters of a question that are shown, as in its bubble
const find = (place) => document.querySelector(place);
const read = (place) => JSON.parse((find(place) || {}).textContent || "{}");

let shown = null; // what stands in the talk for the question that waits
let stop = () => {}; // gives up what is held
let soon = 0;

/** Shows a question that was sent; null shows the line alone. */
function show(question) {
  end();
  const log = find("#conversation [role=log]");
  if (!log) return;
  shown = document.createElement("div");
  shown.className = "waiting";
  if (question && question.trim()) {
    const asked = document.createElement("div");
    asked.className = "asked";
    asked.textContent = question.length > LONGEST ? `${question.slice(0, LONGEST)} …` : question;
    shown.append(asked);
  }
  const line = document.createElement("p");
  line.className = "line";
  shown.append(line);
  log.append(shown);
}

function say(text) {
  const line = shown && shown.querySelector(".line");
  if (line && line.textContent !== text) line.textContent = text;
}

const reading = () => say(read("#asked-of .facts").reading || "");
const words = () => read("#about .words");

/** A question was sent. Gives what stands in the talk for it. */
export function begin(question) {
  show(question);
  reading();
  return shown;
}

/** The answer is there, or nobody waits for it any more. */
export function end() {
  clearTimeout(soon);
  if (shown) shown.remove();
  shown = null;
}

export function giveUp() {
  stop();
  end();
}

// --- what the server says meanwhile ------------------------------------------------------------------------------------

// How many questions are before this one.
function placed(before) {
  clearTimeout(soon);
  const { before_one, before_many, next } = words();
  if (before > 0) say((before === 1 ? before_one : before_many).replace("{number}", before));
  else soon = setTimeout(() => say(next), 600); // most are read at once
}

function told(event) {
  if (event.msg === "estimation") placed(event.rank);
  else if (event.msg === "process_starts") {
    clearTimeout(soon);
    reading();
  }
}

async function follow(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line.startsWith("data:")) told(JSON.parse(line.slice(5)));
  }
}

// --- what the server does not take -------------------------------------------------------------------------------------

/** Waits and says for how long; false where the visitor gives up. */
function held(seconds, kind) {
  if (!shown) show(null);
  return new Promise((go) => {
    let left = seconds;
    const again = () => {
      // Not every second: a screen reader says each change.
      if (left === seconds || left % 10 === 0 || left <= 3) say(words()[`${kind}_${left === 1 ? "one" : "many"}`].replace("{seconds}", left));
      if (left-- > 0) return;
      clearInterval(ticking);
      reading();
      go(true);
    };
    const ticking = setInterval(again, 1000);
    stop = () => {
      clearInterval(ticking);
      go(false);
    };
    again();
  });
}

const send = window.fetch;
window.fetch = async (...given) => {
  const path = new URL(given[0].url || given[0], location.href).pathname;
  if (path.endsWith("/gradio_api/queue/data")) {
    const response = await send(...given);
    follow(response.clone()).catch(() => {}); // the stream ends with the page
    return response;
  }
  if (!path.endsWith("/gradio_api/queue/join")) return send(...given);
  for (;;) {
    const response = await send(...given);
    if (response.status !== 429 && response.status !== 503) return response;
    const seconds = Number(response.headers.get("retry-after")) || BUSY;
    if (!(await held(seconds, response.status === 429 ? "too_many" : "busy"))) return new Promise(() => {});
  }
};
