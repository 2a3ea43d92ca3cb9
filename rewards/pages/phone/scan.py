"""From a scanned code to the result: landing, digits, check-in, check-out."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
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
from rewards.checkins.types import CheckInChannel, CodeKind, Receipt, ScanTicket
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.web import browsers, limits, sentences, sessions, statuses, tickets
from rewards.web.limits import TooManyScansError

from . import first_digits, frame, poster_choice, progress, showing, taps

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
        # Opening the same address again is not another scan.
        kept = _usable_ticket(occasion.id)
        if kept is not None:
            return _landing(occasion, kept)
        response = Response(mimetype="text/html")
        occasion, ticket = checkins.freeze_scan(token, device=browsers.keep(response), now=now)
    except CodeExpiredError as error:
        _note(occasion, error, token)
        return refused(error, occasion=occasion)
    except (InvalidCodeError, PosterRevokedError, TooManyScansError) as error:
        _note_own(error, token)
        return refused(error)
    assert scanned
    response.set_data(_landing(occasion, ticket))
    tickets.keep(response, ticket)
    return response


def _land_on_poster(token: str) -> ResponseReturnValue:
    poster = checkins.find_scanned_poster(token)
    here = checkins.list_here(poster, now=clock.now())
    occasion = poster_choice.find(here, request.args.get("occasion"))
    if occasion is None:
        return poster_choice.show(token, poster, here)
    response = Response(mimetype="text/html")
    device = browsers.keep(response)
    # Who scanned the screen before has more to show than a poster.
    ticket = _usable_ticket(occasion.id) or checkins.freeze_poster(
        occasion, device=device, now=clock.now()
    )
    response.set_data(_landing(occasion, ticket))
    tickets.keep(response, ticket)
    return response


@blueprint.get("/scan")
def pending() -> ResponseReturnValue:
    """Show the landing of the scan that this browser keeps."""
    ticket = tickets.find()
    if ticket is None:
        return redirect(url_for("home.home"))
    return _landing(activities.get_occasion(ticket.occasion_id), ticket)


@blueprint.get("/digits")
def digits() -> ResponseReturnValue:
    """Ask for the six digits of an occasion that is open now."""
    me = frame.find_me()
    home = frame.find_home(me) or frame.find_district()
    occasions = progress.list_open_occasions(home)
    return frame.show("digits.html", me=me, occasions=occasions)


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
    ticket = tickets.find(here)
    typed = request.form.get("digits", "")
    if actor is None:
        return _sign_in_first(typed)
    try:
        limits.count_scan()
        if typed:
            receipt = _attend_by_digits(actor, typed, leaving=leaving)
        elif ticket is not None:
            receipt = _attend_by_ticket(actor, ticket, leaving=leaving)
        else:
            receipt = _find_done(actor, here, leaving=leaving)
    except RewardsError as error:
        return refused(error, occasion=_find_occasion(ticket))
    again = None if receipt.is_new or (not leaving and taps.is_same(receipt, ticket)) else "1"
    target = url_for("scan.result", occasion_id=receipt.occasion_id, again=again)
    response = redirect(target, code=303)
    tickets.drop(response, receipt.occasion_id)
    return response


def _sign_in_first(typed: str) -> ResponseReturnValue:
    response = redirect(url_for("sign_in.form", next="/scan"), code=303)
    try:
        if typed:
            limits.count_scan()
            first_digits.keep(response, _read_occasion(), typed)
    except RewardsError as error:
        return refused(error, occasion=_find_occasion(None))
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


def refused(error: RewardsError, *, occasion: Occasion | None = None) -> ResponseReturnValue:
    """Say what was refused, why, and what to do now; offer the digits where they may help."""
    page = frame.show(
        "refused.html",
        node=network.find_node(occasion.node_id) if occasion else None,
        me=frame.find_me(),
        sentence=sentences.explain(error),
        occasion=occasion if error.code in _DIGITS_HELP else None,
    )
    seconds = statuses.retry_seconds_of(error)
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    return page, statuses.status_of(error), headers


_DIGITS_HELP = frozenset({"code-expired", "wrong-digits", "ticket-expired", "poster-not-enough"})


def _read_occasion() -> OccasionId:
    try:
        return OccasionId(UUID(request.form.get("occasion", "")))
    except ValueError:
        raise InvalidCodeError from None


def _attend_by_digits(actor: ParticipantActor, typed: str, *, leaving: bool) -> Receipt:
    occasion_id, now = _read_occasion(), clock.now()
    if leaving:
        return service.check_out_by_digits(
            actor=actor, occasion_id=occasion_id, digits=typed, now=now
        )
    return service.check_in_by_digits(
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
        state=progress.judge(occasion, me, at=ticket.scanned_at),
        needs_digits=poster_choice.needs_digits(ticket),
        too_short=progress.find_too_short(occasion, me),
    )


def _usable_ticket(occasion_id: OccasionId) -> ScanTicket | None:
    ticket = tickets.find(occasion_id)
    if ticket is None:
        return None
    if ticket.channel is CheckInChannel.POSTER:
        # A poster says no time, so another scan is as good as the first, and the screen better.
        return None
    try:
        checkin_rules.check_ticket_age(scanned_at=ticket.scanned_at, now=clock.now())
    except TicketExpiredError:
        return None
    return ticket


def _find_occasion(ticket: ScanTicket | None) -> Occasion | None:
    wanted = request.form.get("occasion")
    try:
        if wanted:
            return activities.get_occasion(OccasionId(UUID(wanted)))
    except (ValueError, RewardsError):
        return None
    return activities.get_occasion(ticket.occasion_id) if ticket else None


def _note(occasion: Occasion, error: RewardsError, token: str) -> None:
    actor = sessions.find_participant()
    service.note_refused_scan(
        participant_id=actor.participant_id if actor else None,
        occasion_id=occasion.id,
        reason=error.code,
        raw=token,
        now=clock.now(),
    )


def _note_own(error: RewardsError, token: str) -> None:
    # Of strangers without an account nobody could be helped, and anybody can send anything.
    actor = sessions.find_participant()
    if actor is None or isinstance(error, TooManyScansError):
        return
    service.note_refused_scan(
        participant_id=actor.participant_id,
        occasion_id=None,
        reason=error.code,
        raw=token,
        now=clock.now(),
    )
