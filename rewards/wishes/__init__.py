"""Wishes of residents that others give points to (微心愿)."""
