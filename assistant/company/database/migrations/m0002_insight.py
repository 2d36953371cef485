"""Questions that were not answered, and counts of the day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistant.company.database.types import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "asked",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", Moment("minutes"), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("policy", sa.Text),
        sa.Column("why", sa.String(16), nullable=False),
        sa.Column("surface", sa.String(16), nullable=False),
        sa.Column("language", sa.String(35)),
        sa.Column("state", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_asked"),
    )
    op.create_index("ix_asked_at", "asked", ["at"])
    op.create_table(
        "day_counts",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("day", "kind", "name", name="pk_day_counts"),
    )
