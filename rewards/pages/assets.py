"""Style sheets and scripts, each under an address that changes with its content."""

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request

STATIC = Path(__file__).parent / "static"
HASH_LENGTH = 10
YEAR_SECONDS = 365 * 24 * 3600
# What is served as one: a phone on a bad network waits for each file that it asks for.
SHEETS = {"phone.css": ("tokens.css", "components.css")}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s*\n\s*")

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
    content = build_sheet(name) if name in SHEETS else (STATIC / name).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return f"/static/{name}?v={digest[:HASH_LENGTH]}"


@cache
def build_sheet(name: str) -> bytes:
    """Return a style sheet that is served for several, without what is for its authors."""
    text = "\n".join((STATIC / each).read_text(encoding="utf-8") for each in SHEETS[name])
    return _SPACE.sub("\n", _COMMENT.sub("", text)).strip().encode()


@blueprint.get("/static/phone.css")
def phone_sheet() -> Response:
    """Serve the style sheet of the phone pages."""
    response = Response(build_sheet("phone.css"), mimetype="text/css")
    response.add_etag()
    response.make_conditional(request)
    return response


def _keep_hashed_files(response: Response) -> Response:
    if request.path.startswith("/static/") and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response
