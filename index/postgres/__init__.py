"""The index in a PostgreSQL server with pgvector: one truth for many processes and machines."""
