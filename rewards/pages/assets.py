"""Style sheets and scripts, each under an address that changes with its content."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request

STATIC = Path(__file__).parent / "static"
HASH_LENGTH = 10
YEAR_SECONDS = 365 * 24 * 3600

blueprint = Blueprint(
    "static_files", __name__, static_folder=str(STATIC), static_url_path="/static"
)


def register(app: Flask) -> None:
    """Serve the static files of the pages and give templates `asset`."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset_address
    app.after_request(_keep_hashed_files)


@cache
def asset_address(name: str) -> str:
    """Return the address of a static file; the hash in it changes with the content."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:HASH_LENGTH]}"


def _keep_hashed_files(response: Response) -> Response:
    if request.path.startswith("/static/") and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response
