"""What a phone shows when the network is gone: a page that says so, kept by a service worker.

The worker keeps nothing else, and nothing of anybody. Without one (an old phone, no
HTTPS) the browser shows its own page; nothing is missing but the kinder words.
"""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rewards.pages import assets
from rewards.web import preferences

from . import frame

blueprint = Blueprint("phone_offline", __name__)

# By this header the worker asks for what it keeps; nobody else has business here.
KEEPING = "X-Keeping"
# What was sent when the answer got lost, by the start of its address. The last is anything.
SENT = {
    "check-in": "/check-ins",
    "check-out": "/check-outs",
    "sign-in": "/sign-in",
    "sign-up": "/sign-ups",
    "reservation": "/rewards",
    "form": "/",
}


@blueprint.get("/offline")
def show() -> ResponseReturnValue:
    """Show the worker what to keep: that there is no network, and what `sent` may have done."""
    if KEEPING not in request.headers:
        return redirect(url_for("home.home"))
    return frame.show("offline.html", sent=request.args.get("sent", ""))


@blueprint.get("/sw.js")
def worker() -> ResponseReturnValue:
    """Serve the service worker; its address names how the visitor reads, and so what it keeps."""
    text = render_template(
        "phone/sw.js",
        version=_version(),
        keeping=KEEPING,
        page=url_for("phone_offline.show"),
        answers=[[start, url_for("phone_offline.show", sent=sent)] for sent, start in SENT.items()],
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
