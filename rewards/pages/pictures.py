"""Photographs of reward items, each under an address that names its content."""

from flask import Blueprint, Response, request

from rewards.pages.assets import YEAR_SECONDS
from rewards.stock import queries

blueprint = Blueprint("pictures", __name__)


@blueprint.get("/pictures/<string(length=64):digest>.jpg")
def large(digest: str) -> Response:
    """Show a photograph."""
    return _answer(digest, is_small=False)


@blueprint.get("/pictures/<string(length=64):digest>-small.jpg")
def small(digest: str) -> Response:
    """Show a photograph as it stands in a list."""
    return _answer(digest, is_small=True)


def _answer(digest: str, *, is_small: bool) -> Response:
    picture = queries.get_picture(digest, is_small=is_small)
    response = Response(picture.content, mimetype=picture.media_type)
    response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    response.set_etag(f"{digest}-small" if is_small else digest)
    response.make_conditional(request)
    return response
