"""The policies on disk: one folder. A policy tended by hand is a text (`<id>.md`, `.txt`) with its metadata beside it (`<id>.json`,
optional); one that the program added is its metadata alone, which names a text under `texts/` by the hash of its bytes."""

from __future__ import annotations

import json
import re
from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, NamedTuple, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from corpus.endings import CONVERTED, REFUSED, TEXT
from corpus.errors import BadMetadata, CorpusError, NoPolicies, UnknownPolicy, UnreadablePolicy
from corpus.model import Policy, Summary, corpus_sha256
from corpus.shelf.shelf_files import TEXTS, file_bytes, listed, stored_text

_TEXT = re.compile(rf"{TEXTS}/([0-9a-f]{{64}})\.md")
TextName = Annotated[str, StringConstraints(pattern=rf"^{_TEXT.pattern}$")]


T = TypeVar("T")


class Version(BaseModel):
    """One text that a policy has had, by its name in the folder, and what was known of it then.

    `added` is a date in UTC. `sha256` is that of the document's bytes as they came, `origin` its file's name or its address.
    `source_url` is where the text was published, unknown of versions that were put on the shelf before it was kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: TextName
    added: date
    media: str
    origin: str
    title: str | None = None
    provider: str | None = None
    snapshot_date: date | None = None
    effective_date: date | None = None
    updated_date: date | None = None
    source_url: str | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Metadata(BaseModel):
    """What is known of a policy beside its text; the file `<id>.json`. What it leaves out is taken from the document,
    and stays unknown where the document does not state it.

    `language` (ISO 639-1), `languages` (of a text in several: that of the most words first), `text` and `versions` (oldest
    first; the last has this text) stand there for policies that the program added.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: str | None = None
    title: str | None = None
    source_url: str | None = None
    snapshot_date: date | None = None
    effective_date: date | None = None
    updated_date: date | None = None
    supersedes: str | None = None
    licence: str | None = None
    origin: str | None = None
    language: str | None = None
    languages: tuple[str, ...] = ()
    text: TextName | None = None
    versions: tuple[Version, ...] = ()

    @model_validator(mode="after")
    def _newest_last(self) -> Self:
        if self.text != (self.versions[-1].text if self.versions else None):
            raise ValueError('"text" is not that of the last of "versions"')
        return self

    @property
    def addressed(self) -> tuple[Version, ...]:
        """The versions, the last with the policy's address: where it was put on the shelf before versions kept theirs, that is it."""
        if not self.versions or self.versions[-1].source_url is not None:
            return self.versions
        return (*self.versions[:-1], self.versions[-1].model_copy(update={"source_url": self.source_url}))


class Entry(NamedTuple):
    """A policy as the folder lists it. `tended` is its text where a person tends it, None where the program added it."""

    id: str
    metadata: Metadata
    tended: Path | None


@dataclass(frozen=True, slots=True)
class Shelf(Mapping[str, Policy]):
    """The policies of a folder by id, in order of id; and the files that could not be read, with the reason.

    `policies` may read each when it is asked for, so what a list of them needs is asked of `summaries`.
    """

    folder: Path
    policies: Mapping[str, Policy]
    problems: tuple[CorpusError, ...] = ()
    summaries: Mapping[str, Summary] = field(default_factory=dict, repr=False)
    _newer: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.summaries) != len(self.policies):
            object.__setattr__(self, "summaries", {id_: Summary.of(policy) for id_, policy in self.policies.items()})
        newer: dict[str, str] = {}
        for each in self.summaries.values():
            if each.supersedes is not None:
                newer.setdefault(each.supersedes, each.id)
        object.__setattr__(self, "_newer", newer)

    def __getitem__(self, policy_id: str) -> Policy:
        try:
            return self.policies[policy_id]
        except KeyError:
            raise unknown(policy_id, self.summaries) from None

    def __contains__(self, policy_id: object) -> bool:
        return policy_id in self.summaries

    def __iter__(self) -> Iterator[str]:
        return iter(self.summaries)

    def __len__(self) -> int:
        return len(self.summaries)

    @property
    def current(self) -> tuple[str, ...]:
        """Ids of the policies that no other policy on the shelf supersedes."""
        return tuple(id_ for id_ in self.summaries if id_ not in self._newer)

    def successor(self, policy_id: str) -> Summary | None:
        """The policy that supersedes this one, if the shelf holds it."""
        newer = self._newer.get(policy_id)
        return self.summaries[newer] if newer is not None else None

    def only(self, policy_ids: Iterable[str]) -> Shelf:
        """The shelf with some of its policies alone."""
        kept = set(policy_ids)
        summaries = {id_: each for id_, each in self.summaries.items() if id_ in kept}
        return Shelf(self.folder, SomePolicies(self.policies, summaries), (), summaries)

    def having(self, policy: Policy) -> Shelf:
        """The shelf with a policy on it, in place of the one with its id."""
        policies = ChainMap({policy.id: policy}, cast("dict[str, Policy]", self.policies))
        summaries = dict(sorted({**self.summaries, policy.id: Summary.of(policy)}.items()))
        return Shelf(self.folder, policies, self.problems, summaries)

    @property
    def sha256(self) -> str:
        """One hash over all that an index is built from."""
        return corpus_sha256(self.summaries.values())


