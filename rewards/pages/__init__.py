"""HTML for phone, console and screen."""

from flask import Flask


def register(app: Flask) -> None:
    """Add this interface to *app*."""
