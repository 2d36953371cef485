"""Looking through policies: their clauses by subject or by words, what they answer, and how versions and companies differ."""