@dataclass(frozen=True, slots=True)
class SomePolicies(Mapping[str, Policy]):
    """Some of several policies."""

    policies: Mapping[str, Policy]
    kept: Collection[str]

    def __getitem__(self, policy_id: str) -> Policy:
        if policy_id not in self.kept:
            raise KeyError(policy_id)
        return self.policies[policy_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.kept)

    def __len__(self) -> int:
        return len(self.kept)


def unknown(policy_id: str, known: Iterable[str]) -> UnknownPolicy:
    """The error for an id that is not on the shelf; it names the nearest and the known ones."""
    ids = sorted(known)
    near = get_close_matches(policy_id.lower(), ids, n=1, cutoff=0.5)
    listed = ", ".join(ids[:20]) + (", ..." if len(ids) > 20 else "")
    hint = f'did you mean "{near[0]}"? ' if near else ""
    return UnknownPolicy(f'unknown policy "{policy_id[:80]}": {hint}known are {listed or "none"}')


def open_shelf(folder: Path) -> Shelf:
    """Read every policy of a folder. Files that cannot be read are kept as `problems`; the others go on.

    Raises:
        NoPolicies: the folder does not exist, or no policy in it can be read.
    """
    problems: list[CorpusError] = []
    policies: dict[str, Policy] = {policy.id: policy for policy in read_policies(folder, problems)}
    return Shelf(folder, policies, tuple(problems))


def read_policies(
    folder: Path, problems: list[CorpusError], known: Mapping[str, T] | None = None
) -> Iterator[Policy | T]:
    """The policies of a folder, each read when it is asked for, in order of id; what cannot be read is told in `problems`.

    Args:
        known: what is given in place of policies that need not be read, by id.

    Raises:
        NoPolicies: as of `open_shelf`.
    """
    entries, wrong = catalogue(folder)
    problems.extend(wrong)
    root, is_empty = folder.resolve(), True
    for entry in entries.values():
        try:
            policy: Policy | T = known[entry.id] if known is not None and entry.id in known else _load(entry, root)
        except CorpusError as error:
            problems.append(error)
            continue
        is_empty = False
        yield policy
    if is_empty:
        said = "; ".join(str(problem) for problem in problems)
        raise NoPolicies(
            said or f'policies folder "{folder}" holds no policy ({", ".join(TEXT)}); put one there, or add one'
        )


def catalogue(folder: Path) -> tuple[dict[str, Entry], tuple[CorpusError, ...]]:
    """What a folder holds, by id and in order of id, no text read; and what in it is wrong.

    Raises:
        NoPolicies: the folder does not exist or cannot be listed.
    """
    tended, described = listed(folder)
    root = folder.resolve()
    entries: dict[str, Entry] = {}
    problems: list[CorpusError] = []
    for path in tended:
        try:
            if path.stem in entries:
                raise BadMetadata(f'two files have the policy id "{path.stem}" in "{folder}"; rename "{path.name}"')
            entries[path.stem] = Entry(path.stem, _tended_metadata(path, root), path)
        except CorpusError as error:
            problems.append(error)
    ids = {path.stem for path in tended}
    for path in described:
        try:
            known = None if path.stem in ids else _added_metadata(path, root)
            if known is not None:
                entries[path.stem] = Entry(path.stem, known, None)
        except CorpusError as error:
            problems.append(error)
    return dict(sorted(entries.items())), tuple(problems)


