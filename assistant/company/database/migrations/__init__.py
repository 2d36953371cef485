"""The steps from one state of the database to the next, for Alembic: a module each, never changed once it is released.

What a step needs of tables it writes out itself: `assistant.company.database.tables` is the state of today, not of then.
"""

HEAD = "0004"
"""The state that this program knows."""
