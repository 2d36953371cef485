"""From one state of a database to the next, by Alembic's operations, within a transaction of the caller's."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

FOLDER = Path(__file__).parent / "migrations"

_ONE = (
    Lock()
)  # the steps speak to Alembic's `op`, of which a process has one: a second thread's would go to the first's connection


def steps() -> ScriptDirectory:
    """Every step that this program knows."""
    return ScriptDirectory(str(FOLDER), version_locations=[str(FOLDER)])


def upgrade(connection: Connection, state: str | None, state_table: str) -> None:
    """Take every step after `state` (None: from nothing), and note each in `state_table`."""
    script = steps()
    context = MigrationContext.configure(connection, opts={"version_table": state_table, "transactional_ddl": True})
    with _ONE, Operations.context(context):
        for step in reversed(list(script.iterate_revisions("head", state or "base"))):
            step.module.upgrade()
            context.stamp(script, step.revision)
