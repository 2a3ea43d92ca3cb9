"""Pictures of codes. They show only what their address already says, so they are open."""

from http import HTTPStatus

from flask import Blueprint, Response

from rewards.checkins import rules as checkins
from rewards.web import addresses, qr

codes = Blueprint("codes", __name__, url_prefix="/api/v1/codes")

CACHE = "public, max-age=86400, immutable"
LABEL = "QR code for check-in"


@codes.get("/<token>.svg")
def show_svg(token: str) -> Response:
    """Draw a code as SVG."""
    checkins.parse_token(token)
    return _picture(qr.qr_svg(addresses.code_link(token), LABEL), "image/svg+xml")


@codes.get("/<token>.png")
def show_png(token: str) -> Response:
    """Draw a code as PNG."""
    checkins.parse_token(token)
    return _picture(qr.qr_png(addresses.code_link(token)), "image/png")


def _picture(content: str | bytes, mimetype: str) -> Response:
    response = Response(content, HTTPStatus.OK, mimetype=mimetype)
    response.headers["Cache-Control"] = CACHE
    return response
