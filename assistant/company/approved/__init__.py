"""Sentences that a company has written for answers: which question they fit, and how long they hold."""
