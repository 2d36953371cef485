"""Workers of a server that do next to nothing, so that what starts and ends them is tried in seconds:

python -m tests.light_worker FOLDER BEHAVIOUR [settings as NAME=VALUE ...]
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import Any

from assistant.settings import Settings
from assistant.surfaces import workers
from assistant.surfaces.notices import show_notices
from corpus.errors import PlainclauseError


def light(settings: Settings, told: Connection) -> None:
    """Listen, note in a file named as the port which process does, and wait; or what the behaviour says."""
    behaviour, folder = os.environ["LIGHT_BEHAVIOUR"], Path(os.environ["LIGHT_FOLDER"])
    starts = folder / f"starts.{settings.port}"
    with starts.open("a") as file:
        file.write(f"{os.getpid()} {time.monotonic()}\n")
    second = len(starts.read_text().splitlines()) > 1
    if behaviour == "fails" or (behaviour == "fails-again" and second):
        sys.exit("plainclause: what is wrong")
    if behaviour == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Thread(target=workers._end_with_supervisor, daemon=True).start()
    listener = socket.create_server(("127.0.0.1", settings.port))
    told.send(f"Plainclause answers on http://127.0.0.1:{settings.port}")
    while True:
        connection, _ = listener.accept()
        connection.close()


if __name__ == "__main__":
    show_notices()
    from tests.light_worker import light as work  # as those processes will know it

    os.environ["LIGHT_FOLDER"], os.environ["LIGHT_BEHAVIOUR"] = sys.argv[1:3]
    workers._work = work
    workers.GRACE = 1.0
    given: dict[str, Any] = dict(each.split("=") for each in sys.argv[3:])
    try:
        workers.serve_all(Settings(**given), lambda line: print(line, flush=True))
    except KeyboardInterrupt:
        sys.exit(130)
    except PlainclauseError as error:
        sys.exit(f"plainclause: {error}")
