"""From a scanned code to the result: landing, digits, check-in, check-out."""

from uuid import UUID

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from rewards.access.types import ParticipantActor
from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.checkins import queries as checkins
from rewards.checkins import rules as checkin_rules
from rewards.checkins import service
from rewards.checkins.errors import (
    CodeExpiredError,
    InvalidCodeError,
    PosterRevokedError,
    TicketExpiredError,
)
from rewards.checkins.rules.windows import CHECK_OUT_BEFORE
from rewards.checkins.types import CodeKind, Receipt, ScanTicket
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.web import browsers, limits, sentences, sessions, tickets
from rewards.web.limits import TooManyScansError

from . import (
    first_digits,
    frame,
    open_now,
    poster_choice,
    progress,
    refusing,
    scans,
    showing,
    taps,
)

blueprint = Blueprint("scan", __name__)

# What only staff can use: it says who somebody is.
FOR_STAFF = frozenset({CodeKind.MEMBER, CodeKind.CARD})


@blueprint.get("/C/<token>")
@blueprint.get("/c/<token>")
def land(token: str) -> ResponseReturnValue:
    """Keep the time of a scan, and ask for the tap that checks in."""
    now = clock.now()
    try:
        limits.count_scan()
        kind = checkin_rules.parse_token(token).kind
        if kind in FOR_STAFF:
            return frame.show("member_code.html", me=frame.find_me())
        if kind is CodeKind.POSTER:
            return _land_on_poster(token)
        occasion, scanned = checkins.find_scanned(token)
        me, kept = frame.find_me(), scans.find_usable(occasion.id)
        # Opening the same address again is not another scan.
        if kept is not None and kept.step == scanned.step:
            return _landing(occasion, kept)
        response = Response(mimetype="text/html")
        occasion, new = checkins.freeze_scan(token, device=browsers.keep(response), now=now)
    except CodeExpiredError as error:
        leaving = progress.may_leave(occasion, me, at=now)
        refusing.note(occasion, error, token, leaving=leaving)
        return refusing.show(error, occasion=occasion, leaving=leaving)
    except (InvalidCodeError, PosterRevokedError, TooManyScansError) as error:
        refusing.note_own(error, token)
        return refusing.show(error)
    return _land_with(response, occasion, scans.choose(occasion, me, new=new, kept=kept))


def _land_on_poster(token: str) -> ResponseReturnValue:
    poster = checkins.find_scanned_poster(token)
    here = checkins.list_here(poster, now=clock.now())
    occasion = poster_choice.find(here, request.args.get("occasion"))
    if occasion is None:
        return poster_choice.show(token, poster, here)
    response = Response(mimetype="text/html")
    device = browsers.keep(response)
    # Who scanned the screen before has more to show than a poster.
    ticket = scans.find_usable(occasion.id) or checkins.freeze_poster(
        occasion, device=device, now=clock.now()
    )
    return _land_with(response, occasion, ticket)


def _land_with(response: Response, occasion: Occasion, ticket: ScanTicket) -> Response:
    response.set_data(_landing(occasion, ticket))
    if scans.leads_on(occasion, frame.find_me(), ticket):
        tickets.keep(response, ticket)
    else:
        tickets.drop(response, occasion.id)
    return response


@blueprint.get("/scan")
def pending() -> ResponseReturnValue:
    """Show the landing of the scan that this browser keeps."""
    ticket = tickets.find()
    if ticket is None:
        return redirect(url_for("home.home"))
    if scans.find_latest() is None:
        return _too_late(activities.get_occasion(ticket.occasion_id))
    return _landing(activities.get_occasion(ticket.occasion_id), ticket)


def _too_late(occasion: Occasion) -> ResponseReturnValue:
    leaving = progress.may_leave(occasion, frame.find_me(), at=clock.now())
    return refusing.show(TicketExpiredError(), occasion=occasion, leaving=leaving)


@blueprint.get("/digits")
def digits() -> ResponseReturnValue:
    """Ask for the six digits of an occasion that is open now, here or elsewhere."""
    me = frame.find_me()
    found = open_now.find(me, at=request.args.get("at", ""))
    response = Response(mimetype="text/html")
    # Digits say no more of the browser than a scan does, nor less.
    browsers.keep(response)
    response.set_data(frame.show("digits.html", me=me, found=found))
    return response


@blueprint.post("/check-ins")
def check_in() -> ResponseReturnValue:
    """Check in with the kept scan, or with typed digits."""
    return attend(leaving=False)


@blueprint.post("/check-outs")
def check_out() -> ResponseReturnValue:
    """Check out with the kept scan, or with typed digits."""
    return attend(leaving=True)


