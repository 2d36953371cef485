"""The branding file: read and checked, and read anew when it changes, without a restart."""

from __future__ import annotations

import hashlib
import logging
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TypeAlias

from pydantic import ValidationError

from assistant.company.branding.logo import Logo, read_logo
from assistant.company.branding.model import Branding
from assistant.company.branding.problems import Problem, problems
from assistant.errors import BadBranding
from assistant.settings import Settings

INTERVAL = 1.0  # seconds between two looks at the file
MOST_BYTES = 100_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Brand:
    """A branding file as it was read, its logo, and a version that changes with any byte of either."""

    branding: Branding
    logo: Logo | None = None
    version: str = ""

    @property
    def name(self) -> str:
        """What the company, or without one the program, is called."""
        return self.branding.name

    @property
    def is_plain(self) -> bool:
        """Whether no branding file is set."""
        return not self.version


PLAIN = Brand(Branding(name="Plainclause"))
"""Without a branding file."""

LatestBrand: TypeAlias = Callable[[], Brand]
"""Gives the brand to show now."""


def read_brand(path: Path) -> Brand:
    """A branding file and the logo beside it.

    Raises:
        BadBranding: something in it cannot be used; `problems` says what, each with key, value and remedy.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        wrong = (error.strerror or str(error)).lower()
        raise BadBranding(f'branding file "{path}": {wrong}; set PLAINCLAUSE_BRANDING to a file') from error
    return brand_of(content, path, lambda name: read_logo(path.parent, name))


def brand_of(content: bytes, path: Path, logo_named: Callable[[str], Logo]) -> Brand:
    """What stands in a branding file, or would if it were `path`; `logo_named` gives the logo that it names.

    Raises:
        BadBranding: as `read_brand`.
    """
    try:
        if len(content) > MOST_BYTES:
            raise BadBranding(f'branding file "{path}" has {len(content):,} bytes, at most {MOST_BYTES:,} are read')
        table = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadBranding(f'branding file "{path}" is no TOML: {error}; mend that place') from error
    try:
        branding = Branding.model_validate(table)
        logo = logo_named(branding.logo) if branding.logo is not None else None
    except ValidationError as error:
        raise _explained(path, list(problems(error))) from error
    except BadBranding as error:
        raise _explained(path, [Problem(str(error), "logo", "logo", {})]) from error
    return Brand(branding, logo, version_of(content, logo.content if logo else None))


def version_of(content: bytes | None, logo: bytes | None) -> str:
    """What tells a branding file and its logo from any other; empty where there is no file."""
    return "" if content is None else hashlib.sha256(content + b"\0" + (logo or b"")).hexdigest()[:12]


def _explained(path: Path, found: Sequence[Problem]) -> BadBranding:
    return BadBranding(f'branding file "{path}": {"; ".join(found)}', found)


class BrandingFile:
    """The brand of a file, replaced when the file or its logo changes. A file that cannot be used changes nothing: it is told
    once, and the last good one stays in use. `may_lack`: the file need not be there; without it the brand is the program's own.

    Raises:
        BadBranding: the file cannot be used now, so that there is no good one.
    """

    def __init__(self, path: Path, *, may_lack: bool = False) -> None:
        self._path, self._may_lack = path, may_lack
        self._ended = Event()
        self._brand = PLAIN
        self._seen = self._look()  # before it is read: what changes meanwhile is seen the next time
        self._brand = self._read()

    def __call__(self) -> Brand:
        """The newest that could be used."""
        return self._brand

    def renew(self) -> bool:
        """Read the file if it has changed; whether another brand is in use now."""
        found = self._look()
        if found == self._seen:
            return False
        try:
            brand = self._read()
        except BadBranding as error:
            self._seen = found
            log.warning("the changed branding is not taken up, the last good one stays in use: %s", error)
            return False
        self._seen = found
        changed, self._brand = brand.version != self._brand.version, brand
        if changed:
            log.info("branding %s is in use", brand.version or "of the program itself")
        return changed

    def watch(self, interval: float = INTERVAL) -> None:
        """Look for changes, in a thread, until `end`."""

        def keep_looking() -> None:
            while not self._ended.wait(interval):
                self.renew()

        Thread(target=keep_looking, name="branding", daemon=True).start()

    def end(self) -> None:
        """Look no more."""
        self._ended.set()

    def _read(self) -> Brand:
        return PLAIN if self._may_lack and not self._path.exists() else read_brand(self._path)

    def _look(self) -> tuple[object, ...]:
        """What tells a changed file: an editor may write it anew with the same length."""
        logo = self._brand.branding.logo
        return tuple(_stamp(each) for each in (self._path, self._path.parent / logo if logo else None))


def latest_brand(settings: Settings) -> BrandingFile:
    """The brand of the settings' branding file, which is watched from now on.

    Raises:
        BadBranding.
    """
    found = BrandingFile(settings.branding_file, may_lack=settings.branding is None)
    found.watch()
    return found


def brand_now(settings: Settings) -> Brand:
    """What the settings' branding file says now.

    Raises:
        BadBranding.
    """
    return BrandingFile(settings.branding_file, may_lack=settings.branding is None)()


def _stamp(path: Path | None) -> tuple[int, int, int] | None:
    try:
        told = path.stat() if path else None
    except OSError:
        return None
    return (told.st_mtime_ns, told.st_size, told.st_ino) if told else None
