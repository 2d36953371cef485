"""The policies on disk: one folder, one file a policy (`.md`, `.txt`), its metadata beside it (`.json`, optional)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import BadMetadata, CorpusError, NoPolicies, UnknownPolicy, UnreadablePolicy
from corpus.model import Policy, corpus_sha256

SUFFIXES = (".md", ".markdown", ".txt")


class Metadata(BaseModel):
    """What is known of a policy beside its text; the file `<id>.json`. What it leaves out is taken from the document,
    and stays unknown where the document does not state it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: str | None = None
    title: str | None = None
    source_url: str | None = None
    snapshot_date: date | None = None
    effective_date: date | None = None
    supersedes: str | None = None
    licence: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf(Mapping[str, Policy]):
    """The policies of a folder by id, in order of id; and the files that could not be read, with the reason."""

    folder: Path
    policies: dict[str, Policy]
    problems: tuple[CorpusError, ...] = ()

    def __getitem__(self, policy_id: str) -> Policy:
        try:
            return self.policies[policy_id]
        except KeyError:
            raise UnknownPolicy(self._unknown(policy_id)) from None

    def __contains__(self, policy_id: object) -> bool:
        return policy_id in self.policies

    def __iter__(self) -> Iterator[str]:
        return iter(self.policies)

    def __len__(self) -> int:
        return len(self.policies)

    @property
    def current(self) -> tuple[str, ...]:
        """Ids of the policies that no other policy on the shelf supersedes."""
        replaced = {policy.supersedes for policy in self.policies.values()}
        return tuple(id_ for id_ in self.policies if id_ not in replaced)

    def successor(self, policy_id: str) -> str | None:
        """Id of the policy that supersedes this one, if the shelf holds it."""
        return next((p.id for p in self.policies.values() if p.supersedes == policy_id), None)

    @property
    def sha256(self) -> str:
        """One hash over all that an index is built from."""
        return corpus_sha256(self.policies.values())

    def _unknown(self, policy_id: str) -> str:
        near = get_close_matches(policy_id.lower(), self.policies, n=1, cutoff=0.5)
        known = ", ".join(list(self.policies)[:20]) + (", ..." if len(self.policies) > 20 else "")
        hint = f'did you mean "{near[0]}"? ' if near else ""
        return f'unknown policy "{policy_id[:80]}": {hint}known are {known}'


def open_shelf(folder: Path) -> Shelf:
    """Read every policy of a folder. Files that cannot be read are kept as `problems`; the others go on.

    Raises:
        NoPolicies: the folder does not exist, or no policy in it can be read.
    """
    if not folder.is_dir():
        raise NoPolicies(
            f'policies folder "{folder}" does not exist; set PLAINCLAUSE_POLICIES to a folder of .md or .txt files'
        )
    files = sorted(
        path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    )
    if not files:
        raise NoPolicies(f'policies folder "{folder}" holds no policy ({", ".join(SUFFIXES)}); put one there')
    policies: dict[str, Policy] = {}
    problems: list[CorpusError] = []
    for path in files:
        try:
            if path.stem in policies:
                raise BadMetadata(f'two files have the policy id "{path.stem}" in "{folder}"; rename "{path.name}"')
            policies[path.stem] = _load(path)
        except CorpusError as error:
            problems.append(error)
    if not policies:
        raise NoPolicies("; ".join(str(problem) for problem in problems))
    return Shelf(folder, dict(sorted(policies.items())), tuple(problems))


def source_files(folder: Path) -> list[Path]:
    """Every file of a folder that a shelf is read from, policies and metadata, in order of their names."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in (*SUFFIXES, ".json"))


def _load(path: Path) -> Policy:
    # A start that finds its policies already read does without: the parsers take long to import.
    from corpus.read import read_file
    from corpus.segment import segment

    reading = read_file(path)
    clauses, headings = segment(reading, path.stem)
    if not clauses:
        raise UnreadablePolicy(
            f'policy file "{path}" holds headings only and no clause; put the text of the policy into it or remove it'
        )
    known = _metadata(path.with_suffix(".json"))
    if known.supersedes == path.stem:
        raise BadMetadata(f'policy "{path.stem}" says that it supersedes itself; mend "{path.with_suffix(".json")}"')
    banner = reading.banner
    return Policy(
        id=path.stem,
        provider=known.provider,
        title=known.title or (headings[0].span.of(reading.text) if headings else path.stem),
        source_url=known.source_url or (banner.source_url if banner else None),
        snapshot_date=known.snapshot_date or (banner.snapshot_date if banner else None),
        effective_date=known.effective_date,
        supersedes=known.supersedes,
        licence=known.licence,
        text=reading.text,
        clauses=clauses,
        headings=headings,
        offsets=reading.offsets,
        source=reading.source,
    )


def _metadata(path: Path) -> Metadata:
    if not path.exists():
        return Metadata()
    try:
        return Metadata.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        where, what = "its beginning", str(error)
        if isinstance(error, ValidationError):
            first = error.errors()[0]
            where, what = ".".join(str(part) for part in first["loc"]) or where, first["msg"]
        raise BadMetadata(
            f'metadata file "{path}" is wrong at "{where}": {what}; see CONTRIBUTING.md, "Add a policy"'
        ) from error
