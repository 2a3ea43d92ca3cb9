"""A page that answers a form, shown again in larger letters.

Such a page has no address that could be loaded again, and to send its form again would do
again what it did: guess at digits, send another code, reserve. So its size button sends
what was typed together with what was told, sealed, and nothing is done but to show it.
"""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer
from jinja2 import pass_context
from jinja2.runtime import Context

from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.core.settings import Settings
from rewards.network import queries as network
from rewards.network.types import NodeId
from rewards.web import preferences
from rewards.web.sentences import Sentence

from . import frame

blueprint = Blueprint("telling", __name__)

# Where it is sent, and its fields.
Form = tuple[str, list[tuple[str, str]]]

TOLD = "told"
SALT = "told"
LIFE = timedelta(hours=12)
# What belongs to one sending of a form, and not to what was typed.
NOT_TYPED = {"csrf_token", "action", preferences.SIZE, TOLD}


@blueprint.post("/told")
def show() -> ResponseReturnValue:
    """Show a refusal again in the size that was chosen."""
    told = read()
    if told is None or not preferences.switch_size():
        return redirect(url_for("home.home"), code=303)
    sentence = read_sentence(told)
    if told["reference"]:
        # Ours failed: whom to call is in the database, which may be what failed.
        return render_template("errors/phone.html", sentence=sentence, reference=told["reference"])
    return frame.show(
        "refused.html",
        node=network.find_node(NodeId(UUID(told["place"]))) if told["place"] else None,
        me=frame.find_me(),
        sentence=sentence,
        occasions=[activities.get_occasion(OccasionId(UUID(each))) for each in told["occasions"]],
        leaving=told["leaving"],
    )


def read() -> dict[str, Any] | None:
    """Return what was told on the page that this form comes from, if it is one of ours."""
    try:
        told: dict[str, Any] = _serializer().loads(
            request.form.get(TOLD, ""), max_age=int(LIFE.total_seconds())
        )
    except BadData:
        return None
    return told


def read_sentence(told: dict[str, Any] | None) -> Sentence | None:
    """Return the sentence in *told*, if there is one."""
    said = told and told.get("sentence")
    return Sentence(**{**said, "next_steps": tuple(said["next_steps"])}) if said else None


def keep_sentence(sentence: Sentence | None) -> dict[str, Any]:
    """Return what a page has to tell that shows *sentence* beside its own form."""
    return {"sentence": asdict(sentence) if sentence else None}


@pass_context
def size_form(shown: Context, told: dict[str, Any] | None) -> Form:
    """Return where the size button of the page that is shown sends its form, and the fields.

    `told`: what a page has to tell that shows itself again; without it the page is a refusal.
    """
    if told is not None:
        typed = [each for each in request.form.items(multi=True) if each[0] not in NOT_TYPED]
        return request.path, [*typed, (TOLD, _seal(told))]
    place = shown.get("place")
    refusal = {
        **keep_sentence(shown.get("sentence")),
        "place": str(place.id) if place else "",
        "occasions": [str(each.id) for each in shown.get("occasions", ())],
        "leaving": bool(shown.get("leaving")),
        "reference": shown.get("reference", ""),
    }
    return url_for("telling.show"), [(TOLD, _seal(refusal))]


def _seal(told: dict[str, Any]) -> str:
    return str(_serializer().dumps(told))


def _serializer() -> URLSafeTimedSerializer:
    settings: Settings = current_app.extensions["settings"]
    return URLSafeTimedSerializer(settings.secret_key, salt=SALT)
