"""How time and memory of the vector store grow from a thousand clauses to a million."""
