"""What reading documents loses, measured from outside: against another reading of the same file, and against the Markdown
that others made of it.
"""
