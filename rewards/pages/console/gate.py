"""The gate of an occasion: one scan after the other, each answered in one field of colour."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.checkins import queries as checkins
from rewards.pages.assets import asset_address
from rewards.web import parsing, security

from . import frame, gate_verdicts, scans, words
from .frame import Post
from .gate_verdicts import Verdict
from .scans import Scan

blueprint = Blueprint("console_gate", __name__)

LINES_SHOWN_MAX = 6
# What the page is made of, for a browser that is to keep it while there is no network.
ASSETS = (
    "tokens.css",
    "components.css",
    "console.css",
    "gate.css",
    "ui.js",
    "console.js",
    "scanner.js",
    "sounds.js",
    "parting.js",
    "gate.js",
    "offline-store.js",
    "offline-upload.js",
    "offline-clock.js",
    "offline-codes.js",
    "offline-banner.js",
    "offline.js",
    "offline-page.js",
    "icon.svg",
    "zxing/reader.js",
    "zxing/reader.wasm",
)


@blueprint.get("/console/occasions/<uuid:occasion_id>/gate")
def show(occasion_id: UUID) -> ResponseReturnValue:
    """Show the gate of an occasion, ready for the first scan."""
    post, occasion = _enter(occasion_id)
    if occasion.counts_heads:
        return redirect(f"/console/occasions/{occasion.id}")
    return _page(post, occasion, scans.read(request.args))


@blueprint.post("/console/occasions/<uuid:occasion_id>/gate")
def take_form(occasion_id: UUID) -> ResponseReturnValue:
    """Take a scan from a browser without script, and answer with the page."""
    post, occasion = _enter(occasion_id)
    scan = scans.read(request.form)
    return _page(post, occasion, scan, verdict=scans.take(scan, occasion=occasion, post=post))


@blueprint.post("/console/occasions/<uuid:occasion_id>/scans")
def take(occasion_id: UUID) -> ResponseReturnValue:
    """Take a scan from the script of the page; whatever comes of it is a verdict."""
    post, occasion = _enter(occasion_id)
    body = parsing.json_body()
    if not isinstance(body, dict) or not all(isinstance(each, str) for each in body.values()):
        raise BadRequest
    verdict = scans.take(scans.read(body), occasion=occasion, post=post)
    return jsonify(gate_verdicts.tell(verdict, people=_count(occasion)))


def _enter(occasion_id: UUID) -> tuple[Post, Occasion]:
    post = frame.enter()
    occasion = activities.get_occasion(OccasionId(occasion_id))
    access.authorize(post.actor, Verb.CHECK_IN, occasion.node_path)
    return post, occasion


def _count(occasion: Occasion) -> int:
    return checkins.count_attendance([occasion.id])[occasion.id]


def _page(
    post: Post, occasion: Occasion, scan: Scan, *, verdict: Verdict | None = None
) -> Response:
    # A tablet keeps a rendering that names nobody.
    is_kept = "kept" in request.args
    values: dict[str, Any] = {
        "occasion": occasion,
        "state": words.judge(occasion, post.now),
        "gate": scan.gate,
        "direction": scan.direction,
        "verdict": verdict,
        # What was refused is shown again, to be put right.
        "raw": scan.raw if verdict and not scan.is_code and verdict.verdict == "refused" else "",
        "people": _count(occasion),
        "is_kept": is_kept,
        "lines": [] if is_kept else checkins.list_attendance(occasion.id, limit=LINES_SHOWN_MAX),
        "assets": [asset_address(name) for name in ASSETS],
        "place": url_for("console_gate.show", occasion_id=occasion.id),
    }
    page = frame.show("gate.html", post=post, current="occasions", **values)
    return security.allow_camera(make_response(page))
