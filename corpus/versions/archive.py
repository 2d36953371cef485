"""Every text of a policy that was ever served, kept so that a link to a clause shows the version that it was made for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from corpus.atomic_files import write_whole
from corpus.errors import CorpusError
from corpus.model import Described, Policy, Summary

D = TypeVar("D", Policy, Summary)

_POLICY = TypeAdapter(Policy)
PREFIX = re.compile(r"[0-9a-f]{12,64}")


class DamagedVersion(CorpusError):
    """A kept text of a policy that cannot be read, or is not the one that its name says."""


class Archive(Protocol):
    """Every text of a policy that was ever served."""

    def keep(self, policies: Iterable[Policy]) -> None:
        """Keep those versions that are not there.

        Raises:
            OSError: they cannot be written.
        """
        ...

    def missing(self, policies: Iterable[D]) -> list[D]:
        """Those versions that are not there."""
        ...

    def find(self, policy_id: str, prefix: str) -> Policy | None:
        """The version of a policy whose SHA-256 begins with `prefix`, 12 to 64 hex digits; None if it is not kept.

        Raises:
            DamagedVersion: it is not as it was written.
        """
        ...

    def versions(self, policy_id: str) -> list[str]:
        """The SHA-256 of every text of a policy that is kept, the one kept last first."""
        ...


class FolderArchive:
    """The versions of policies in a data folder: `versions/<policy id>/<sha256 of the text>.json`, each written once,
    whole or not at all, and never changed."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "versions"

    def keep(self, policies: Iterable[Policy]) -> None:
        for policy in self.missing(policies):
            path = self._path(policy)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, _POLICY.dump_json(policy).decode())

    def missing(self, policies: Iterable[D]) -> list[D]:
        return [each for each in policies if not self._path(each).exists()]

    def _path(self, policy: Described) -> Path:
        return self.folder / policy.id / f"{policy.sha256}.json"

    def find(self, policy_id: str, prefix: str) -> Policy | None:
        if not PREFIX.fullmatch(prefix):
            return None
        found = sorted(path for folder in self._folders(policy_id) for path in folder.glob(f"{prefix}*.json"))
        return _read(found[0], policy_id) if found else None

    def versions(self, policy_id: str) -> list[str]:
        kept = [path for folder in self._folders(policy_id) for path in folder.glob("*.json")]
        return [path.stem for path in sorted(kept, key=lambda path: (-path.stat().st_mtime_ns, path.stem))]

    def _folders(self, policy_id: str) -> list[Path]:
        """The id may be a stranger's: it is compared with what is there, and no path is made of it."""
        return [each for each in self.folder.iterdir() if each.name == policy_id] if self.folder.is_dir() else []


def _read(path: Path, policy_id: str) -> Policy:
    remedy = "restore it from a backup, or remove it if there is none"
    try:
        policy = _POLICY.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error.strerror
        raise DamagedVersion(f'kept version "{path}" cannot be read: {reason}; {remedy}') from error
    if (policy.id, policy.sha256) != (policy_id, path.stem):
        raise DamagedVersion(
            f'kept version "{path}" holds policy "{policy.id}" with the hash {policy.sha256[:12]}...; {remedy}'
        )
    return policy