@blueprint.get("/check-ins/<uuid:occasion_id>")
def result(occasion_id: UUID) -> ResponseReturnValue:
    """Show what the participant's check-in gave; only they ever see it."""
    actor, me = frame.get_me()
    occasion = activities.get_occasion(OccasionId(occasion_id))
    receipt = checkins.find_receipt(occasion_id=occasion.id, participant_id=actor.participant_id)
    if receipt is None:
        return redirect(url_for("home.home"))
    return frame.show(
        "already.html" if "again" in request.args else "result.html",
        node=network.find_node(occasion.node_id),
        me=me,
        occasion=occasion,
        receipt=receipt,
        reasons=[sentences.explain_award(award) for award in receipt.awards],
        today=progress.count_today(me, day_of=occasion),
        goal=progress.find_goal(me),
        standing=progress.find_standing(me),
        asks=showing.may_ask(me),
        **showing.describe_ask(me),
        ten_minutes=CHECK_OUT_BEFORE,
    )


def attend(*, leaving: bool, actor: ParticipantActor | None = None) -> ResponseReturnValue:
    """Check *actor*, or whoever is signed in, in or out, and go to the result."""
    actor = actor or sessions.find_participant()
    here = _read_here()
    # A form for digits says for which occasion: left empty, they stand for no scan of another.
    is_typed = "occasion" in request.form
    ticket = None if is_typed else tickets.find(here)
    if actor is None:
        return _sign_in_first(is_typed=is_typed, leaving=leaving)
    try:
        limits.count_scan()
        if is_typed:
            receipt = _attend_by_digits(actor, leaving=leaving)
        elif ticket is not None:
            receipt = _attend_by_ticket(actor, ticket, leaving=leaving)
        else:
            receipt = _find_done(actor, here, leaving=leaving)
    except RewardsError as error:
        return refusing.show(error, occasion=refusing.find_occasion(ticket), leaving=leaving)
    is_done = receipt.is_new or taps.is_same(receipt, ticket, leaving=leaving)
    again = None if is_done else "1"
    target = url_for("scan.result", occasion_id=receipt.occasion_id, again=again)
    response = redirect(target, code=303)
    tickets.drop(response, receipt.occasion_id)
    return response


def _sign_in_first(*, is_typed: bool, leaving: bool) -> ResponseReturnValue:
    response: Response = redirect(url_for("sign_in.form", next="/scan"), code=303)
    try:
        if is_typed:
            limits.count_scan()
            typed = request.form.get("digits", "")
            first_digits.keep(response, _read_occasion(), typed, leaving=leaving)
    except RewardsError as error:
        page = refusing.show(error, occasion=refusing.find_occasion(None), leaving=leaving)
        response = current_app.make_response(page)
        # Whoever guesses is held back by the browser before anybody is by the address.
        browsers.keep(response)
    return response


def _read_here() -> OccasionId | None:
    # What the page is about that was tapped: another tab may have scanned something else.
    try:
        return OccasionId(UUID(request.form.get("here", "")))
    except ValueError:
        return None


def _find_done(actor: ParticipantActor, here: OccasionId | None, *, leaving: bool) -> Receipt:
    # Somebody goes back after it was done, and taps once more.
    receipt = here and checkins.find_receipt(occasion_id=here, participant_id=actor.participant_id)
    if not receipt or (leaving and receipt.checked_out_at is None):
        raise TicketExpiredError
    return receipt


def _read_occasion() -> OccasionId:
    try:
        return OccasionId(UUID(request.form.get("occasion", "")))
    except ValueError:
        raise InvalidCodeError from None


def _attend_by_digits(actor: ParticipantActor, *, leaving: bool) -> Receipt:
    occasion_id, now, typed = _read_occasion(), clock.now(), request.form.get("digits", "")
    attend = service.check_out_by_digits if leaving else service.check_in_by_digits
    return attend(
        actor=actor, occasion_id=occasion_id, digits=typed, evidence=taps.read_evidence(), now=now
    )


def _attend_by_ticket(actor: ParticipantActor, ticket: ScanTicket, *, leaving: bool) -> Receipt:
    now = clock.now()
    if leaving:
        return service.check_out_by_ticket(
            actor=actor, ticket=ticket, evidence=taps.read_evidence(), now=now
        )
    return service.check_in_by_ticket(
        actor=actor, ticket=ticket, evidence=taps.read_evidence(), now=now
    )


def _landing(occasion: Occasion, ticket: ScanTicket) -> str:
    me = frame.find_me()
    return frame.show(
        "landing.html",
        node=network.find_node(occasion.node_id),
        me=me,
        occasion=occasion,
        ticket=ticket,
        offer=progress.describe_offer(occasion),
        state=scans.judge(occasion, me, ticket),
        needs_digits=poster_choice.needs_digits(ticket),
        too_short=progress.find_too_short(occasion, me, at=ticket.scanned_at),
    )
