"""Checking in and out: by a scanned code, by digits, by a frozen scan."""

from datetime import datetime, timedelta

from rewards.access.types import Actor, ParticipantActor
from rewards.activities import queries as activities
from rewards.activities.errors import OccasionNotFoundError
from rewards.activities.types import Occasion, OccasionId
from rewards.core.errors import RewardsError
from rewards.core.unit import use_case

from .. import operations, queries, rules
from ..errors import (
    CodeExpiredError,
    InvalidCodeError,
    PosterNotEnoughError,
    TicketExpiredError,
    TooManyDigitsError,
)
from ..types import NO_EVIDENCE, CheckInChannel, CodeKind, Evidence, Receipt, ScanTicket, Token

DIGITS_TRIES_MAX = 10
DIGITS_SPAN = timedelta(minutes=10)


@use_case
def check_in_by_code(
    *, actor: ParticipantActor, code: str, evidence: Evidence = NO_EVIDENCE, now: datetime
) -> Receipt:
    """Check the participant in with a scanned link or its token.

    :raises InvalidCodeError: if it is not one of our codes.
    :raises CodeExpiredError: if the screen has moved on.
    :raises PosterNotEnoughError: if it is a poster's, where something is earned.
    """
    if _is_poster(code):
        occasion = _stamped(actor, code, now=now)
        return _check_in(
            actor, occasion, at=now, channel=CheckInChannel.POSTER, evidence=evidence, now=now
        )
    occasion, token = _scanned(actor, code, now=now)
    try:
        rules.check_link(token, key=occasion.code_key, now=now)
    except CodeExpiredError as expired:
        return _earlier(actor, occasion, expired)
    return _check_in(
        actor, occasion, at=now, channel=CheckInChannel.DISPLAY_CODE, evidence=evidence, now=now
    )


@use_case
def check_in_by_digits(
    *,
    actor: ParticipantActor,
    occasion_id: OccasionId,
    digits: str,
    evidence: Evidence = NO_EVIDENCE,
    now: datetime,
) -> Receipt:
    """Check the participant in with the six digits on the screen.

    :raises WrongDigitsError: if they are not those of now.
    :raises TooManyDigitsError: if this is guessing.
    """
    occasion = _typed(actor, occasion_id, digits, now=now)
    return _check_in(
        actor, occasion, at=now, channel=CheckInChannel.DIGITS, evidence=evidence, now=now
    )


@use_case
def check_in_by_ticket(
    *, actor: ParticipantActor, ticket: ScanTicket, evidence: Evidence = NO_EVIDENCE, now: datetime
) -> Receipt:
    """Check the participant in at the time of an earlier scan.

    :raises ClaimOfAnotherBrowserError: if another browser scanned.
    :raises TicketExpiredError: if the scan is more than ten minutes old.
    :raises TicketUsedError: if someone else has used it.
    """
    occasion = _ticketed(actor, ticket, evidence, now=now)
    try:
        rules.check_ticket_age(scanned_at=ticket.scanned_at, now=now)
    except TicketExpiredError as expired:
        return _earlier(actor, occasion, expired)
    return _check_in(
        actor,
        occasion,
        at=ticket.scanned_at,
        channel=ticket.channel,
        ticket=ticket.id,
        evidence=evidence,
        now=now,
    )


@use_case
def check_out_by_code(
    *, actor: ParticipantActor, code: str, evidence: Evidence = NO_EVIDENCE, now: datetime
) -> Receipt:
    """Check the participant out with a scanned link or its token."""
    if _is_poster(code):
        _note(actor, None, code, is_leaving=True, now=now)
        raise PosterNotEnoughError
    occasion, token = _scanned(actor, code, is_leaving=True, now=now)
    try:
        rules.check_link(token, key=occasion.code_key, now=now)
    except CodeExpiredError as expired:
        return _earlier(actor, occasion, expired, is_leaving=True)
    return _check_out(actor, occasion, at=now, evidence=evidence, now=now)


@use_case
def check_out_by_digits(
    *,
    actor: ParticipantActor,
    occasion_id: OccasionId,
    digits: str,
    evidence: Evidence = NO_EVIDENCE,
    now: datetime,
) -> Receipt:
    """Check the participant out with the six digits on the screen."""
    occasion = _typed(actor, occasion_id, digits, is_leaving=True, now=now)
    return _check_out(actor, occasion, at=now, evidence=evidence, now=now)


