"""What a company keeps and decides: its people, its brand, its own answers, what it publishes, what it learns from questions."""
