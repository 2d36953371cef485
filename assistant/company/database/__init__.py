"""The one database of what a company keeps: SQLite in the data folder, or PostgreSQL."""

FILE = "plainclause.sqlite3"
"""Its file in the data folder, where the settings name no server."""
