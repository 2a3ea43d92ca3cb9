"""HTML for phone, console and screen."""

from flask import Flask
from jinja2 import StrictUndefined

from rewards.pages import assets


def register(app: Flask) -> None:
    """Add the pages to *app*."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    assets.register(app)
