"""Sentences that a company has approved for answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistant.company.database.types import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "approved_answers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("english", sa.Text, nullable=False),
        sa.Column("german", sa.Text),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("policy_sha256", sa.String(64), nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("by", sa.String(128), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approved_answers"),
    )
