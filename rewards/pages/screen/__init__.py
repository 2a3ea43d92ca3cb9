"""Pages for screens on a wall; nobody signs in there and nobody is named in full."""

from flask import Flask

from . import boards, device, occasions, previews, streams


def register(app: Flask) -> None:
    """Add the screens and their streams to *app*."""
    for module in (device, boards, previews, occasions, streams):
        app.register_blueprint(module.blueprint)
    streams.add_hub(app)
