"""Use cases of corrections: reverse an entry, give or take points, decide as a second person.

Every one says why, is audited, and is told to the participant. Nobody acts on
their own account. Locks are taken in one order: the participant's account, the
staff account, the correction.
"""

from datetime import datetime

from rewards.access import operations as audit_trail
from rewards.access.rules import authorize
from rewards.access.types import Actor, ParticipantId, Verb
from rewards.core import clock
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.ledger import operations as ledger
from rewards.ledger import queries as books
from rewards.ledger.rules import check_available
from rewards.ledger.types import Asset, BoardKind, EntryDraft, EntryId, Reason
from rewards.network import queries as network
from rewards.network.types import NodeId
from rewards.notices import operations as notices
from rewards.notices.types import Details, NoticeKind
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantClosedError

from . import operations, queries, rules, store
from .errors import AlreadyDecidedError
from .operations import Draft
from .types import Correction, CorrectionId, CorrectionKind, CorrectionStatus


@use_case
def reverse(*, actor: Actor, entry_id: EntryId, note: str, now: datetime) -> Correction:
    """Take an entry back, once; asking again answers with what was done the first time.

    Points that were spent since are owed, and nothing can be redeemed until they are repaid.

    :raises EntryNotFoundError: if there is no such entry.
    :raises NotAllowedError: if the actor may not correct the books where it was earned.
    :raises NoteRequiredError: if no reason is given.
    :raises OwnAccountError: if it is an entry of the actor's own account.
    :raises SpendingNotReversibleError: if the points were spent on a reward.
    :raises NotReversibleError: if it is itself a reversal, a refund or an expiry.
    :raises AlreadyReversedError: if it was reversed, but not by hand.
    """
    entry = books.get_entry(entry_id)
    authorize(actor, Verb.CORRECT, entry.node_path)
    note = rules.normalize_note(note)
    rules.check_reversible(entry)
    ledger.lock_account(participant_id=entry.participant_id, asset=entry.asset)
    own = operations.lock_own_account(actor)
    rules.check_not_own(own, entry.participant_id)
    first = queries.find_reversal(entry_id)
    if first is not None:
        return first
    draft = Draft(
        id=CorrectionId(new_id()),
        kind=CorrectionKind.REVERSAL,
        participant_id=entry.participant_id,
        node_id=NodeId(entry.node_id),
        node_path=entry.node_path,
        asset=entry.asset,
        amount=-entry.amount,
        note=note,
        entry_id=entry_id,
    )
    done = ledger.reverse_entry(entry_id=entry_id, source_id=draft.id, actor=actor, now=now)
    correction = operations.open_correction(
        draft, actor=actor, own=own, applied_entry_id=done.entry_id, now=now
    )
    _audit(actor, "correction.reversed", correction, now=now, entry=entry_id.hex)
    unit = "points" if entry.asset is Asset.POINTS else "minutes"
    _notify(
        NoticeKind.ENTRY_REVERSED,
        correction,
        {unit: entry.amount, "day": entry.business_date.isoformat(), "debt": done.debt},
        now=now,
    )
    return correction


@use_case
def adjust(
    *,
    actor: Actor,
    participant_id: ParticipantId,
    node_id: NodeId,
    points: int,
    note: str,
    now: datetime,
) -> Correction:
    """Give or take points; more than one person may move alone waits for a second person.

    :raises NodeNotFoundError: if there is no such node.
    :raises NotAllowedError: if the actor may not correct the books at the node.
    :raises NodeClosedError: if the node is closed.
    :raises ParticipantNotFoundError: if there is no such participant in the center of the node.
    :raises ParticipantClosedError: if the participant's account is closed.
    :raises InvalidAmountError: if there are no points, or too many.
    :raises NoteRequiredError: if no reason is given.
    :raises OwnAccountError: if it is the actor's own account.
    :raises DailyLimitError: if the actor has given as much today as one may.
    :raises InsufficientPointsError: if more are taken than are available.
    :raises AccountInDebtError: if points are taken while some are still owed.
    """
    node = network.get_node(node_id)
    authorize(actor, Verb.CORRECT, node.path)
    node = network.get_open_node(node_id)
    rules.check_amount(points)
    draft = Draft(
        id=CorrectionId(new_id()),
        kind=CorrectionKind.ADJUSTMENT,
        participant_id=_get_open(participant_id, node.path),
        node_id=node.id,
        node_path=node.path,
        asset=Asset.POINTS,
        amount=points,
        note=rules.normalize_note(note),
    )
    account = ledger.lock_account(participant_id=participant_id, asset=Asset.POINTS)
    if points < 0:
        check_available(account, required=-points)
    own = operations.lock_own_account(actor)
    rules.check_not_own(own, participant_id)
    _check_daily(actor, points, now=now)
    if rules.needs_second(points, store.limits()):
        asked = operations.open_correction(
            draft, actor=actor, own=own, applied_entry_id=None, now=now
        )
        _audit(actor, "correction.requested", asked, now=now)
        return asked
    entry_id = _post(draft, entered_by=actor.principal, approved_by="", now=now)
    correction = operations.open_correction(
        draft, actor=actor, own=own, applied_entry_id=entry_id, now=now
    )
    _audit(actor, "correction.adjusted", correction, now=now)
    _tell_adjusted(correction, now=now)
    return correction


