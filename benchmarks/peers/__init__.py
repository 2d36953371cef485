"""Plainclause beside common frameworks of semantic search: same policies, same questions, one protocol.

Modules named `with_...` each set one system up; `child` runs one of them in a process of its own, `running` starts these
processes and times them, `judging` says which passages are right, `table` shows the result.
"""
