"""The branding file as the company's pages change it: written whole, each change in the log, the file before kept to go back to."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.company.accounts.audit import note
from assistant.company.branding.editing import edited, flat, table_of
from assistant.company.branding.loading import brand_of, version_of
from assistant.company.branding.logo import Logo, logo_of, read_logo
from assistant.company.database.engine import Database
from assistant.errors import BadBranding
from assistant.settings import Settings
from corpus.atomic_files import locked, put, sweep, sync, write_whole

MOST = 50  # earlier files that are kept
_OWN_LOGO = re.compile(r"logo-[0-9a-f]{12}\.(?:svg|png)")
_PATIENCE = 10.0  # seconds to wait for another change


class Earlier(BaseModel):
    """A branding file that was replaced, with its logo: when, and by whom."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    at: datetime
    by: str
    content: bytes
    logo_name: str | None = None
    logo: bytes | None = None

    @property
    def name(self) -> str:
        """What the company is called in it."""
        found = table_of(self.text).get("name")
        return found if isinstance(found, str) else "?"

    @property
    def text(self) -> str:
        """The file's text."""
        return self.content.decode("utf-8", "replace")


class BrandingMoved(BadBranding):
    """The file is another one than the change was made from: somebody else has changed it meanwhile."""


class BrandingStore:
    """The branding file of some settings."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.path = settings.branding_file
        self._kept = settings.data / "branding" / "earlier"
        self._database = database

    def text(self) -> str:
        """What stands in the file; empty where there is none.

        Raises:
            BadBranding: it cannot be read.
        """
        return self._now().text

    def version(self) -> str:
        """The file's version, as `Brand.version` is, also of one that cannot be used.

        Raises:
            BadBranding: it cannot be read.
        """
        now = self._now()
        return version_of(now.content or None, now.logo)

    def save(self, text: str, logo: Logo | None, *, based_on: str, by: str, what: str = "branding changed") -> bool:
        """Put a text in the file's place, the one before among the earlier; whether that changed anything.

        Args:
            logo: the picture that the text names, where that is not beside the file yet.
            based_on: the version that it was made from.

        Raises:
            BrandingMoved: the file has another version.
            BadBranding: the text cannot be used, or not be written. What was there stands as it was.
        """
        with self._writing():
            now = self._now()
            if version_of(now.content or None, now.logo) != based_on:
                raise BrandingMoved(
                    f'branding file "{self.path}" was changed meanwhile; look at it and repeat the change'
                )
            if now.content == text.encode():
                return False
            brand_of(text.encode(), self.path, lambda name: logo or read_logo(self.path.parent, name))
            name = table_of(text).get("logo")
            if logo is not None and isinstance(name, str) and not self._beside(name, logo.content):
                put(self.path.parent / name, logo.content)
            if now.content:
                self._keep(now.model_copy(update={"by": by}))
            before, after = flat(table_of(now.text)), flat(table_of(text))
            changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
            with self._database.writing() as connection:
                was, became = ({key: each[key] for key in changed if key in each} for each in (before, after))
                note(connection, by, what, self.path.name, before=was if now.content else None, after=became)
                try:
                    write_whole(self.path, text)
                except OSError as error:  # said here, or it would be taken for the database's
                    raise self._unwritable("written", error) from error
            if now.logo_name and now.logo_name != name and _OWN_LOGO.fullmatch(now.logo_name):
                (self.path.parent / now.logo_name).unlink(missing_ok=True)
        return True

    def earlier(self) -> dict[int, Earlier]:
        """The files that were replaced, by number, the newest first. One that cannot be read any more is left out."""
        found = {}
        for path in sorted(self._kept.glob("[0-9]*.json"), reverse=True):
            with contextlib.suppress(OSError, ValidationError, ValueError):
                found[int(path.stem)] = Earlier.model_validate_json(path.read_bytes())
        return found

    def restore(self, number: int, *, by: str) -> bool:
        """Put an earlier file in the place of the present one, which is kept itself; whether that changed anything.

        Raises:
            BadBranding: there is none of this number, or it cannot be used any more.
        """
        wanted = self.earlier().get(number)
        if wanted is None:
            raise BadBranding(f"there is no earlier branding file {number}; look which there are")
        text, name, logo = wanted.text, wanted.logo_name, None
        if name is not None and wanted.logo is not None and not self._beside(name, wanted.logo):
            # What stands there under its name now, somebody may have put there by hand.
            logo = logo_of(wanted.logo, name)
            text = edited(text, {**table_of(text), "logo": logo.own_name})
        return self.save(text, logo, based_on=self.version(), by=by, what="branding restored")

    def _beside(self, name: str, content: bytes) -> bool:
        """Whether a picture stands beside the file under a name."""
        with contextlib.suppress(OSError):
            return (self.path.parent / name).read_bytes() == content
        return False

    def _now(self) -> Earlier:
        """The present file, as it would be kept."""
        try:
            content = self.path.read_bytes() if self.path.exists() else b""
        except OSError as error:
            raise self._unwritable("read", error) from error
        named: Any = table_of(content.decode("utf-8", "replace")).get("logo")
        logo = None
        with contextlib.suppress(BadBranding):
            logo = read_logo(self.path.parent, named) if isinstance(named, str) else None
        return Earlier(
            at=datetime.now(UTC).replace(microsecond=0),
            by="",
            content=content,
            logo_name=named if logo else None,
            logo=logo.content if logo else None,
        )

    def _keep(self, file: Earlier) -> None:
        self._kept.mkdir(parents=True, exist_ok=True)
        there = sorted(self._kept.glob("[0-9]*.json"))
        number = int(there[-1].stem) + 1 if there else 1
        put(self._kept / f"{number:06d}.json", file.model_dump_json().encode())
        sync(self._kept)
        for old in there[: max(0, len(there) + 1 - MOST)]:
            old.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with locked(self.path.parent / ".branding.lock", "another change of the branding", _PATIENCE, BadBranding):
                sweep(self.path.parent)
                yield
        except OSError as error:
            raise self._unwritable("written", error) from error

    def _unwritable(self, what: str, error: OSError) -> BadBranding:
        wrong = (error.strerror or str(error)).lower()
        return BadBranding(
            f'branding file "{self.path}" cannot be {what}: {wrong}; let the server\'s user write that folder, or unset '
            "PLAINCLAUSE_BRANDING, so that the data folder holds it"
        )
