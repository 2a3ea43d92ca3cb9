"""Signing in with a phone and a code; a pending scan is checked in on the way."""

from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from rewards.access.types import ParticipantActor
from rewards.activities import queries as activities
from rewards.activities.types import Occasion
from rewards.checkins.types import ScanTicket
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.core.settings import Settings
from rewards.identity import service
from rewards.identity.errors import ConsentRequiredError, HomeNodeRequiredError, NameRequiredError
from rewards.identity.types import SentCode, SignedIn
from rewards.network import queries as network
from rewards.participants import queries as participants
from rewards.participants.errors import InvalidPhoneError
from rewards.participants.rules import normalize_phone
from rewards.web import (
    addresses,
    browsers,
    preferences,
    sends,
    sentences,
    sessions,
    statuses,
    tickets,
)

from . import frame, homes, poster_choice, scan, scans, telling, wechat

blueprint = Blueprint("sign_in", __name__)

# What is missing before somebody new can be registered is asked for, not refused.
_ASKS = (NameRequiredError, HomeNodeRequiredError, ConsentRequiredError)
_FIELD_OF = {
    "invalid-phone": "phone",
    "not-a-mobile": "phone",
    "too-many-codes": "phone",
    "too-many-phones": "phone",
    "too-many-codes-here": "phone",
    "codes-used-up": "phone",
    "wrong-code": "code",
    "sign-in-code-expired": "code",
    "name-required": "name",
    "invalid-name": "name",
    "home-node-required": "node",
    "consent-required": "agree",
}


@blueprint.get("/sign-in")
def form() -> ResponseReturnValue:
    """Ask for the phone number."""
    if sessions.find_participant() is not None:
        return redirect(_next())
    response = Response(mimetype="text/html")
    browsers.keep(response)
    response.set_data(_page())
    return response


@blueprint.post("/sign-in")
def submit() -> ResponseReturnValue:
    """Send a code, or sign in with one."""
    if preferences.switch_size():
        return _page(told=telling.read())
    action = request.form.get("action")
    if action == "send":
        return _send()
    if action == "have":
        return _page()
    try:
        signed_in = service.sign_in_participant(
            phone=request.form.get("phone", ""),
            code=request.form.get("code", ""),
            name=request.form.get("name", "").strip() or None,
            home_node_id=homes.find_home(_pending()[0], request.form.get("node", "")),
            agreed=request.form.get("agree") == "yes",
            now=clock.now(),
        )
    except _ASKS as error:
        # The first time it is a question; only who leaves it open is told so.
        is_repeat = bool(request.form.get("is_new"))
        page = _page(error=error if is_repeat else None, is_new=True)
        return page, statuses.status_of(error)
    except RewardsError as error:
        return _refuse(error)
    return _go_on(signed_in)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the sign-in of this browser; a scan that it keeps leads whoever signs in next on."""
    actor = sessions.find_participant()
    if actor is not None and actor.sign_in_id is not None:
        service.sign_out(sign_in_id=actor.sign_in_id, now=clock.now())
    # Not me, says the landing of a scan: it stays good, for whoever signs in.
    is_scanned = scans.find_latest() is not None
    target = url_for("sign_in.form", next="/scan") if is_scanned else url_for("home.home")
    response = redirect(target, code=303)
    sessions.clear_cookie(response, sessions.Cookie.PARTICIPANT)
    return response


def _send() -> ResponseReturnValue:
    try:
        sent = sends.send(phone=request.form.get("phone", ""), now=clock.now())
    except RewardsError as error:
        return _page(error=error), statuses.status_of(error)
    return _page(sent=sent)


def _refuse(error: RewardsError) -> ResponseReturnValue:
    actor = sessions.find_participant()
    if actor is not None and _is_phone_of(actor):
        # They went back to the form and pressed once more: the code is used up, and they are in.
        return redirect(_next(), code=303)
    return _page(error=error), statuses.status_of(error)


def _is_phone_of(actor: ParticipantActor) -> bool:
    # Somebody else may try to sign in on the same phone, and must read that the code was wrong.
    try:
        typed = normalize_phone(request.form.get("phone", ""))
    except InvalidPhoneError:
        return False
    return participants.get_identity(actor.participant_id).phone == typed


def _go_on(signed_in: SignedIn) -> ResponseReturnValue:
    assert signed_in.participant_id is not None
    actor = ParticipantActor(
        participant_id=signed_in.participant_id, sign_in_id=signed_in.sign_in_id
    )
    wechat.link_pending(actor)
    ticket = scans.find_latest()
    if ticket is None:
        answer: ResponseReturnValue = redirect(_next(), code=303)
    elif poster_choice.needs_digits(ticket) or _may_leave(actor, ticket):
        # What the scan leads to asks for a tap of its own.
        answer = redirect(url_for("scan.pending"), code=303)
    else:
        answer = scan.attend(leaving=False, actor=actor)
    response: Response = current_app.make_response(answer)
    sessions.set_cookie(response, sessions.Cookie.PARTICIPANT, signed_in.token)
    return response


def _may_leave(actor: ParticipantActor, ticket: ScanTicket) -> bool:
    return scans.is_of_leaving(ticket, participants.get_participant(actor.participant_id))


def _page(
    *,
    error: RewardsError | None = None,
    sent: SentCode | None = None,
    is_new: bool = False,
    told: dict[str, Any] | None = None,
) -> str:
    occasion, ticket = _pending()
    told = told or _tell(error=error, sent=sent, is_new=is_new)
    is_new = told["is_new"]
    return frame.show(
        "sign_in.html",
        node=network.find_node(occasion.node_id) if occasion else None,
        occasion=occasion,
        scanned_at=ticket.scanned_at if ticket else None,
        leaving=ticket is not None and scans.is_of_leaving(ticket, None),
        told=told,
        sent_to=told["sent_to"],
        shown_code=told["shown_code"],
        asks_code=told["asks_code"],
        is_new=is_new,
        stations=homes.list_homes(occasion) if is_new else (),
        errors=told["errors"],
        values=request.form,
        offers_wechat=wechat.offer_sign_in(),
        is_linking=wechat.is_linking(),
        next=_next(),
    )


def _tell(*, error: RewardsError | None, sent: SentCode | None, is_new: bool) -> dict[str, Any]:
    """Return what the page says beside what was typed."""
    settings: Settings = current_app.extensions["settings"]
    return {
        "errors": _errors(error),
        "sent_to": sent.phone_ending if sent else "",
        "shown_code": sent.code if sent is not None and settings.demo_mode else "",
        "asks_code": bool(
            sent or request.form.get("asks_code") or request.form.get("action") == "have"
        ),
        "is_new": is_new or bool(request.form.get("is_new")),
    }


def _errors(error: RewardsError | None) -> dict[str, str]:
    if error is None:
        return {}
    sentence = sentences.explain(error)
    field = _FIELD_OF.get(error.code, "phone")
    # What to do about it stands beside the field, not only what is wrong.
    return {field: sentence.detail + _("。") + sentence.next_step}


def _pending() -> tuple[Occasion | None, ScanTicket | None]:
    """Return what was scanned, and the scan if it checks in or out once somebody signs in."""
    ticket = tickets.find()
    if ticket is None:
        return None, None
    occasion = activities.get_occasion(ticket.occasion_id)
    counts = scans.is_fresh(ticket) and not poster_choice.needs_digits(ticket)
    return occasion, ticket if counts else None


def _next() -> str:
    """Return where to go after signing in: a page of ours, never another site's."""
    return addresses.local_path(request.values.get("next", "/"))