def as_read(entry: Entry, folder: Path) -> Metadata:
    """What is known of a policy, with what its text says of itself where a person tends it: of one that the program added, that
    stands in its metadata already. Of a text that cannot be read, the metadata alone."""
    if entry.tended is None:
        return entry.metadata
    try:
        policy = _load(entry, folder.resolve())
    except CorpusError:
        return entry.metadata
    stated = {"title": policy.title, "source_url": policy.source_url, "snapshot_date": policy.snapshot_date}
    return entry.metadata.model_copy(update=stated)


def to_be_added(folder: Path) -> list[UnreadablePolicy]:
    """What is to be said of the documents in a folder that are of kinds only read when they are added, in order of their names."""
    try:
        found = sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() in (*CONVERTED, *REFUSED) and not path.name.startswith(".")
        )
    except OSError:
        return []
    read = ", ".join(TEXT)
    return [
        UnreadablePolicy(f'document "{path}" is not read where it lies (read are {read}); use plainclause add for it')
        for path in found
    ]


def policy_of(policy_id: str, source: str, known: Metadata, name: str) -> Policy:
    """The policy that a decoded text and its metadata make; `name` is what errors call it.

    Raises:
        UnreadablePolicy: the text holds no clause.
    """
    # A start that finds its policies already read does without: the parsers take long to import.
    from corpus.text.language import parts
    from corpus.text.segment import parsed

    reading, clauses, headings = parsed(source, name, policy_id)
    if not clauses:
        raise UnreadablePolicy(
            f'policy file "{name}" holds headings only and no clause; put the text of the policy into it or remove it'
        )
    banner = reading.banner
    return Policy(
        id=policy_id,
        provider=known.provider,
        title=known.title or (headings[0].span.of(reading.text) if headings else policy_id),
        source_url=known.source_url or (banner.source_url if banner else None),
        snapshot_date=known.snapshot_date or (banner.snapshot_date if banner else None),
        effective_date=known.effective_date,
        updated_date=known.updated_date,
        supersedes=known.supersedes,
        licence=known.licence,
        language=known.language,
        parts=parts(reading.text, clauses) if len(known.languages) > 1 else (),
        text=reading.text,
        clauses=clauses,
        headings=headings,
        offsets=reading.offsets,
        source=reading.source,
        links=reading.links,
        cells=reading.cells,
    )


def _load(entry: Entry, root: Path) -> Policy:
    from corpus.text.canonical import decode

    if entry.metadata.supersedes == entry.id:
        raise BadMetadata(f'policy "{entry.id}" says that it supersedes itself; mend "{root / entry.id}.json"')
    if entry.tended is not None:
        name, data = str(entry.tended), file_bytes(entry.tended, root)
    else:
        text = entry.metadata.text or ""
        name = str(root / text)
        try:
            data = stored_text(root, text)
        except UnreadablePolicy as error:
            raise UnreadablePolicy(f'policy "{entry.id}": {error}') from error
    return policy_of(entry.id, decode(data, name), entry.metadata, name)


def _tended_metadata(text: Path, root: Path) -> Metadata:
    path = text.with_suffix(".json")
    if not path.exists() and not path.is_symlink():
        return Metadata()
    known = _parsed(path, file_bytes(path, root, "metadata file"))
    if known.text is not None:
        raise BadMetadata(
            f'policy "{text.stem}" has two texts, "{text.name}" and the one that "{path.name}" names; move one of them away'
        )
    return known


def _added_metadata(path: Path, root: Path) -> Metadata | None:
    """The metadata of a policy that the program added; None where the file speaks of none, or was removed meanwhile."""
    try:
        data = file_bytes(path, root, "metadata file")
    except BadMetadata:
        if path.exists() or path.is_symlink():
            raise
        return None
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = {"text": None}
    names_text = isinstance(found, dict) and ("text" in found or "versions" in found)
    if not names_text:
        return None
    known = _parsed(path, data)
    if known.text is None:
        raise BadMetadata(f'metadata file "{path}" names no text; restore it from a backup or remove it')
    return known


def _parsed(path: Path, data: bytes) -> Metadata:
    try:
        return Metadata.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "its beginning"
        raise BadMetadata(
            f'metadata file "{path}" is wrong at "{where}": {first["msg"]}; see CONTRIBUTING.md, "Add a policy"'
        ) from error
