"""Documents read on many machines with Ray Data. The only module that meets Ray, which is installed with `plainclause[scale]`.

What is read goes to the cluster and comes back document by document; the machine that asks and the nodes share no file system. Ray
Data cannot be driven through the Ray Client (`ray://`; 2.60), so it is driven by an actor within the cluster, whichever way that is
reached. Ray's reports to its makers are off, and a cluster that was started with them on is not used.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from assistant.errors import ClusterUnusable
from assistant.ingestion.carried import CarriedEncoder
from assistant.ingestion.reading import DocumentReader, Failed, Finished, Task, made_with
from corpus.errors import first_line
from corpus.shelf.catalogue import Metadata

if TYPE_CHECKING:
    from index.encoders.base import Encoder

log = logging.getLogger(__name__)

LOCAL: Final = "local"
INSTALL: Final = 'pip install "plainclause[scale]"'

# So many documents, or bytes of them, are given to the cluster at once, and held in memory here until then.
_WAVE_DOCUMENTS, _WAVE_BYTES = 1_000, 200_000_000
_TRIES = 3  # of a wave, as long as something of it is lost, and in each of a document whose worker ends
_SHORT = "/tmp"  # the path of a socket has 107 characters at most, and Ray needs 62
_STORE_BYTES = 500_000_000  # memory for objects of a cluster that is started here

Keyed = tuple[str, Task]
Row = dict[str, Any]


class Cluster:
    """Nodes that read documents. Use `cluster`, which opens and closes it."""

    def __init__(self, ray: Any, address: str) -> None:
        self._ray, self.address = ray, address
        self.cores = int(ray.cluster_resources().get("CPU", 0))
        if self.cores < 1:
            raise ClusterUnusable(f'cluster "{address}" has no cores to offer; start a node (ray start)')

    def read(self, tasks: Iterable[Keyed], encoder: Encoder) -> Iterator[tuple[str, Finished | Failed]]:
        """Read documents, in whatever order they are done.

        Args:
            tasks: each with the key that it is to be known by; taken up as the cluster gets to them.

        Raises:
            ClusterUnusable: the cluster is gone, or its nodes have another version of the program.
        """
        # In a list: so it stays a reference until a worker asks for what it refers to.
        carried = [self._ray.put(CarriedEncoder.of(encoder))]
        for wave in _waves(tasks):
            left, failure = dict(wave), None
            for attempt in range(_TRIES):
                if attempt:
                    lost = "%d documents were lost with the worker or node that had them; they are read again"
                    log.warning(lost, len(left))
                try:
                    failure = None
                    for key, done in self._wave(left, carried):
                        del left[key]
                        yield key, done
                except self._ray.exceptions.RayError as error:
                    failure = error
                if not left:
                    break
            if left and failure is not None:
                raise ClusterUnusable(
                    f'cluster "{self.address}" failed ({first_line(failure)}); look at it, then run the command again: '
                    "what is finished is kept"
                ) from failure
            for key in left:
                yield (
                    key,
                    Failed("each worker that read it ended; add the document by itself, without --on, to see why"),
                )

    def _wave(self, tasks: dict[str, Task], carried: list[Any]) -> Iterator[tuple[str, Finished | Failed]]:
        rows = [_row(key, task) for key, task in tasks.items()]
        conductor = self._ray.remote(_Conductor).options(num_cpus=0).remote()
        try:
            call = conductor.begin.remote(rows, carried, made_with(), min(self.cores, len(rows)))
            if self._ray.get(call):
                raise ClusterUnusable(
                    f'cluster "{self.address}" reports its use to the makers of Ray; start its first node with '
                    "ray start --head --disable-usage-stats"
                )
            while (row := self._ray.get(conductor.next.remote())) is not None:
                if row["unfit"]:
                    raise ClusterUnusable(row["unfit"])
                done = Failed(row["problem"]) if row["problem"] else _finished(row)
                yield row["key"], done
        finally:
            with contextlib.suppress(Exception):  # it may be gone
                self._ray.kill(conductor)


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Cluster]:
    """A cluster for as long as the block: one that runs, by its address (`ray://host:10001` from anywhere, `host:6379` from one of its
    nodes), or one of this machine's cores (`local`).

    Raises:
        ClusterUnusable: Ray is not installed, or nothing answers there.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # read when the library is imported, and by all that it starts
    if address == LOCAL:
        # Whoever knows the token may have this machine run anything: one for this cluster alone, written nowhere.
        os.environ.setdefault("RAY_AUTH_MODE", "token")
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
        # Workers yield to everything else by default: on a busy machine they take minutes to begin.
        os.environ.setdefault("RAY_worker_niceness", "0")
    try:
        import ray
    except ModuleNotFoundError as error:
        raise ClusterUnusable(f"Ray is not installed, which reads documents on many machines; {INSTALL}") from error
    with contextlib.ExitStack() as open_:
        options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
        if address == LOCAL:
            folder = open_.enter_context(
                tempfile.TemporaryDirectory(prefix="pc-ray-", dir=_SHORT, ignore_cleanup_errors=True)
            )
            options |= {
                "num_cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
                "include_dashboard": False,
                "object_store_memory": _STORE_BYTES,
                "_temp_dir": folder,
            }
        try:
            ray.init(address=address, **options)
        except Exception as error:  # the library raises whatever its parts raise
            raise ClusterUnusable(
                f'cluster "{address}" cannot be reached ({first_line(error)}); give ray://HOST:10001, HOST:6379 on one of its '
                f"nodes, or {LOCAL}"
            ) from error
        open_.callback(ray.shutdown)
        yield Cluster(ray, address)


