"""Commands of the flask program."""

from flask import Flask


def register(app: Flask) -> None:
    """Add this interface to *app*."""