@use_case
def check_out_by_ticket(
    *, actor: ParticipantActor, ticket: ScanTicket, evidence: Evidence = NO_EVIDENCE, now: datetime
) -> Receipt:
    """Check the participant out at the time of an earlier scan.

    :raises ClaimOfAnotherBrowserError: if another browser scanned.
    :raises TicketExpiredError: if the scan is more than ten minutes old.
    :raises TicketUsedError: if someone else has left by it.
    """
    occasion = _ticketed(actor, ticket, evidence, is_leaving=True, now=now)
    try:
        rules.check_ticket_age(scanned_at=ticket.scanned_at, now=now)
    except TicketExpiredError as expired:
        return _earlier(actor, occasion, expired, is_leaving=True)
    return _check_out(
        actor, occasion, at=ticket.scanned_at, ticket=ticket.id, evidence=evidence, now=now
    )


def _scanned(
    actor: ParticipantActor, code: str, *, is_leaving: bool = False, now: datetime
) -> tuple[Occasion, Token]:
    try:
        occasion, token = queries.find_scanned(code)
    except InvalidCodeError:
        _note(actor, None, code, is_leaving=is_leaving, now=now)
        raise
    _note(actor, occasion, code, is_leaving=is_leaving, now=now)
    return occasion, token


def _is_poster(code: str) -> bool:
    try:
        return rules.parse_token(code).kind is CodeKind.POSTER
    except InvalidCodeError:
        return False


def _stamped(actor: ParticipantActor, code: str, *, now: datetime) -> Occasion:
    try:
        here = queries.list_here(queries.find_scanned_poster(code), now=now)
        occasion = rules.choose_stamp(here, now=now)
    except RewardsError:
        _note(actor, None, code, now=now)
        raise
    _note(actor, occasion, code, now=now)
    return occasion


def _typed(
    actor: ParticipantActor,
    occasion_id: OccasionId,
    digits: str,
    *,
    is_leaving: bool = False,
    now: datetime,
) -> Occasion:
    try:
        occasion = activities.get_occasion(occasion_id)
    except OccasionNotFoundError:
        _note(actor, None, digits, is_leaving=is_leaving, now=now)
        raise
    _note(actor, occasion, digits, is_leaving=is_leaving, now=now)
    tries = queries.count_wrong_digits(actor.participant_id, now=now, span=DIGITS_SPAN)
    if tries >= DIGITS_TRIES_MAX:
        raise TooManyDigitsError(retry_after_seconds=int(DIGITS_SPAN.total_seconds()))
    queries.check_typed(occasion, digits, is_leaving=is_leaving, now=now)
    return occasion


def _ticketed(
    actor: ParticipantActor,
    ticket: ScanTicket,
    evidence: Evidence,
    *,
    is_leaving: bool = False,
    now: datetime,
) -> Occasion:
    occasion = activities.get_occasion(ticket.occasion_id)
    _note(actor, occasion, "", is_leaving=is_leaving, now=now)
    rules.check_claimant(ticket, device=evidence.device)
    if ticket.channel is CheckInChannel.POSTER:
        rules.check_poster_enough(occasion)
    return occasion


def _earlier(
    actor: ParticipantActor,
    occasion: Occasion,
    refusal: RewardsError,
    *,
    is_leaving: bool = False,
) -> Receipt:
    # Whoever is in already and repeats an old scan, because the answer got
    # lost or to be sure, did nothing wrong.
    earlier = queries.find_receipt(occasion_id=occasion.id, participant_id=actor.participant_id)
    if earlier is None or (is_leaving and earlier.checked_out_at is None):
        raise refusal
    return earlier


def _check_in(
    actor: ParticipantActor,
    occasion: Occasion,
    *,
    at: datetime,
    channel: CheckInChannel,
    ticket: str | None = None,
    evidence: Evidence,
    now: datetime,
) -> Receipt:
    return operations.check_in(
        actor=actor,
        occasion=occasion,
        participant_id=actor.participant_id,
        at=at,
        channel=channel,
        ticket=ticket,
        evidence=evidence,
        now=now,
    )


def _check_out(
    actor: ParticipantActor,
    occasion: Occasion,
    *,
    at: datetime,
    ticket: str | None = None,
    evidence: Evidence,
    now: datetime,
) -> Receipt:
    return operations.check_out(
        actor=actor,
        occasion=occasion,
        participant_id=actor.participant_id,
        at=at,
        ticket=ticket,
        device=evidence.device,
        now=now,
    )


def _note(
    actor: Actor,
    occasion: Occasion | None,
    raw: str,
    *,
    is_leaving: bool = False,
    now: datetime,
) -> None:
    operations.note_refusal(
        actor=actor,
        occasion_id=None if occasion is None else occasion.id,
        participant_id=actor.participant_id if isinstance(actor, ParticipantActor) else None,
        raw=raw,
        is_leaving=is_leaving,
        now=now,
    )
