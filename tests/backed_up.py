"""A company with everything that a backup holds, a machine with nothing yet, and backups that were tampered with."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

from assistant.company.backup.gathering import back_up
from assistant.company.database.engine import Database
from assistant.company.feedback.store import Feedback, FeedbackStore
from assistant.model import Outcome
from assistant.settings import Settings
from corpus.shelf.catalogue import open_shelf
from corpus.shelf.writer import Incoming, add, replace
from corpus.versions.archive import FolderArchive

OLD = "# Acme privacy\n\nWe never sell your data to anyone.\n\nCalls are kept for ninety days.\n"
NEW = OLD.replace("ninety", "thirty")
LOGO = b"\x89PNG logo"


def said(helpful: bool = True) -> Feedback:
    return Feedback(question="do you sell my data?", outcome=Outcome.NO, helpful=helpful, surface="api")


def feedback(settings: Settings) -> FeedbackStore:
    return FeedbackStore(Database.of(settings))


def company(folder: Path) -> Settings:
    """A shelf whose one policy has two versions, kept versions of both, feedback, a branding file, and what is built."""
    made = Settings(policies=folder / "shelf", data=folder / "data", branding=folder / "brand" / "acme.toml")
    assert made.branding
    made.policies.mkdir()
    add(made.policies, "acme", Incoming.read(OLD.encode(), "acme.md"))
    FolderArchive(made.data).keep(open_shelf(made.policies).values())
    replace(made.policies, "acme", Incoming.read(NEW.encode(), "acme.md"))
    FolderArchive(made.data).keep(open_shelf(made.policies).values())
    feedback(made).record(said())
    made.branding.parent.mkdir()
    made.branding.write_text('name = "Acme"\nlogo = "logo.png"\n')
    (made.branding.parent / "logo.png").write_bytes(LOGO)
    (made.branding.parent / "secret.txt").write_text("not named, not ours")
    for built in ("index/x/vectors.npy", "encoders/x/card.json", "coverage/x.json", ".lock"):
        (made.data / built).parent.mkdir(parents=True, exist_ok=True)
        (made.data / built).write_text("built")
    return made


def new_machine(folder: Path) -> Settings:
    """Settings of a machine where nothing is yet."""
    new = folder / "new"
    return Settings(policies=new / "deep" / "shelf", data=new / "data", branding=new / "brand.toml")


def backup_of(settings: Settings, folder: Path) -> Path:
    back_up(settings, folder / "backup.tar.gz")
    return folder / "backup.tar.gz"


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but locks."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".lock"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def repacked(source: Path, target: Path, change) -> Path:
    """A backup with other members: `change` gets name and content of each, and gives what is to be there instead."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for entry in old:
            content = old.extractfile(entry)
            assert content
            for name, data in change(entry.name, content.read()):
                header = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
                header.size = len(data)
                new.addfile(header, io.BytesIO(data))
    return target


def with_manifest(backup: Path, target: Path, **update) -> Path:
    def changed(name, data):
        return [(name, json.dumps(json.loads(data) | update).encode() if name == "manifest.json" else data)]

    return repacked(backup, target, changed)
