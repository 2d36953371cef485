"""Every text of a policy that was ever served, kept so that a link to a clause shows the version that it was made for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.atomic_files import write_whole
from corpus.errors import CorpusError
from corpus.model import Policy

_POLICY = TypeAdapter(Policy)
_PREFIX = re.compile(r"[0-9a-f]{12,64}")


class DamagedVersion(CorpusError):
    """A kept text of a policy that cannot be read, or is not the one that its name says."""


class Archive:
    """The versions of policies in a data folder: `versions/<policy id>/<sha256 of the text>.json`, each written once,
    whole or not at all, and never changed."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "versions"

    def keep(self, policies: Iterable[Policy]) -> None:
        """Write those versions that are not there.

        Raises:
            OSError: the folder cannot be written.
        """
        for policy in policies:
            path = self.folder / policy.id / f"{policy.sha256}.json"
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, _POLICY.dump_json(policy).decode())

    def find(self, policy_id: str, prefix: str) -> Policy | None:
        """The version of a policy whose SHA-256 begins with `prefix`, 12 to 64 hex digits; None if it is not kept.

        Raises:
            DamagedVersion: its file is not as it was written.
        """
        if not _PREFIX.fullmatch(prefix) or not self.folder.is_dir():
            return None
        # The id may be a stranger's: it is compared with what is there, and no path is made of it.
        kept = (folder for folder in self.folder.iterdir() if folder.name == policy_id)
        paths = sorted(path for folder in kept for path in folder.glob(f"{prefix}*.json"))
        return _read(paths[0], policy_id) if paths else None


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
