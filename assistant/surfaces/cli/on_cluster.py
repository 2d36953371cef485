"""`plainclause add --on`: documents read and encoded on many machines, then put onto the shelf here, in the order in which they were
named."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import click

from assistant.surfaces.cli.taking_up import Wishes, by_itself, finish, is_there, taken_up

if TYPE_CHECKING:
    from assistant.ingestion.reading import Task
    from assistant.ingestion.work_folder import WorkFolder
    from assistant.settings import Settings
    from assistant.surfaces.cli.documents import Named
    from corpus.shelf.catalogue import Entry
    from corpus.shelf.duplicates import ShelvedTexts
    from corpus.shelf.writer import Incoming
    from index.encoders.base import Encoder

_AT_ONCE = 200  # documents that the shelf is held for: another writer waits for them


class _Ready(NamedTuple):
    """A document that is finished, by its key; whether it was before this command began."""

    named: Named
    key: str
    before: bool


def add_on_cluster(
    settings: Settings,
    address: str,
    named: Sequence[Named],
    wishes: Wishes,
    failed: list[str],
    *,
    no_index: bool,
) -> None:
    """Read documents on the cluster of an address, add them, and build with what was encoded. The names of those that were not added are
    noted in `failed`.

    Raises:
        ClusterUnusable, IngestionRunning (assistant.errors); ShelfBusy, NotWritten, NoPolicies (corpus.shelf.writer).
    """
    from assistant.bootstrap.engines import choose_encoder
    from assistant.bootstrap.factory import encoded_folder
    from assistant.ingestion.work_folder import WorkFolder

    encoder = choose_encoder(settings, to_build=True)
    encoded = encoded_folder(settings)
    work = WorkFolder(encoded.parent, encoded)
    with work.held():
        ready, problems = _read(settings, address, named, wishes, failed, work, encoder)
        changed = _published(settings, ready, problems, wishes, failed, work)
        # A command that was ended after the last document has left the index to this one.
        finish(settings, changed or int(work.waits), no_index=no_index)
        work.sweep(embeddings=not no_index)


def _read(
    settings: Settings,
    address: str,
    named: Sequence[Named],
    wishes: Wishes,
    failed: list[str],
    work: WorkFolder,
    encoder: Encoder,
) -> tuple[list[_Ready], dict[str, str]]:
    """Have every document read that is not finished or shelved; which are to be added, and what is wrong with some, by key."""
    from tqdm import tqdm

    from assistant.ingestion.cluster import cluster
    from assistant.ingestion.reading import Failed, Task
    from corpus.shelf.catalogue import catalogue
    from corpus.shelf.duplicates import ShelvedTexts

    folder = settings.policies
    shelved = ShelvedTexts(folder, catalogue(folder)[0].values() if folder.is_dir() else ())
    ready, problems, read = list[_Ready](), dict[str, str](), 0

    def tasks() -> Iterator[tuple[str, Task]]:
        for each in named:
            with by_itself(each.name, failed):
                data = b"" if each.path is None else each.data()
                task = Task(each.name, data, each.origin, each.given(wishes.given), each.url or None)
                key, alike = task.key(encoder), shelved.of_bytes(task.sha256) if data else []
                finished = work.holds(key)
                if finished or not is_there(each, alike, wishes):
                    ready.append(_Ready(each, key, finished))
                    if not finished:
                        yield key, task
                        continue
            bar.update()

    with tqdm(total=len(named), desc="reading", unit=" documents", disable=not sys.stderr.isatty(), leave=False) as bar:
        left = tasks()
        first = next(left, None)
        if first is not None:  # else no cluster is needed
            with cluster(address) as nodes:
                click.echo(f"reading on {address}: {len(named)} documents, {nodes.cores} cores", err=True)
                for key, done in nodes.read(itertools.chain([first], left), encoder):
                    if isinstance(done, Failed):
                        problems[key] = done.problem
                    else:
                        work.keep(key, done)
                        read += 1
                    bar.update()
    before = sum(each.before for each in ready)
    click.echo(f"read: {read} documents; {before} were finished before, {len(problems)} cannot be read", err=True)
    return ready, problems


def _published(
    settings: Settings,
    ready: Sequence[_Ready],
    problems: dict[str, str],
    wishes: Wishes,
    failed: list[str],
    work: WorkFolder,
) -> int:
    """Put what is finished onto the shelf; how many documents it has more."""
    from corpus.errors import UnreadablePolicy
    from corpus.shelf.catalogue import catalogue
    from corpus.shelf.duplicates import ShelvedTexts
    from corpus.shelf.writer import add as put
    from corpus.shelf.writer import adding

    folder, changed = settings.policies, 0

    def taken(each: _Ready, entries: dict[str, Entry], shelved: ShelvedTexts) -> tuple[str, Incoming] | None:
        if each.key in problems:
            raise UnreadablePolicy(problems[each.key])
        incoming = work.incoming(each.key)
        if incoming is None:
            work.forget(each.key)
            raise UnreadablePolicy("what was finished of it was altered; run the command again")
        alike = shelved.of(incoming)
        own = next((id_ for id_ in alike if each.before and _is_of(entries[id_], incoming)), None)
        if own is not None:  # the command that was ended had added it
            click.echo(f"{each.named.name}: is on the shelf already, as {own}")
            return None
        id_ = taken_up(folder, each.named, incoming, wishes, entries, alike)
        return None if id_ is None else (id_, incoming)

    if wishes.yes:
        for group in (ready[at : at + _AT_ONCE] for at in range(0, len(ready), _AT_ONCE)):
            with adding(folder) as shelf:
                shelved = ShelvedTexts(folder, shelf.entries.values())
                for each in group:
                    with by_itself(each.named.name, failed):
                        found = taken(each, shelf.entries, shelved)
                        if found is not None:
                            shelf.add(*found, each.named.given(wishes.given))
                            shelved.add(shelf.entries[found[0]])
                            changed += 1
                            click.echo(f"added: {found[0]}")
        return changed
    for each in ready:  # a person is asked, and nobody else waits for the answer
        with by_itself(each.named.name, failed):
            entries = catalogue(folder)[0] if folder.is_dir() else {}
            found = taken(each, entries, ShelvedTexts(folder, entries.values()))
            if found is not None:
                put(folder, *found, each.named.given(wishes.given))
                changed += 1
                click.echo(f"added: {found[0]}")
    return changed


def _is_of(entry: Entry, incoming: Incoming) -> bool:
    """Whether a policy came in as this very document, by its bytes and its name."""
    last = entry.metadata.versions[-1] if entry.metadata.versions else None
    return last is not None and (last.sha256, last.origin) == (incoming.sha256, incoming.origin)
