"""The people of a company who sign in, what they may do, and the log of what they changed."""
