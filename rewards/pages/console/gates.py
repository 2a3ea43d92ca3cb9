"""What the script of a gate asks for: to go on without a network, and to upload afterwards."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.checkins import queries as checkins
from rewards.core.errors import RewardsError
from rewards.gates import queries, service
from rewards.gates.types import Outcome
from rewards.pages.assets import STATIC
from rewards.web import parsing, sentences, sessions, statuses

from . import frame, troubles, uploads

blueprint = Blueprint("console_gates", __name__)


@blueprint.get("/console/sw.js")
def serve_worker() -> Response:
    """Serve the service worker of the gate pages; its place in the console is its scope."""
    frame.enter()
    script = (STATIC / "sw.js").read_bytes()
    return Response(script, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@blueprint.get("/console/offline")
def show_offline() -> ResponseReturnValue:
    """Show what the service worker shows instead of a page that cannot be loaded."""
    post = frame.enter()
    return frame.show("offline.html", post=post, current="")


@blueprint.get("/console/gates/state")
@sessions.asked_by_itself
def tell_state() -> ResponseReturnValue:
    """Tell a page that was kept that the network is back, and what its forms need by now."""
    post = frame.enter()
    return jsonify(
        csrf=generate_csrf(),
        keeper=frame.tell_keeper(post),
        now=_milliseconds(post.now),
    )


@blueprint.post("/console/gates/devices")
def open_device() -> ResponseReturnValue:
    """Let a loaded page go on without a network, and give it its key."""
    post = frame.enter()
    occasion_id = OccasionId(uploads.read_occasion(parsing.json_body()))
    try:
        device = service.open_device(actor=post.actor, occasion_id=occasion_id, now=post.now)
    except RewardsError as error:
        return _refuse(error)
    return jsonify(
        device=str(device.id),
        key=queries.get_key(device.id).hex(),
        keeper=frame.tell_keeper(post),
        now=_milliseconds(post.now),
        title=activities.get_occasion(occasion_id).title,
    )


@blueprint.post("/console/gates/heard")
@sessions.asked_by_itself
def hear() -> ResponseReturnValue:
    """Take the word of a page that no scan waits on it, every now and then and when it closes."""
    post = frame.enter()
    heard = uploads.read_heard(parsing.json_body())
    try:
        service.hear(
            actor=post.actor, device_id=heard.device_id, is_open=heard.is_open, now=post.now
        )
    except RewardsError as error:
        return _refuse(error)
    return jsonify()


@blueprint.post("/console/gates/uploads")
def upload() -> ResponseReturnValue:
    """Take what a page kept; each scan counts once, however often it is sent."""
    post = frame.enter()
    sent = uploads.read_upload(parsing.json_body())
    try:
        outcomes = service.upload(
            actor=post.actor,
            device_id=sent.device_id,
            sent=sent.sent,
            scans=sent.scans,
            unreadable=sent.unreadable,
            now=post.now,
        )
    except RewardsError as error:
        return _refuse(error)
    occasion = activities.get_occasion(queries.get_device(sent.device_id).occasion_id)
    return jsonify(
        outcomes=[_tell(each) for each in outcomes],
        people=checkins.count_attendance([occasion.id])[occasion.id],
        to_settle=queries.count_waiting(occasion.node_path, occasion_id=occasion.id),
    )


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _tell(outcome: Outcome) -> dict[str, Any]:
    return {
        "sequence": outcome.sequence,
        "state": outcome.state.value,
        # What was turned away waits for nobody.
        "is_kept": outcome.scan is not None,
        "title": str(troubles.judge(outcome.reason).label) if outcome.reason else "",
    }


def _refuse(error: RewardsError) -> ResponseReturnValue:
    sentence = sentences.explain(error, to_staff=True)
    body = {
        "code": error.code,
        "title": sentence.what,
        "detail": sentence.why,
        "next_step": sentence.next_step,
    }
    return jsonify(body), statuses.status_of(error)
