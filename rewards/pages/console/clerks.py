"""Who is at the desk: several clerks take turns on one tablet, by digits of their own."""

import secrets
from uuid import UUID

from flask import Blueprint, make_response, redirect, request, session
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from rewards.access.types import StaffActor, Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.identity import queries
from rewards.identity import service as identity
from rewards.identity.rules import PIN_LENGTH_MAX, PIN_LENGTH_MIN
from rewards.identity.types import SignedIn
from rewards.web import sentences, sessions, statuses
from rewards.web.sessions import Cookie

from . import frame, safety, spaces

blueprint = Blueprint("console_clerks", __name__)

DESK = "/console/desk"
PLACE = f"{DESK}/clerks"
TYPED_LENGTH_MAX = 20
TABLET_BYTES = 24
# Where the tablet stands does not change with who stands behind it.
KEPT = (frame.POST_KEY, spaces.SPACE_KEY)


@blueprint.get(PLACE)
def show() -> ResponseReturnValue:
    """Ask who is at the desk."""
    return _page() if has_clerks() else _ask_for_password()


@blueprint.post(PLACE)
def take() -> ResponseReturnValue:
    """Have another clerk take the desk, by digits; whoever stood there before is signed out."""
    if not has_clerks():
        return _ask_for_password()
    before = sessions.find_staff()
    try:
        signed_in = identity.take_desk(
            tablet=tablet(),
            staff_id=_read_staff(),
            pin=request.form.get("pin", "")[:TYPED_LENGTH_MAX],
            instead_of=before.sign_in_id if before else None,
            now=clock.now(),
        )
    except RewardsError as error:
        return _page(error=error), statuses.status_of(error)
    return _stand(signed_in)


@blueprint.get(f"{DESK}/digits")
def form() -> ResponseReturnValue:
    """Ask for the digits by which the clerk takes this tablet's desk until midnight."""
    frame.enter(Verb.FULFIL)
    return _form()


@blueprint.post(f"{DESK}/digits")
def set_digits() -> ResponseReturnValue:
    """Set them, and leave the desk alone open on this tablet."""
    post = frame.enter(Verb.FULFIL)
    pin = request.form.get("pin", "")[:TYPED_LENGTH_MAX]
    # A tablet that nobody set digits on has no name yet.
    known = tablet() or secrets.token_urlsafe(TABLET_BYTES)
    try:
        signed_in = identity.set_pin(actor=post.actor, tablet=known, pin=pin, now=post.now)
    except RewardsError as error:
        return _form(error=error), statuses.status_of(error)
    response = _stand(signed_in)
    sessions.set_cookie(response, Cookie.TABLET, known)
    return response


@blueprint.post(f"{DESK}/lock")
def lock() -> ResponseReturnValue:
    """Leave the desk for a while: nobody is signed in until somebody types digits."""
    actor = sessions.require_staff()
    if actor.sign_in_id is not None:
        identity.sign_out(sign_in_id=actor.sign_in_id, now=clock.now())
    response = make_response(redirect(PLACE, code=303))
    sessions.clear_cookie(response, Cookie.STAFF)
    return response


def tablet() -> str:
    """Return what stands for the browser that is asking, empty if no digits were ever set."""
    return sessions.read_cookie(Cookie.TABLET)


def go_home(actor: StaffActor) -> str | None:
    """End the shift of a clerk who signed in by digits; return where the tablet goes then."""
    if not actor.is_desk:
        return None
    identity.leave_desk(actor=actor, tablet=tablet(), now=clock.now())
    return PLACE


def has_clerks() -> bool:
    """Tell whether anybody can take the desk of this browser by digits."""
    return bool(queries.list_clerks(tablet(), now=clock.now()))


def _stand(signed_in: SignedIn) -> Response:
    kept = {key: session[key] for key in KEPT if key in session}
    session.clear()
    session.update(kept)
    response = make_response(redirect(DESK, code=303))
    sessions.set_cookie(response, Cookie.STAFF, signed_in.token)
    return response


def _ask_for_password() -> Response:
    return redirect(f"/console/sign-in?next={DESK}", code=303)


def _page(*, error: RewardsError | None = None) -> str:
    return frame.show_alone(
        "desk_clerks.html",
        clerks=queries.list_clerks(tablet(), now=clock.now()),
        chosen=request.form.get("staff", ""),
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        length_max=PIN_LENGTH_MAX,
    )


def _form(*, error: RewardsError | None = None) -> str:
    return frame.show_alone(
        "desk_digits.html",
        name=sessions.require_staff().name,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        length_min=PIN_LENGTH_MIN,
        length_max=PIN_LENGTH_MAX,
    )


def _read_staff() -> UUID:
    return safety.read_id(request.form.get("staff", ""))
