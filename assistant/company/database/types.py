"""Column types that mean the same in every engine."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

_NO_TEXT = re.compile("[\0\ud800-\udfff]")
"""What stands in a str, and no engine keeps as text: NUL (PostgreSQL), half a surrogate pair (none: it has no UTF-8)."""


class Moment(TypeDecorator[datetime]):
    """A time in UTC, cut to the minute or the second: PostgreSQL's own type; in SQLite ISO 8601 with its offset, which has an order."""

    impl = String
    cache_ok = True

    def __init__(self, precision: Literal["minutes", "seconds"] = "seconds") -> None:
        super().__init__()
        self.precision = precision

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The engine's own type."""
        own = DateTime(timezone=True) if dialect.name == "postgresql" else String(32)
        return dialect.type_descriptor(own)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """What is written."""
        if value is None:
            return None
        cut = value.astimezone(UTC).replace(microsecond=0)
        cut = cut.replace(second=0) if self.precision == "minutes" else cut
        return cut if dialect.name == "postgresql" else cut.isoformat(timespec=self.precision)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """What is read, in UTC."""
        if value is None:
            return None
        read = value if dialect.name == "postgresql" else datetime.fromisoformat(value)
        return read.astimezone(UTC)


class Name(TypeDecorator[str]):
    """A name or a key, of so many characters at most. A stranger may send any: what no engine keeps as text becomes U+FFFD in every
    engine, so that it can be looked for, too, and one that is no text is nobody's."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """What is written."""
        return value and _NO_TEXT.sub("\ufffd", value)


class Words(Name):
    """What people wrote: the same, of any length."""

    impl = Text
    cache_ok = True
