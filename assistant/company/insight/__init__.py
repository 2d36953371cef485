"""What a company learns from its customers' questions: those that its policy does not answer, and counts of the day."""
