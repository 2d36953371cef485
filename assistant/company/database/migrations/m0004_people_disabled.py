"""People who may not sign in for now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; nobody is shut out by it."""
    op.add_column("people", sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()))
