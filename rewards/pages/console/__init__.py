"""Pages for staff, on a tablet or a desk."""

from flask import Flask

from . import (
    appeals,
    books,
    desk,
    entered,
    hours,
    occasion,
    occasions,
    refused,
    resident_history,
    residents,
    sign_in,
    stock,
    today,
)


def register(app: Flask) -> None:
    """Add the console to *app*."""
    for module in (
        today,
        occasions,
        occasion,
        hours,
        desk,
        stock,
        refused,
        residents,
        books,
        entered,
        appeals,
        resident_history,
        sign_in,
    ):
        app.register_blueprint(module.blueprint)
