// Each request to what answers the chat names this view of the page, by a number made up anew each time and kept nowhere else:
// the stream of its events is in one process of the server, and where there are several a proxy sends all of a view to the same.
{
  const view = Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const { fetch } = window;
  const previews = new URLSearchParams(location.search).has("preview"); // which the process has that shows the page around it
  const named = (address) => {
    const found = new URL(address, document.baseURI);
    if (previews || found.origin !== location.origin || !found.pathname.includes("/gradio_api/")) return address;
    found.searchParams.set("talk", view);
    return found;
  };
  window.fetch = (asked, ...more) =>
    fetch(asked instanceof Request ? new Request(named(asked.url), asked) : named(asked), ...more);
}
