"""What the pages weigh, how soon they can be used, and how long people wait who all ask at once.

python -m benchmarks.web [--seconds 60]
"""

from __future__ import annotations

import argparse
import json
import os
from datetime import UTC, datetime

from benchmarks import figures
from benchmarks.machine import commit, machine
from benchmarks.web.asking import SECONDS, asking
from benchmarks.web.loading import host_page, loading
from benchmarks.web.serving import browser, portal, served, show_portal
from index.files import write_whole


def main() -> None:
    """Measure and write benchmarks/results/web.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long people ask, by each way")
    options = parser.parse_args()
    write(options.seconds)
    figures.update()


def write(seconds: float = SECONDS) -> None:
    """Measure and write the result, JSON."""
    result = {
        "machine": machine(),
        "commit": commit(),
        "taken_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
        "load_before": round(os.getloadavg()[0], 2),
    }
    with portal() as (origin, folder), served(requests_per_minute="0", origins=origin) as address:
        show_portal(folder, address)
        with browser() as chromium:
            result["pages"] = loading(chromium, address)
            result["host_page"] = host_page(chromium, address, origin)
        result["asking"] = asking(address, seconds)
    text = json.dumps(result, indent=1) + "\n"
    write_whole(figures.RESULTS / "web.json", text)
    print(text)


if __name__ == "__main__":
    main()
