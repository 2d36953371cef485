"""The branding file: read and checked, and read anew when it changes, without a restart."""

from __future__ import annotations

import hashlib
import logging
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from threading import Event, Thread
from typing import Any, TypeAlias, get_args

from pydantic import BaseModel, ValidationError

from assistant.branding.logo import Logo, read_logo
from assistant.branding.model import Branding
from assistant.errors import BadBranding

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
        if len(content) > MOST_BYTES:
            raise BadBranding(f'branding file "{path}" has {len(content):,} bytes, at most {MOST_BYTES:,} are read')
        table = tomllib.loads(content.decode("utf-8"))
    except OSError as error:
        wrong = (error.strerror or str(error)).lower()
        raise BadBranding(f'branding file "{path}": {wrong}; set PLAINCLAUSE_BRANDING to a file') from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadBranding(f'branding file "{path}" is no TOML: {error}; mend that place') from error
    try:
        branding = Branding.model_validate(table)
        logo = read_logo(path.parent, branding.logo) if branding.logo is not None else None
    except ValidationError as error:
        raise _explained(path, list(_problems(error))) from error
    except BadBranding as error:
        raise _explained(path, [str(error)]) from error
    digest = hashlib.sha256(content + b"\0" + (logo.content if logo else b""))
    return Brand(branding, logo, digest.hexdigest()[:12])


def _explained(path: Path, problems: list[str]) -> BadBranding:
    return BadBranding(f'branding file "{path}": {"; ".join(problems)}', problems)


class BrandingFile:
    """The brand of a file, replaced when the file or its logo changes. A file that cannot be used changes nothing: it is told
    once, and the last good one stays in use.

    Raises:
        BadBranding: the file cannot be used now, so that there is no good one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ended = Event()
        self._brand = read_brand(path)
        self._seen = self._look()

    def __call__(self) -> Brand:
        """The newest that could be used."""
        return self._brand

    def renew(self) -> bool:
        """Read the file if it has changed; whether another brand is in use now."""
        found = self._look()
        if found == self._seen:
            return False
        try:
            brand = read_brand(self._path)
        except BadBranding as error:
            self._seen = found
            log.warning("the changed branding is not taken up, the last good one stays in use: %s", error)
            return False
        self._seen = found
        changed, self._brand = brand.version != self._brand.version, brand
        if changed:
            log.info("branding %s is in use", brand.version)
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

    def _look(self) -> tuple[object, ...]:
        """What tells a changed file: an editor may write it anew with the same length."""
        logo = self._brand.branding.logo
        return tuple(_stamp(each) for each in (self._path, self._path.parent / logo if logo else None))


def latest_brand(path: Path | None) -> LatestBrand:
    """The brand of a file that is watched from now on; without a file the program's own.

    Raises:
        BadBranding.
    """
    if path is None:
        return lambda: PLAIN
    found = BrandingFile(path)
    found.watch()
    return found


def _stamp(path: Path | None) -> tuple[int, int, int] | None:
    try:
        told = path.stat() if path else None
    except OSError:
        return None
    return (told.st_mtime_ns, told.st_size, told.st_ino) if told else None


# --- what is wrong, in words -------------------------------------------------------------------------------------------

_REMEDIES = {
    "missing": "is missing; add it",
    "string_type": "is no text; write it between quotation marks",
    "bool_type": "is neither true nor false",
    "bool_parsing": "is neither true nor false",
    "tuple_type": "is no list; write [...]",
    "model_type": "is no table of keys",
}


def _problems(error: ValidationError) -> Iterator[str]:
    """Each problem with its key, the value found and the remedy."""
    for each in error.errors():
        key = ".".join(str(part) for part in each["loc"] if not str(part).startswith(("function-", "tuple[")))
        kind, value = each["type"], each.get("input")
        if kind == "extra_forbidden":
            yield f'"{key}" is no key here; {_nearest(each["loc"])}'
        elif kind == "value_error" and isinstance(value, dict):
            yield f'in "{key}": {each["ctx"]["error"]}'
        elif kind == "missing":
            yield f'"{key}" {_REMEDIES[kind]}'
        else:
            told = str(each["ctx"]["error"]) if kind == "value_error" else _REMEDIES.get(kind) or _too_long(each)
            yield f'"{key}" is {_shown(value)}, which {told}'


def _too_long(error: Any) -> str:
    most = error.get("ctx", {}).get("max_length")
    return f"is too long; at most {most} are allowed" if most else f"cannot be used: {error['msg'].lower()}"


def _shown(value: object) -> str:
    shown = f'"{value}"' if isinstance(value, str) else repr(value)
    return shown if len(shown) <= 120 else shown[:119] + "…"


def _nearest(place: tuple[int | str, ...]) -> str:
    """The known key that an unknown one may have been meant for, else all of them."""
    model: type[BaseModel] = Branding
    for part in place[:-1]:
        field = model.model_fields.get(str(part))
        inner = [field.annotation, *get_args(field.annotation)] if field else []
        model = next((each for each in inner if isinstance(each, type) and issubclass(each, BaseModel)), model)
    known = list(model.model_fields)
    near = get_close_matches(str(place[-1]).lower(), known, n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}"
