"""Several processes of the web server on one machine, each on a port of its own, with one that starts them, replaces those that
end, and ends with them. A proxy before them shares the requests out (deploy/nginx.scale.conf)."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, Pipe, wait
from multiprocessing.context import SpawnProcess
from threading import Thread
from time import monotonic

from assistant.errors import BadSetting, WorkerEnded
from assistant.settings import Settings
from assistant.surfaces.notices import show_notices
from corpus.errors import PlainclauseError

GRACE = 18.0  # seconds that workers have to end in; systemd gives the whole service 20
SETTLED = 60.0  # seconds after which a worker that ends did not end because of its start
LONGEST_PAUSE = 30.0  # seconds before a worker is started again, at most

log = logging.getLogger(__name__)


def serve_all(settings: Settings, ready: Callable[[str], None] = print) -> None:
    """Serve the web surface until interrupted, in as many processes as the settings say; one is this one. `ready` gets a line
    with the address of each.

    Raises:
        PlainclauseError (corpus.errors): what cannot be mended.
        KeyboardInterrupt: the server was interrupted.
    """
    if settings.workers > 1:
        _Supervisor(settings, ready).run()
    else:
        _serve(settings, ready)


def _serve(settings: Settings, ready: Callable[[str], None]) -> None:
    from assistant.surfaces.web import serve

    serve(settings, ready)


def _work(settings: Settings, told: Connection) -> None:
    """A worker, from its start to its end."""
    from index.encoders.onnx_runtime import share_cores

    show_notices()
    # The server raises the signal again when it has ended; what stands around it shall end, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    share_cores(settings.workers)
    Thread(target=_end_with_supervisor, name="supervisor watched", daemon=True).start()
    try:
        _serve(settings, told.send)
    except PlainclauseError as error:
        sys.exit(f"plainclause: {error}")
    except KeyboardInterrupt:
        sys.exit(0)


def _end_with_supervisor() -> None:
    """A supervisor that was killed can end nobody: its workers would hold the ports against its successor's."""
    supervisor = parent_process()
    if supervisor is not None:
        wait([supervisor.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)


class _Place:
    """One of the workers to be: its port, and the process that has it now."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name, self._settings = name, settings
        self.process: SpawnProcess | None = None
        self.answers = False  # since the process that has it now said so
        self.start_at = 0.0
        self._began = 0.0
        self._falls = 0  # one soon after the other

    def start(self) -> None:
        context = get_context("spawn")  # a fork would share threads and locks that are not there any more
        self.told, telling = context.Pipe(duplex=False)
        self.process = context.Process(target=_work, args=(self._settings, telling), name=self.name)
        self.process.start()
        telling.close()
        self._began, self.answers = monotonic(), False

    def said(self) -> str | None:
        """The line with which it tells that it answers, once."""
        with contextlib.suppress(EOFError, OSError):
            if not self.answers and self.told.poll():
                line: str = self.told.recv()
                self.answers = True
                return line
        return None

    def fell(self) -> float:
        """Note that its process has ended: the seconds until it is started again."""
        self.process, lived = None, monotonic() - self._began
        self.told.close()
        self._falls = 1 if lived >= SETTLED else self._falls + 1
        pause = 0.0 if self._falls == 1 else min(LONGEST_PAUSE, 2.0 ** (self._falls - 2))
        self.start_at = monotonic() + pause
        return pause


class _Supervisor:
    """Starts the workers, the first by itself: what must be compiled, built or brought up to date, one does for all."""

    def __init__(self, settings: Settings, ready: Callable[[str], None]) -> None:
        """
        Raises:
            BadSetting: a port cannot be listened on.
        """
        self._ready, self._count = ready, settings.workers
        self._places = [
            _Place(f"worker {number} of {settings.workers}", settings.model_copy(update={"port": port}))
            for number, port in enumerate(_ports(settings), 1)
        ]
        self._shown: set[str] = set()

    def run(self) -> None:
        """Until a signal ends it.

        Raises:
            WorkerEnded: the first worker could not start at all; it has said why.
            KeyboardInterrupt.
        """
        with _ending() as ended:
            try:
                while not ended.poll():
                    self._look()
                    self._wait(ended)
                number = ended.recv()
            finally:
                self._end()
        if number == signal.SIGINT:
            raise KeyboardInterrupt

    def _look(self) -> None:
        for place in self._places:
            if place.process is None:
                if place.start_at <= monotonic() and (self._shown or place is self._places[0]):
                    place.start()
                continue
            line = place.said()
            if line is not None and place.name not in self._shown:
                self._shown.add(place.name)
                self._ready(f"{place.name}: {line}")
            elif line is not None:
                log.warning("%s answers again", place.name)
            if not place.process.is_alive():
                self._fell(place, place.process.exitcode)

    def _fell(self, place: _Place, code: int | None) -> None:
        if not self._shown:
            raise WorkerEnded(f"{place.name} ended ({_told(code)}) before it answered; what it said stands above")
        pause = place.fell()
        again = f"in {pause:.0f} s" if pause else "now"
        log.warning("%s ended (%s); it is started again %s", place.name, _told(code), again)

    def _wait(self, ended: Connection) -> None:
        """Until there is something to do."""
        objects: list[Connection | int] = [ended]
        for place in self._places:
            if place.process is not None:
                objects.append(place.process.sentinel)
                if not place.answers:
                    objects.append(place.told)
        pauses = [place.start_at - monotonic() for place in self._places if place.process is None]
        due = [pause for pause in pauses if self._shown or pause > 0]
        wait(objects, max(0.0, min(due)) if due else None)

    def _end(self) -> None:
        """Tell all to end, and wait; those that do not are killed."""
        processes = [place.process for place in self._places if place.process is not None]
        for each in processes:
            each.terminate()
        until = monotonic() + GRACE
        for each in processes:
            each.join(max(0.0, until - monotonic()))
            if each.is_alive():
                log.warning("%s has not ended within %.0f s and is killed", each.name, GRACE)
                each.kill()
                each.join()


@contextlib.contextmanager
def _ending() -> Iterator[Connection]:
    """What gets the number of a signal that asks for the end, as long as the block lasts."""
    ended, ending = Pipe(duplex=False)
    before = {
        each: signal.signal(each, lambda number, _: ending.send(number)) for each in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield ended
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _ports(settings: Settings) -> list[int]:
    """A port for each worker: the one set and those after it, or, where 0 is set, some that are free."""
    host, first = settings.host, settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.ExitStack() as held:
        found = []
        for number in range(settings.workers):
            port = first + number if first else 0
            try:
                listener = held.enter_context(socket.create_server((host, port), family=family))
            except (OSError, OverflowError) as error:
                reason = (getattr(error, "strerror", None) or str(error)).split(" (")[0].lower()
                raise BadSetting(
                    f"cannot listen on {host}, port {port}, for worker {number + 1} of {settings.workers}: {reason}; set "
                    "PLAINCLAUSE_PORT so that this port and the ones after it are free, one for each worker"
                ) from error
            found.append(listener.getsockname()[1])
    return found


def _told(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {-code}"
    return f"exit code {code}"
