"""Real Ray nodes in tests, each set of them with a network of its own: nothing outside is reached, and what it starts ends with it."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from assistant.ingestion.cluster import INSTALL

MISSING = f"Ray is not installed ({INSTALL})"
INSTALLED = find_spec("ray") is not None
UNSHARE = ("unshare", "--net", "--pid", "--fork", "--mount-proc", "--kill-child")
ROOT = Path(__file__).parent.parent

# Three nodes, then the command that is given; the folder for what the nodes write comes first, and whether they report.
_NODES = """
set -e
ip link set lo up
temp=$1; shift
ray() { "$PYTHON" -c 'import sys; from ray.scripts.scripts import main; sys.argv[0] = "ray"; main()' "$@"; }
export RAY_USAGE_STATS_ENABLED=$1; shift
ray start --head --num-cpus=1 --include-dashboard=false --node-ip-address=127.0.0.1 --port=6379 \
    --ray-client-server-port=10001 --object-store-memory=100000000 --temp-dir="$temp" >"$temp/out" 2>&1
for _ in 1 2; do
    ray start --address=127.0.0.1:6379 --num-cpus=1 --node-ip-address=127.0.0.1 --object-store-memory=100000000 >>"$temp/out" 2>&1
done
"$@"
"""


def environment(folder: Path) -> dict[str, str]:
    """Of a command on the shelf, data and home of a folder; whoever knows its token may use its nodes."""
    return {
        **os.environ,
        "PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "PLAINCLAUSE_DATA": str(folder / "data"),
        "PLAINCLAUSE_POLICIES": str(folder / "shelf"),
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_worker_niceness": "0",
        "PYTHONHASHSEED": "0",  # the search by words numbers them in the order of a set
    }


def can_unshare() -> bool:
    """Whether this machine lets the tests have a network of their own."""
    try:
        return (
            subprocess.run([*UNSHARE, "ip", "link", "set", "lo", "up"], capture_output=True, check=False).returncode
            == 0
        )
    except FileNotFoundError:
        return False


def on_three_nodes(temp: Path, *command: str, reporting: bool = False) -> list[str]:
    """A command that runs another one with three nodes beside it, which report their use or not: they reach nobody."""
    return [*UNSHARE, "bash", "-c", _NODES, "nodes", str(temp), str(int(reporting)), *command]


def below(pid: int) -> dict[int, str]:
    """The command lines of the processes that one has started, and those have, by their numbers."""
    parents, lines = dict[int, int](), dict[int, str]()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            lines[int(path.name)] = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
    found, left = dict[int, str](), [pid]
    while left:
        one = left.pop()
        children = [child for child, parent in parents.items() if parent == one]
        found |= {child: lines[child] for child in children}
        left += children
    return found


def end(pid: int, what: str) -> int:
    """Kill one of the processes below, whose command line holds a word: its number."""
    chosen = next(number for number, line in sorted(below(pid).items()) if what in line)
    os.kill(chosen, signal.SIGKILL)
    return chosen
