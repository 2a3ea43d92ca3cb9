"""Pages for staff, on a tablet or a desk."""

from flask import Flask

from . import occasion, occasions, sign_in, today


def register(app: Flask) -> None:
    """Add the console to *app*."""
    for module in (today, occasions, occasion, sign_in):
        app.register_blueprint(module.blueprint)
