"""Signing in by WeChat, when somebody taps for it, and the key to WeChat's scanner.

WeChat is never asked while a page loads: reading needs no sign-in, and a page that sends
people away by itself is shown by WeChat with a made-up person.
"""

import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from rewards.access.types import ParticipantActor
from rewards.core import clock
from rewards.identity import queries as identity_queries
from rewards.identity import service as identity
from rewards.identity.errors import WechatNotLinkedError, WechatOfAnotherError
from rewards.participants.types import Participant
from rewards.web import addresses, sessions, wechat

from . import frame, scans

blueprint = Blueprint("wechat", __name__, url_prefix="/wechat")

BEGUN, PENDING = "wechat_begun", "wechat_pending"
STATE_BYTES = 16
# How long somebody may take on the way through WeChat, and then for a first sign-in by phone.
BEGUN_LIFE = timedelta(minutes=10)
PENDING_LIFE = timedelta(minutes=15)


@blueprint.get("/sign-in")
def begin() -> ResponseReturnValue:
    """Lead to WeChat, which asks nothing and leads back."""
    client = _get_client()
    state = secrets.token_hex(STATE_BYTES)
    session[BEGUN] = {
        "state": state,
        "next": addresses.local_path(request.args.get("next", "/")),
        "at": clock.now().timestamp(),
    }
    callback = addresses.page_link(url_for("wechat.come_back"))
    return redirect(client.build_sign_in_address(callback=callback, state=state), code=303)


@blueprint.get("/callback")
def come_back() -> ResponseReturnValue:
    """Sign in whom WeChat vouches for; who is not known there yet signs in by phone once."""
    client = _get_client()
    wanted = _take_begun()
    openid = client.exchange_code(request.args.get("code", ""))
    lookup = identity.look_up_wechat(app_id=client.app_id, openid=openid)
    here = sessions.find_participant()
    if here is not None:
        return _link_here(here, lookup, wanted)
    try:
        signed_in = identity.sign_in_by_wechat(openid_lookup=lookup, now=clock.now())
    except WechatNotLinkedError:
        return _ask_to_link(lookup, wanted)
    # A pending scan is confirmed by a tap, as ever: coming here was no such tap.
    response = redirect("/scan" if scans.find_latest() else wanted, code=303)
    sessions.set_cookie(response, sessions.Cookie.PARTICIPANT, signed_in.token)
    return response


@blueprint.get("/scan.json")
def sign_scanner() -> ResponseReturnValue:
    """Return what lets WeChat's scanner be opened by a page of ours."""
    client = _get_client()
    page = request.args.get("page", "")
    if urlsplit(page).netloc != request.host:
        abort(400)
    signed = client.sign_page(page, timestamp=int(clock.now().timestamp()))
    return jsonify(
        appId=signed.app_id,
        timestamp=signed.timestamp,
        nonceStr=signed.nonce,
        signature=signed.signature,
    )


@blueprint.post("/unlink")
def unlink() -> ResponseReturnValue:
    """Have this person's WeChat account sign them in no more."""
    actor, _me = frame.get_me()
    identity.unlink_wechat(actor=actor, participant_id=actor.participant_id, now=clock.now())
    return redirect(url_for("home.home"), code=303)


def offer_sign_in() -> bool:
    """Tell whether the page is to offer signing in by WeChat."""
    return wechat.find() is not None and wechat.is_inside()


def is_linking() -> bool:
    """Tell whether a sign-in by phone now is to be remembered for WeChat."""
    return _find_pending() is not None


def link_pending(actor: ParticipantActor) -> None:
    """Link the WeChat account that somebody came with to the one they signed in to."""
    lookup = _find_pending()
    session.pop(PENDING, None)
    if lookup is not None and wechat.find() is not None:
        identity.link_wechat(actor=actor, openid_lookup=lookup, now=clock.now())


def describe(me: Participant) -> dict[str, Any]:
    """Return what the home page tells of WeChat: whether it scans there, and signs *me* in."""
    offered = offer_sign_in()
    return {
        "wechat_scans": offered,
        # To undo it is offered everywhere: somebody may have left WeChat, or we have.
        "wechat_linked": identity_queries.has_wechat(me.id),
    }


def _get_client() -> wechat.Wechat:
    client = wechat.find()
    if client is None:
        abort(404)
    return client


def _take_begun() -> str:
    """Return where the person wanted to go; the cookie that goes back holds it no more."""
    begun = session.pop(BEGUN, None)
    state = request.args.get("state", "")
    if begun is None or not hmac.compare_digest(state.encode(), begun["state"].encode()):
        raise wechat.WechatStateLostError
    if clock.now() - datetime.fromtimestamp(begun["at"], UTC) > BEGUN_LIFE:
        raise wechat.WechatStateLostError
    wanted: str = begun["next"]
    return wanted


def _link_here(actor: ParticipantActor, lookup: str, wanted: str) -> ResponseReturnValue:
    # Couples share a phone: whoever is signed in stays so, and takes no link from the other.
    linked = identity_queries.find_by_wechat(lookup)
    if linked is None:
        identity.link_wechat(actor=actor, openid_lookup=lookup, now=clock.now())
    elif linked != actor.participant_id:
        raise WechatOfAnotherError
    return redirect(wanted, code=303)


def _ask_to_link(lookup: str, wanted: str) -> ResponseReturnValue:
    session[PENDING] = {"lookup": lookup, "at": clock.now().timestamp()}
    return redirect(url_for("sign_in.form", next=wanted), code=303)


def _find_pending() -> str | None:
    pending = session.get(PENDING)
    if pending is None or clock.now() - datetime.fromtimestamp(pending["at"], UTC) > PENDING_LIFE:
        return None
    lookup: str = pending["lookup"]
    return lookup
