"""A branding file's text and what it would be with other values: comments, order and marks of what stays are kept."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AbstractTable

from assistant.company.branding.model import Branding

Table = Mapping[str, Any]
"""A branding file's keys and values, as TOML has them."""


def edited(text: str, table: Table) -> str:
    """The text of a branding file that holds these values and no others. What cannot be read, or cannot be changed in its place, is
    written anew."""
    try:
        document = tomlkit.parse(text)
        _put(document, table)
        written = tomlkit.dumps(document)
        if tomllib.loads(written) == _plain(table):
            return written
    except (TOMLKitError, tomllib.TOMLDecodeError):
        pass
    fresh = tomlkit.document()
    _put(fresh, table)
    return tomlkit.dumps(fresh)


def table_of(text: str) -> dict[str, Any]:
    """What a text holds; nothing where it cannot be read."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def flat(table: Table, before: str = "") -> dict[str, Any]:
    """The values by dotted key."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{before}{key}.")
        else:
            found[f"{before}{key}"] = value
    return found


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """The table of values by dotted key, in the order of the model; those that are empty are left out."""
    found: dict[str, Any] = {}
    for key in keys():
        value = values.get(key)
        if value in (None, "", False) or value == []:
            continue
        *above, last = key.split(".")
        inner = found
        for each in above:
            inner = inner.setdefault(each, {})
        inner[last] = value
    return found


def keys(model: type[Any] = Branding, before: str = "") -> Iterator[str]:
    """Every key of a branding file, dotted, in the order of the model."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and hasattr(field.annotation, "model_fields"):
            yield from keys(field.annotation, f"{before}{name}.")
        else:
            yield before + name


def _put(into: Container | AbstractTable, table: Table) -> None:
    for key in [each for each in into if each not in table]:
        del into[key]
    for key, value in table.items():
        there = into.get(key)
        if isinstance(value, Mapping):
            if not isinstance(there, Container | AbstractTable):
                # A table that holds tables only has no head of its own.
                there = tomlkit.table(is_super_table=all(isinstance(each, Mapping) for each in value.values()))
                _put(there, value)
                into[key] = there
            else:
                _put(there, value)
        elif there is None or _unwrapped(there) != value:
            into[key] = value


def _unwrapped(item: Any) -> Any:
    return item.unwrap() if hasattr(item, "unwrap") else item


def _plain(table: Table) -> dict[str, Any]:
    return {key: _plain(value) if isinstance(value, Mapping) else value for key, value in table.items()}
