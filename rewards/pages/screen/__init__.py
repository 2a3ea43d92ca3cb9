"""Pages for screens on a wall; nobody signs in there and nobody is named in full."""

from flask import Flask

from . import boards, device, occasions, pages, previews, streams


def register(app: Flask) -> None:
    """Add the screens and their streams to *app*."""
    for module in (device, boards, previews, occasions, streams):
        app.register_blueprint(module.blueprint)
    # Read before anybody asks: files that change under a running service are not what it serves.
    pages.build()
    streams.add_hub(app)
