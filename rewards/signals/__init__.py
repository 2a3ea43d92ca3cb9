"""Patterns of checking in that are worth a second look, and what was found out about them."""
