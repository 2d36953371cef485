"""The one database of what a company keeps: SQLite in the data folder, or PostgreSQL."""
