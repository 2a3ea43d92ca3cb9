"""Signing in and out, and choosing the node to work at."""

import json
from datetime import timedelta
from uuid import UUID

from cryptography.fernet import InvalidToken
from flask import Blueprint, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from rewards.access.types import StaffActor
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.core.secrecy import vault
from rewards.identity import service as identity
from rewards.identity.errors import TotpRequiredError, WrongCredentialsError
from rewards.network.errors import NodeNotFoundError
from rewards.web import sentences, sessions, statuses
from rewards.web.sessions import Cookie

from . import clerks, frame, safety

blueprint = Blueprint("console_sign_in", __name__)

NAME_LENGTH_MAX = 80
PASSWORD_LENGTH_MAX = 200
# How long one may look for the phone with the one-time code on it.
PENDING_LIFE = timedelta(minutes=10)


@blueprint.get("/console/sign-in")
def form() -> ResponseReturnValue:
    """Ask who is there."""
    actor = sessions.find_staff()
    if isinstance(actor, StaffActor):
        return redirect(safety.next_page(request.args.get("next")), code=303)
    wanted = safety.next_page(request.args.get("next"))
    if wanted.startswith(clerks.DESK) and "password" not in request.args and clerks.has_clerks():
        return redirect(clerks.PLACE, code=303)
    return _page(wanted=request.args.get("next", ""))


@blueprint.post("/console/sign-in")
def sign_in() -> ResponseReturnValue:
    """Sign in, in one step or, with one-time codes, in two."""
    name, password = _read_credentials()
    totp = request.form.get("totp", "").replace(" ", "")
    wanted = request.form.get("next", "")
    try:
        signed_in = identity.sign_in_staff(
            name=name, password=password, totp=totp or None, now=clock.now()
        )
    except TotpRequiredError:
        return _page(wanted=wanted, name=name, pending=_seal(name, password))
    except RewardsError as error:
        is_second = bool(totp) and isinstance(error, WrongCredentialsError)
        page = _page(
            wanted=wanted,
            name=name,
            error=error,
            pending=_seal(name, password) if is_second else "",
        )
        return page, statuses.status_of(error)
    # Whatever another person chose on this tablet ends here.
    session.clear()
    response = make_response(redirect(safety.next_page(wanted), code=303))
    sessions.set_cookie(response, Cookie.STAFF, signed_in.token)
    return response


@blueprint.post("/console/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this sign-in and forget it in the browser."""
    actor = sessions.require_staff()
    if actor.sign_in_id is not None:
        identity.sign_out(sign_in_id=actor.sign_in_id, now=clock.now())
    home = clerks.go_home(actor)
    if home is None:
        session.clear()
    response = make_response(redirect(home or "/console/sign-in?done=1", code=303))
    sessions.clear_cookie(response, Cookie.STAFF)
    # With what a gate kept on the tablet, also where its script was not asked.
    # A colleague's scans that wait there are sealed, and theirs to upload.
    if not request.form.get("keeps"):
        response.headers["Clear-Site-Data"] = '"storage"'
    return response


@blueprint.get("/console/place")
def places() -> ResponseReturnValue:
    """Show the nodes at which the staff member can work."""
    post = frame.enter()
    return frame.show("place.html", post=post, current="", places=frame.list_places(post.actor))


@blueprint.post("/console/place")
def move() -> ResponseReturnValue:
    """Work at another node from now on."""
    actor = sessions.require_staff()
    try:
        frame.choose_place(actor, UUID(request.form.get("node", "")))
    except ValueError:
        raise NodeNotFoundError from None
    return redirect("/console", code=303)


def _page(
    *, wanted: str, name: str = "", error: RewardsError | None = None, pending: str = ""
) -> str:
    return render_template(
        "console/sign_in.html",
        current="",
        moment=clock.now(),
        wanted=wanted,
        name=name,
        pending=pending,
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        is_signed_out="done" in request.args,
    )


def _read_credentials() -> tuple[str, str]:
    kept = _unseal(request.form.get("pending", ""))
    if kept is not None:
        return kept
    name = request.form.get("name", "")[:NAME_LENGTH_MAX]
    return name, request.form.get("password", "")[:PASSWORD_LENGTH_MAX]


def _seal(name: str, password: str) -> str:
    until = (clock.now() + PENDING_LIFE).timestamp()
    return vault().encrypt(json.dumps(["staff-sign-in", until, name, password]))


def _unseal(text: str) -> tuple[str, str] | None:
    if not text:
        return None
    try:
        purpose, until, name, password = json.loads(vault().decrypt(text))
    except (InvalidToken, TypeError, ValueError):
        return None
    if purpose != "staff-sign-in" or until < clock.now().timestamp():
        return None
    return name, password
