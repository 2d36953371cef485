"""Questions with gold spans, the measures taken on them, and the results as JSON."""