class _Conductor:
    """An actor that drives Ray Data within the cluster and hands over what is done, document by document."""

    def begin(self, rows: list[Row], carried: list[Any], made: str, workers: int) -> bool:
        """Have workers begin; True where nothing is begun, since the cluster reports its use."""
        if _reports():
            return True
        import ray.data

        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        context.max_errored_blocks = -1  # a document that no worker survives stops no other: it gives no row
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        dataset = ray.data.from_items(rows, override_num_blocks=len(rows)).map(
            _Worker,
            fn_constructor_args=(carried, made),
            compute=ray.data.ActorPoolStrategy(size=workers),
            num_cpus=1,
            max_task_retries=_TRIES - 1,
        )
        self._done = iter(dataset.iter_rows())
        return False

    def next(self) -> Row | None:
        """The next document that is done; None after the last."""
        return next(self._done, None)


class _Worker:
    """A process of a node that reads documents one after the other, on one core."""

    def __init__(self, carried: list[Any], made: str) -> None:
        import ray

        self._unfit, here = "", made_with()
        if here != made:
            self._unfit = (
                f"node {ray.util.get_node_ip_address()} reads documents with other versions ({_differences(here, made)}) than "
                "this machine, and might read them otherwise; install the same on every node"
            )
            return
        try:
            self._reader = DocumentReader(ray.get(carried[0]).opened())
        except Exception as error:  # noqa: BLE001  an actor that cannot begin would be begun again for ever
            self._unfit = f"node {ray.util.get_node_ip_address()}: {error}"

    def __call__(self, row: Row) -> Row:
        done = Failed(self._unfit) if self._unfit else self._reader.read(_task(row))
        told = {"key": row["key"], "unfit": self._unfit, "problem": done.problem if isinstance(done, Failed) else ""}
        if isinstance(done, Failed):
            return {**told, "incoming": "", "encoded": "", "embeddings": b""}
        return {**told, "incoming": done.incoming, "encoded": done.encoded, "embeddings": done.embeddings}


def _reports() -> bool:
    """Whether this cluster was started with Ray's reports of use on: only then its metadata name the system it runs on."""
    from ray._common.usage.usage_constants import CLUSTER_METADATA_KEY
    from ray._private.ray_constants import KV_NAMESPACE_CLUSTER
    from ray.experimental.internal_kv import _internal_kv_get

    found = _internal_kv_get(CLUSTER_METADATA_KEY, namespace=KV_NAMESPACE_CLUSTER)
    return found is None or "os" in json.loads(found)


def _waves(tasks: Iterable[Keyed]) -> Iterator[list[Keyed]]:
    wave, size = list[Keyed](), 0
    for key, task in tasks:
        wave.append((key, task))
        size += len(task.data)
        if len(wave) == _WAVE_DOCUMENTS or size >= _WAVE_BYTES:
            yield wave
            wave, size = [], 0
    if wave:
        yield wave


def _row(key: str, task: Task) -> Row:
    given = task.given.model_dump_json()
    return {
        "key": key,
        "name": task.name,
        "data": task.data,
        "origin": task.origin,
        "given": given,
        "url": task.url or "",
    }


def _task(row: Row) -> Task:
    given = Metadata.model_validate_json(row["given"])
    return Task(row["name"], bytes(row["data"]), row["origin"], given, row["url"] or None)


def _finished(row: Row) -> Finished:
    return Finished(row["incoming"], row["encoded"], bytes(row["embeddings"]))


def _differences(here: str, there: str) -> str:
    one, other = json.loads(here), json.loads(there)
    names = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
    return ", ".join(f"{name} {one.get(name, 'none')}, here {other.get(name, 'none')}" for name in names)
