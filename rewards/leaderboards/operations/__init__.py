"""Writes about the projection, in the database."""

from .epochs import mark_followed, mark_published, mark_verified, open_epoch

__all__ = ["mark_followed", "mark_published", "mark_verified", "open_epoch"]
