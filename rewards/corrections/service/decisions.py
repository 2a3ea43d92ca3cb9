"""The second person; and words that are forgotten."""

from datetime import datetime

from rewards.access.rules import authorize
from rewards.access.types import Actor, Verb
from rewards.core.unit import use_case
from rewards.earning.types import Act
from rewards.ledger import operations as ledger
from rewards.ledger.types import Balance, EntryId
from rewards.participants.errors import ParticipantClosedError

from .. import operations, queries, rules
from ..errors import AlreadyDecidedError
from ..types import Correction, CorrectionId, CorrectionKind, CorrectionStatus
from .common import (
    audit,
    post_adjustment,
    post_award,
    post_reversal,
    tell_adjusted,
    tell_awarded,
    tell_reversed,
    today,
)


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
    :raises NothingAwardedError: if the caps of its rule leave nothing by now.
    :raises AlreadyReversedError: if the entry to take back was undone meanwhile.
    """
    correction = queries.get_correction(correction_id)
    authorize(actor, Verb.CORRECT, correction.node_path)
    if note or not approve:
        note = rules.normalize_note(note)
    account = ledger.lock_account(participant_id=correction.participant_id, asset=correction.asset)
    own = operations.lock_own_account(actor)
    rules.check_may_decide(actor, correction, own)
    correction = operations.lock_correction(correction_id)
    wanted = CorrectionStatus.APPLIED if approve else CorrectionStatus.REFUSED
    if correction.status is wanted:
        return correction
    if correction.status is not CorrectionStatus.PENDING:
        raise AlreadyDecidedError(decision=correction.status.value)
    entry_id, outcome = _apply(correction, account, actor, now=now) if approve else (None, 0)
    decided = operations.close_correction(
        correction, actor=actor, own=own, applied_entry_id=entry_id, note=note, now=now
    )
    action = "correction.approved" if approve else "correction.refused"
    audit(actor, action, decided, now=now)
    if approve:
        _tell(decided, outcome, now=now)
    return decided


@use_case
def erase_notes(*, now: datetime) -> int:
    """Erase the reasons about participants who closed their account; return how many."""
    return operations.erase_notes(now=now)


def _tell(decided: Correction, outcome: int, *, now: datetime) -> None:
    if decided.kind is CorrectionKind.AWARD:
        tell_awarded(decided, outcome, now=now)
    elif decided.kind is CorrectionKind.REVERSAL:
        tell_reversed(decided, outcome, now=now)
    else:
        tell_adjusted(decided, now=now)


def _apply(
    correction: Correction, account: Balance, actor: Actor, *, now: datetime
) -> tuple[EntryId, int]:
    if correction.is_closed:
        raise ParticipantClosedError
    if correction.kind is CorrectionKind.REVERSAL:
        return post_reversal(correction, entered_by=correction.requested_by, now=now)
    if correction.kind is CorrectionKind.ADJUSTMENT:
        entry_id = post_adjustment(
            correction,
            account=account,
            entered_by=correction.requested_by,
            approved_by=actor.principal,
            now=now,
        )
        return entry_id, correction.amount
    act = Act(
        codes=(correction.rule_code,),
        node_path=correction.node_path,
        day=today(correction.requested_at),
        amount=correction.amount,
        approved_by=frozenset({correction.requested_by, actor.principal}),
    )
    return post_award(correction, act, account=account, entered_by=correction.requested_by, now=now)
