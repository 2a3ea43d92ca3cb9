"""Pages of words: the terms, and what happens to personal data."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from . import frame

blueprint = Blueprint("words", __name__)


@blueprint.get("/terms")
def terms() -> ResponseReturnValue:
    """Show how points and hours work."""
    return frame.show("terms.html", me=frame.find_me())


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Show what is kept about a person, what for and how to stop it."""
    return frame.show("privacy.html", me=frame.find_me())
