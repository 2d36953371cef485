// A draft's page while the server still finds out what it would change: looks again until that is there.

const EVERY = 2000; // ms

async function look() {
  const part = document.querySelector("[data-part]");
  try {
    const answer = await fetch(location.href);
    if (answer.redirected) {
      location.assign(answer.url);
      return;
    }
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector("[data-part]");
      if (found && part.hasAttribute("data-reloads") && !found.hasAttribute("data-reloads")) {
        location.reload(); // it is published, or the page says what went wrong
        return;
      }
      if (found) part.replaceWith(document.importNode(found, true));
    }
  } catch {
    // The server cannot be reached now; the next look may find it.
  }
  if (document.querySelector("[data-waits]")) setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
