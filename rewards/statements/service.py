"""Use cases of statements and record slips."""

from datetime import datetime

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, ParticipantActor, ParticipantId, Verb
from rewards.core import clock
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantNotFoundError
from rewards.participants.types import Participant

from . import operations, queries, rules
from .errors import RecordSlipNotFoundError
from .types import Period, RecordSlip, Statement, VoidReason


@use_case
def open_statement(
    *,
    actor: Actor,
    participant_id: ParticipantId,
    period: Period,
    form: str,
    lines_max: int = rules.LINES_MAX,
    now: datetime,
) -> Statement:
    """Return the statement of somebody; that staff looked is written down.

    *form* is what it was opened as: a page, a PDF, a spreadsheet.

    :raises ParticipantNotFoundError: if there is no such participant, or they are somebody else's.
    :raises NotAllowedError: if staff may not look at participants there.
    :raises ParticipantClosedError: if the account is closed.
    :raises StatementTooLongError: if it would have more than *lines_max* lines.
    """
    home = _authorize(actor, participants.get_participant(participant_id), Verb.VIEW_PARTICIPANT)
    statement = queries.get_statement(participant_id, period=period, now=now, lines_max=lines_max)
    if not isinstance(actor, ParticipantActor):
        audit_trail.audit(
            actor=actor,
            action="statement.viewed",
            node_id=home.id,
            subject=f"participant:{participant_id.hex}",
            details={**_days(period), "form": form},
            now=now,
        )
    return statement


@use_case
def issue_slip(
    *,
    actor: Actor,
    participant_id: ParticipantId,
    period: Period,
    certificate_issuer: str,
    now: datetime,
) -> RecordSlip:
    """Issue a record slip of the hours of *period*, at the participant's home.

    It is a certificate only if staff issue it where *certificate_issuer* names
    a lawful issuer; what people print for themselves is a record.

    :raises ParticipantNotFoundError: if there is no such participant, or they are somebody else's.
    :raises NotAllowedError: if staff may not manage participants there.
    :raises ParticipantClosedError: if the account is closed.
    :raises PeriodNotOverError: if the period holds days to come.
    :raises NoServiceMinutesError: if it holds no confirmed minutes.
    :raises TooManyRecordSlipsError: if the participant issued too many today.
    """
    home = _authorize(actor, participants.get_participant(participant_id), Verb.MANAGE_PARTICIPANT)
    queries.get_subject(participant_id)
    today = clock.local_date(now, clock.zone())
    rules.check_over(period, today=today)
    is_own = isinstance(actor, ParticipantActor)
    if is_own:
        midnight, _ = clock.day_bounds(today, clock.zone())
        rules.check_issued_today(
            queries.count_self_issued(participant_id, principal=actor.principal, since=midnight)
        )
    is_certificate = bool(certificate_issuer) and not is_own
    slip = operations.issue_slip(
        participant_id=participant_id,
        period=period,
        node_id=home.id,
        issuer=certificate_issuer if is_certificate else home.name,
        is_certificate=is_certificate,
        actor=actor,
        now=now,
    )
    audit_trail.audit(
        actor=actor,
        action="slip.issued",
        node_id=home.id,
        subject=f"slip:{slip.number}",
        details={**_days(period), "participant": participant_id.hex},
        now=now,
    )
    return slip


@use_case
def open_slip(*, actor: Actor, number: str, now: datetime) -> RecordSlip:
    """Return a slip to its owner or to staff of its node; that staff looked is written down.

    :raises RecordSlipNotFoundError: if there is none, or it is somebody else's.
    :raises NotAllowedError: if staff may not look at participants there.
    :raises ParticipantClosedError: if the account was closed: nobody knows the name any more.
    """
    slip = queries.get_slip(rules.normalize_number(number))
    if isinstance(actor, ParticipantActor):
        if slip.participant_id != actor.participant_id:
            raise RecordSlipNotFoundError
        return slip
    node = network.get_node(slip.node_id)
    access.authorize(actor, Verb.VIEW_PARTICIPANT, node.path)
    queries.get_subject(slip.participant_id)
    audit_trail.audit(
        actor=actor,
        action="slip.viewed",
        node_id=node.id,
        subject=f"slip:{slip.number}",
        details={},
        now=now,
    )
    return slip


@use_case
def void_slip(*, actor: Actor, number: str, reason: VoidReason, now: datetime) -> RecordSlip:
    """Declare a slip void: whoever checks its number is told.

    :raises RecordSlipNotFoundError: if there is none of that number.
    :raises NotAllowedError: if the actor may not manage participants there.
    :raises RecordSlipVoidError: if it is void already.
    """
    slip = queries.get_slip(rules.normalize_number(number))
    node = network.get_node(slip.node_id)
    access.authorize(actor, Verb.MANAGE_PARTICIPANT, node.path)
    voided = operations.void_slip(number=slip.number, reason=reason, actor=actor, now=now)
    audit_trail.audit(
        actor=actor,
        action="slip.voided",
        node_id=node.id,
        subject=f"slip:{slip.number}",
        details={"reason": reason.value},
        now=now,
    )
    return voided


def _authorize(actor: Actor, participant: Participant, verb: Verb) -> Node:
    home = network.get_node(participant.home_node_id)
    if isinstance(actor, ParticipantActor):
        if actor.participant_id != participant.id:
            raise ParticipantNotFoundError
    else:
        access.authorize(actor, verb, home.path)
    return home


def _days(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}
