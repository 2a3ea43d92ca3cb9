"""What a phone shows when the network is gone: a page that says so, kept by a service worker.

The worker keeps nothing else, and nothing of anybody. Without one (an old phone, no
HTTPS) the browser shows its own page; nothing is missing but the kinder words.
"""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rewards.pages import assets
from rewards.web import preferences

from . import frame

blueprint = Blueprint("phone_offline", __name__)


@blueprint.get("/offline")
def show() -> ResponseReturnValue:
    """Show that there is no network; `sent` if a form was on its way."""
    return frame.show("offline.html", was_sent="sent" in request.args)


@blueprint.get("/sw.js")
def worker() -> ResponseReturnValue:
    """Serve the service worker; its address names how the visitor reads, and so what it keeps."""
    text = render_template(
        "phone/sw.js",
        version=_version(),
        pages={"GET": url_for("phone_offline.show"), "POST": url_for("phone_offline.show", sent=1)},
        sheet=assets.asset_address("phone.css"),
    )
    response = Response(text, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


def worker_address() -> str:
    """Return the address of the worker for whoever is asking: another one brings another page."""
    return url_for("phone_offline.worker", v=_version())


def _version() -> str:
    sheet = assets.asset_address("phone.css").rpartition("=")[2]
    return "-".join((sheet, *preferences.describe()))
