"""Pages for staff, on a tablet or a desk."""

from flask import Flask

from . import sign_in


def register(app: Flask) -> None:
    """Add the console to *app*."""
    for module in (sign_in,):
        app.register_blueprint(module.blueprint)