@use_case
def decide(
    *, actor: Actor, correction_id: CorrectionId, approve: bool, note: str = "", now: datetime
) -> Correction:
    """Approve or refuse, as a second person, what waits for one; a refusal says why.

    Deciding the same again answers with what was decided.

    :raises CorrectionNotFoundError: if there is no such correction.
    :raises NotAllowedError: if the actor may not correct the books at its node.
    :raises SecondPersonRequiredError: if the actor asked for it.
    :raises OwnAccountError: if it is the actor's own account.
    :raises NoteRequiredError: if it is refused without a reason.
    :raises AlreadyDecidedError: if it was decided the other way.
    :raises ParticipantClosedError: if the participant has closed their account.
    :raises InsufficientPointsError: if more are taken than are available now.
    :raises AccountInDebtError: if points are taken while some are still owed.
    """
    correction = queries.get_correction(correction_id)
    authorize(actor, Verb.CORRECT, correction.node_path)
    if note or not approve:
        note = rules.normalize_note(note)
    ledger.lock_account(participant_id=correction.participant_id, asset=correction.asset)
    own = operations.lock_own_account(actor)
    rules.check_may_decide(actor, correction, own)
    correction = operations.lock_correction(correction_id)
    wanted = CorrectionStatus.APPLIED if approve else CorrectionStatus.REFUSED
    if correction.status is wanted:
        return correction
    if correction.status is not CorrectionStatus.PENDING:
        raise AlreadyDecidedError(decision=correction.status.value)
    entry_id = _apply(correction, actor, now=now) if approve else None
    decided = operations.close_correction(
        correction, actor=actor, own=own, applied_entry_id=entry_id, note=note, now=now
    )
    action = "correction.approved" if approve else "correction.refused"
    _audit(actor, action, decided, now=now)
    if approve:
        _tell_adjusted(decided, now=now)
    return decided


@use_case
def erase_notes(*, now: datetime) -> int:
    """Erase the reasons about participants who closed their account; return how many."""
    return operations.erase_notes(now=now)


def _get_open(participant_id: ParticipantId, node_path: str) -> ParticipantId:
    participant = participants.get_local_participant(participant_id, node_path=node_path)
    if participant.closed_at is not None:
        raise ParticipantClosedError
    return participant.id


def _check_daily(actor: Actor, points: int, *, now: datetime) -> None:
    day = clock.local_date(now, clock.zone())
    given = queries.sum_given(principal=actor.principal, day=day)
    rules.check_daily(points, given=given, limits=store.limits())


def _apply(correction: Correction, actor: Actor, *, now: datetime) -> EntryId:
    if correction.is_closed:
        raise ParticipantClosedError
    return _post(
        correction, entered_by=correction.requested_by, approved_by=actor.principal, now=now
    )


def _post(
    asked: Draft | Correction, *, entered_by: str, approved_by: str, now: datetime
) -> EntryId:
    account = ledger.lock_account(participant_id=asked.participant_id, asset=Asset.POINTS)
    draft = EntryDraft(
        participant_id=asked.participant_id,
        asset=Asset.POINTS,
        amount=asked.amount,
        reason=Reason.ADJUSTMENT,
        source_id=asked.id,
        occasion_id=None,
        rule_code="",
        rule_version=0,
        board=BoardKind.NONE,
        node_id=asked.node_id,
        node_path=asked.node_path,
        actor=entered_by,
        occurred_at=now,
        business_date=clock.local_date(now, clock.zone()),
        details={"approved_by": approved_by} if approved_by else {},
    )
    return ledger.post_entry(draft, account=account, now=now)


def _tell_adjusted(correction: Correction, *, now: datetime) -> None:
    balance = books.get_balance(correction.participant_id).balance
    details = {"points": correction.amount, "balance": balance}
    _notify(NoticeKind.POINTS_ADJUSTED, correction, details, now=now)


def _notify(kind: NoticeKind, correction: Correction, details: Details, *, now: datetime) -> None:
    notices.notify(
        participant_id=correction.participant_id,
        kind=kind,
        details=details,
        key=correction.id.hex,
        now=now,
    )


def _audit(
    actor: Actor, action: str, correction: Correction, *, now: datetime, **details: str
) -> None:
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=correction.node_id,
        subject=f"correction:{correction.id.hex}",
        details={
            "participant": correction.participant_id.hex,
            "asset": correction.asset.value,
            "amount": correction.amount,
            **details,
        },
        now=now,
    )
