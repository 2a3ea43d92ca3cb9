"""Writes about the boards, in the database."""

from .closing import keep_closing
from .epochs import mark_followed, mark_published, mark_verified, open_epoch

__all__ = ["keep_closing", "mark_followed", "mark_published", "mark_verified", "open_epoch"]
