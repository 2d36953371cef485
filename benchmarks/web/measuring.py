"""Every measure of the pages, written to benchmarks/results/web.json."""

from __future__ import annotations

import json
import os

from benchmarks import figures
from benchmarks.machine import provenance
from benchmarks.servers.plainclause import served
from benchmarks.web.asking import SECONDS, asking
from benchmarks.web.loading import bubble, host_page, loading
from benchmarks.web.serving import browser, portal, show_portal
from corpus.atomic_files import write_whole


def write(seconds: float = SECONDS) -> None:
    """Measure and write the result, JSON."""
    result = {
        **provenance(),
        "load_before": round(os.getloadavg()[0], 2),
    }
    with portal() as (origin, folder), served(requests_per_minute="0", origins=origin) as address:
        show_portal(folder, address)
        with browser() as chromium:
            result["pages"] = loading(chromium, address)
            result["bubble"] = bubble(chromium, address)
            result["host_page"] = host_page(chromium, address, origin)
        result["asking"] = asking(address, seconds)
    text = json.dumps(result, indent=1) + "\n"
    write_whole(figures.RESULTS / "web.json", text)
    print(text)
