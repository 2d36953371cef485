"""The tables as the program knows them; `migrations` brings a database to this state, and a test compares the two.

Whoever adds a column asks first whether it identifies a visitor.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
)

from assistant.company.database.types import Moment, Name, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),  # in the order of their coming
    Column("key", Name(64), nullable=False, unique=True),  # whoever holds it may replace the row
    Column("at", Moment("minutes"), nullable=False),
    Column("question", Words, nullable=False),  # masked
    Column("policy", Words),
    Column("outcome", String(16), nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("comment", Words),  # masked
    Column("citations", JSON, nullable=False),  # [{"policy_id", "policy_sha256", "start", "end"}, ...]
    Column("surface", String(16), nullable=False),
    Column("language", String(35)),
)

people = Table(
    "people",
    metadata,
    Column("name", Name(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password", Text, nullable=False),  # argon2id, with its parameters and salt
    Column("added", Moment(), nullable=False),
    Column("disabled", Boolean, nullable=False, server_default=false()),  # signs in no more, and may be let in again
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", LargeBinary(32), primary_key=True),  # the token itself is the browser's alone
    Column("person", Name(64), ForeignKey("people.name", ondelete="CASCADE"), nullable=False),
    Column("began", Moment(), nullable=False),
    Column("used", Moment("minutes"), nullable=False),
)

wrong_sign_ins = Table(
    "wrong_sign_ins",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("of", LargeBinary(32), nullable=False),  # a keyed hash of the person's name, or of the address
    Column("at", Moment(), nullable=False),
    Index(None, "of", "at"),
)

keys = Table(
    "keys",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", LargeBinary(32), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment(), nullable=False),
    Column("who", Name(128), nullable=False),
    Column("what", String(64), nullable=False),
    Column("about", Words, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
)

asked = Table(
    "asked",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment("minutes"), nullable=False),
    Column("question", Words, nullable=False),  # masked; gone after the days that the settings say
    Column("policy", Words),
    Column("why", String(16), nullable=False),
    Column("surface", String(16), nullable=False),
    Column("language", String(35)),
    Column("state", String(32)),
    Index(None, "at"),
)

day_counts = Table(
    "day_counts",
    metadata,
    Column("day", String(10), primary_key=True),  # 2026-01-31
    Column("kind", String(16), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("number", BigInteger, nullable=False),
)

approved_answers = Table(
    "approved_answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", Words, nullable=False),
    Column("policy", Words, nullable=False),
    Column("english", Words, nullable=False),
    Column("german", Words),
    Column("outcome", String(16), nullable=False),
    Column("policy_sha256", String(64), nullable=False),  # the clause that it rests on, as in a citation
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quote", Words, nullable=False),
    Column("by", Name(128), nullable=False),
    Column("at", Moment(), nullable=False),
    Column("state", String(16), nullable=False),
)
