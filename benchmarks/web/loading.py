"""What a page weighs, how long it takes until its visitor can type, and until what is asked stands in the talk."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

RUNS = 7
PAGES = {  # path, what is to be there before it can be used
    "chat": ("", "#talk:not([inert]) #question textarea"),
    "desk": ("desk", "input[type=search]"),
    "policy": ("policy/rackspace", "section"),
}


def loading(browser: Any, address: str) -> dict[str, Any]:
    """For each page: bytes as sent and requests at a first visit, seconds from the address to a usable text box (median of
    some visits, each with an empty cache; the first, at a server that has not yet shown it, left out)."""
    return {name: _visits(browser, address + path, ready) for name, (path, ready) in PAGES.items()}


def host_page(browser: Any, address: str, origin: str) -> dict[str, Any]:
    """What a page that embeds the widget pays before its visitor opens it: bytes and requests for what the chat's server
    sends."""
    page = browser.new_page()
    sent = _Sent(page)
    page.goto(origin + "/")
    page.wait_for_function("() => window.Plainclause")
    page.wait_for_timeout(500)
    sizes = [size for url, size in sent.sizes.items() if url.startswith(address)]
    page.close()
    return {"bytes": sum(sizes), "requests": len(sizes)}


def bubble(browser: Any, address: str) -> dict[str, Any]:
    """Milliseconds from the click that sends a first question until it stands in the talk, drawn, as the page itself takes
    them: the median of some visits, and the longest."""
    took = []
    for _ in range(RUNS):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{address}?policy=rackspace")
        page.locator(PAGES["chat"][1]).wait_for()
        page.wait_for_timeout(1000)
        page.locator("#question textarea").fill("is my card number shared?")
        page.evaluate(_TIMED)
        page.locator("#question .submit-button").click()
        took.append(page.evaluate("window.stands"))
        context.close()
    return {"p50_ms": round(median(took), 1), "max_ms": round(max(took), 1)}


_TIMED = """() => {
    let began = 0;
    addEventListener("click", () => { began = performance.now(); }, true);
    window.stands = new Promise((resolve) => {
        new MutationObserver((_, watching) => {
            if (!document.querySelector("#conversation .waiting .asked")) return;
            watching.disconnect();
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
        }).observe(document.body, { childList: true, subtree: true });
    });
}"""


def _visits(browser: Any, address: str, ready: str) -> dict[str, Any]:
    seconds, weights, requests = [], [], []
    for _ in range(RUNS + 1):
        context = browser.new_context()
        page = context.new_page()
        sent = _Sent(page)
        begun = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.locator(ready).first.wait_for()
        seconds.append(time.perf_counter() - begun)
        page.wait_for_timeout(1000)
        weights.append(sum(sent.sizes.values()))
        requests.append(len(sent.sizes))
        context.close()
    return {
        "usable_s": round(median(seconds[1:]), 2),
        "usable_s_of_each": [round(each, 2) for each in seconds[1:]],
        "bytes": round(median(weights[1:])),
        "requests": round(median(requests[1:])),
    }


class _Sent:
    """Bytes of each response as they came over the wire, headers and compression included, by address."""

    def __init__(self, page: Any) -> None:
        self.sizes: dict[str, int] = {}
        self._urls: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self._received)
        session.on("Network.loadingFinished", self._finished)

    def _received(self, event: dict[str, Any]) -> None:
        self._urls[event["requestId"]] = event["response"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        url = self._urls.get(event["requestId"], "")
        self.sizes[url] = self.sizes.get(url, 0) + int(event["encodedDataLength"])
