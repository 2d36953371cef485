"""Passwords, kept as Argon2id only (RFC 9106, the profile for little memory: 64 MiB for one)."""

from __future__ import annotations

import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from assistant.errors import BadPerson

LEAST, MOST = 12, 1_000  # characters

_AT_ONCE = BoundedSemaphore(2)  # so that many who sign in do not take the machine's memory
_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def hashed(password: str, name: str) -> str:
    """What is kept of a password.

    Raises:
        BadPerson: it is too short or too long, or the person's name.
    """
    plain = _plain(password)
    if not LEAST <= len(plain) <= MOST:
        raise BadPerson(f"the password has {len(plain)} characters; choose one of {LEAST} to {MOST:,}", "length")
    if plain.casefold() == name.casefold():
        raise BadPerson("the password is the person's name; choose another", "alike")
    with _AT_ONCE:
        return _HASHER.hash(plain)


def is_right(password: str, kept: str | None) -> bool:
    """Whether a password is the one that was kept; None is no password's, and found out in the same time."""
    plain = _plain(password)
    if len(plain) > MOST:  # counted as by `hashed`: a letter and its accent are one character
        return False
    with _AT_ONCE:
        try:
            _HASHER.verify(kept or _nobodys(), plain)
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody's, only to take as long")


def _plain(password: str) -> str:
    return unicodedata.normalize("NFC", password)  # what looks alike on two keyboards is alike
