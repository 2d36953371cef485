"""What the pages weigh, how soon they can be used, and how long people wait who all ask at once.

python -m benchmarks.web [--seconds 60]
"""

from __future__ import annotations

import argparse

from benchmarks import figures
from benchmarks.web.asking import SECONDS
from benchmarks.web.measuring import write


def main() -> None:
    """Measure and write benchmarks/results/web.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long people ask, by each way")
    write(parser.parse_args().seconds)
    figures.update()


if __name__ == "__main__":
    main()
