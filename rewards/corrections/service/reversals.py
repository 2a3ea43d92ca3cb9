"""Taking an entry back."""

from datetime import datetime

from rewards.access.rules import authorize
from rewards.access.types import Actor, Verb
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.ledger import operations as ledger
from rewards.ledger import queries as books
from rewards.ledger.types import Asset, EntryId
from rewards.network.types import NodeId
from rewards.notices.types import NoticeKind

from .. import operations, queries, rules
from ..operations import Draft
from ..types import Correction, CorrectionId, CorrectionKind
from .common import audit, notify


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
    audit(actor, "correction.reversed", correction, now=now, entry=entry_id.hex)
    unit = "points" if entry.asset is Asset.POINTS else "minutes"
    notify(
        NoticeKind.ENTRY_REVERSED,
        correction,
        {unit: entry.amount, "day": entry.business_date.isoformat(), "debt": done.debt},
        now=now,
    )
    return correction
