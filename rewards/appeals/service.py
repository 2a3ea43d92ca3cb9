"""Use cases of appeals: made by a participant or for them, answered by the station.

An answer that is late is for the institute above, and then for the center:
`rules.find_level` says whose turn it is, and their lists show it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, ParticipantActor, ParticipantId, Verb
from rewards.core.unit import use_case
from rewards.ledger import queries as ledger
from rewards.ledger.errors import EntryNotFoundError
from rewards.ledger.types import Asset, EntryId
from rewards.network import queries as network
from rewards.notices import operations as notices
from rewards.notices.types import NoticeKind
from rewards.participants import queries as participants

from . import operations, queries, rules
from .errors import (
    AppealCorrectionError,
    AppealNotFoundError,
    AppealSubjectError,
    AppealSubjectNotFoundError,
)
from .types import Appeal, AppealId, Subject

WORDS_KEPT = timedelta(days=365)
BATCH_SIZE = 200


@use_case
def make_appeal(
    *,
    actor: Actor,
    participant_id: ParticipantId,
    entry_id: UUID | None = None,
    check_in_id: UUID | None = None,
    text: str,
    now: datetime,
) -> Appeal:
    """Contest an entry, or an attendance that earned nothing: oneself, or staff for somebody.

    :raises NotAllowedError: if staff may not act for the participant.
    :raises AppealSubjectNotFoundError: if it is not the participant's.
    :raises AppealSubjectError: if the attendance earned points: then its entry is contested.
    :raises AppealTooLateError: if it is more than 15 days old.
    :raises AppealTextError: if the text is too short or too long.
    :raises AppealAlreadyOpenError: if an appeal about it waits already.
    """
    if isinstance(actor, ParticipantActor):
        participant_id = actor.participant_id
    else:
        home = network.get_node(participants.get_participant(participant_id).home_node_id)
        access.authorize(actor, Verb.VIEW_PARTICIPANT, home.path)
    words = rules.normalize_text(text)
    subject = queries.get_subject(entry_id=entry_id, check_in_id=check_in_id)
    if subject.participant_id != participant_id:
        raise AppealSubjectNotFoundError
    if subject.check_in_id is not None and ledger.list_credited([subject.check_in_id]):
        raise AppealSubjectError
    rules.check_in_time(subject, now=now)
    appeal = operations.open_appeal(subject, actor=actor, text=words, now=now)
    _audit(actor, "appeal.made", appeal, now=now)
    return appeal


@use_case
def answer_appeal(
    *,
    actor: Actor,
    appeal_id: AppealId,
    is_upheld: bool,
    answer: str,
    correction_id: UUID | None = None,
    now: datetime,
) -> Appeal:
    """Uphold or reject an appeal, with a sentence that the participant reads.

    :raises NotAllowedError: if the actor may not correct entries there.
    :raises OwnAppealError: if it is about the actor, or about what they entered.
    :raises AppealTextError: if the answer is too short or too long.
    :raises AppealCorrectionError: if the correction named is none of the participant's, or not
        what staff made since the appeal.
    :raises AppealClosedError: if it was answered or withdrawn before.
    """
    appeal = queries.get_appeal(appeal_id)
    access.authorize(actor, Verb.CORRECT, appeal.node_path)
    subject = _subject_of(appeal)
    rules.check_impartial(
        appeal,
        subject,
        principal=actor.principal,
        is_self=access.is_self(actor, appeal.participant_id),
    )
    words = rules.normalize_text(answer)
    points = _check_correction(appeal, correction_id, is_upheld=is_upheld)
    answered = operations.answer_appeal(
        appeal,
        actor=actor,
        is_upheld=is_upheld,
        answer=words,
        correction_id=None if correction_id is None else EntryId(correction_id),
        now=now,
    )
    _audit(actor, "appeal.answered", answered, now=now)
    details: dict[str, int | str | bool] = {
        "day": appeal.day.isoformat(),
        "is_granted": is_upheld,
    }
    notices.notify(
        participant_id=appeal.participant_id,
        kind=NoticeKind.APPEAL_ANSWERED,
        details=details | ({"points": points} if points else {}),
        key=appeal.id.hex,
        now=now,
    )
    return answered


@use_case
def withdraw_appeal(*, actor: ParticipantActor, appeal_id: AppealId, now: datetime) -> Appeal:
    """Take an appeal back before it is answered; staff answer instead, and say why.

    :raises AppealNotFoundError: if it is another participant's.
    :raises AppealClosedError: if it was answered or withdrawn before.
    """
    appeal = queries.get_appeal(appeal_id)
    if appeal.participant_id != actor.participant_id:
        raise AppealNotFoundError
    return operations.withdraw_appeal(appeal, now=now)


@use_case
def forget_texts(*, now: datetime, limit: int = BATCH_SIZE) -> int:
    """Delete the words of appeals closed a year ago, or of closed accounts; return of how many.

    Some at a time: the next run goes on with the rest. That there was an
    appeal, when, and its outcome stay.
    """
    wordy = queries.list_wordy(closed_before=now - WORDS_KEPT, limit=limit)
    return operations.forget_texts(wordy)


def _subject_of(appeal: Appeal) -> Subject:
    # What was contested may have been put right since: that is what an answer tells.
    return queries.get_subject(
        entry_id=appeal.entry_id, check_in_id=appeal.check_in_id, with_undone=True
    )


def _check_correction(appeal: Appeal, correction_id: UUID | None, *, is_upheld: bool) -> int:
    """Return the points that a correction gave back, 0 without one."""
    if correction_id is None:
        return 0
    try:
        made = ledger.get_entry(EntryId(correction_id))
    except EntryNotFoundError as error:
        raise AppealCorrectionError from error
    is_theirs = made.participant_id == appeal.participant_id
    # What was there before the appeal, or came by itself, gave nothing back for it.
    is_answer = made.is_entered and made.posted_at >= appeal.made_at
    if not (is_theirs and is_answer and is_upheld) or correction_id == appeal.entry_id:
        raise AppealCorrectionError
    return max(made.amount, 0) if made.asset is Asset.POINTS else 0


def _audit(actor: Actor, action: str, appeal: Appeal, *, now: datetime) -> None:
    # What people say about their own points is in the appeal; the audit is of staff.
    if isinstance(actor, ParticipantActor):
        return
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=appeal.node_id,
        subject=f"appeal:{appeal.id.hex}",
        details={
            "participant": appeal.participant_id.hex,
            "state": appeal.state.value,
            "correction": None if appeal.correction_id is None else appeal.correction_id.hex,
        },
        now=now,
    )
