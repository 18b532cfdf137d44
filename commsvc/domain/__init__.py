"""Decides, does nothing: pure functions and frozen values. `now` is always an argument."""

ORDER = ("mail", "playbook", "case", "promise", "letter", "call", "learning", "health")
"""The order of the packages: each may import only those to its left."""
