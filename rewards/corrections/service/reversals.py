"""Taking an entry back."""

from datetime import datetime

from rewards.access.rules import authorize
from rewards.access.types import Actor, ParticipantId, Verb
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.ledger import operations as ledger
from rewards.ledger import queries as books
from rewards.ledger.types import Asset, Entry, EntryId
from rewards.network.types import NodeId

from .. import operations, queries, rules, store
from ..operations import Draft
from ..types import Correction, CorrectionId, CorrectionKind
from .common import audit, check_daily, left_alone, post_reversal, tell_reversed


@use_case
def reverse(
    *, actor: Actor, entry_id: EntryId, note: str, is_whole: bool = False, now: datetime
) -> Correction:
    """Take an entry back, once; asking again answers with what was done the first time.

    *is_whole* takes back what else the same act gave as well: minutes with points, points with
    minutes.

    Points that were spent since are owed, and nothing can be redeemed until they are repaid.
    To take back what took points gives some: that is bounded as any giving by hand, and waits
    for a second person above what one may give alone.

    :raises EntryNotFoundError: if there is no such entry.
    :raises NotAllowedError: if the actor may not correct the books where it was earned.
    :raises NoteRequiredError: if no reason is given.
    :raises OwnAccountError: if it is an entry of the actor's own account.
    :raises SpendingNotReversibleError: if the points were spent on a reward.
    :raises NotReversibleError: if it is itself a reversal, a refund or an expiry.
    :raises AlreadyReversedError: if it was reversed, but not by hand.
    :raises DailyLimitError: if it gives points, and the actor has given as much today as one may.
    """
    entry = books.get_entry(entry_id)
    authorize(actor, Verb.CORRECT, entry.node_path)
    note = rules.normalize_note(note)
    rules.check_reversible(entry)
    rest = books.list_rest(entry) if is_whole else ()
    # Points before minutes, as whoever credits them does.
    parts = sorted((entry, *rest), key=lambda part: part.asset is not Asset.POINTS)
    for asset in dict.fromkeys(part.asset for part in parts):
        ledger.lock_account(participant_id=entry.participant_id, asset=asset)
    own = operations.lock_own_account(actor)
    rules.check_not_own(own, entry.participant_id)
    done = {part.id: _take_back(part, actor=actor, own=own, note=note, now=now) for part in parts}
    return done[entry.id]


def _take_back(
    entry: Entry, *, actor: Actor, own: ParticipantId | None, note: str, now: datetime
) -> Correction:
    first = queries.find_reversal(entry.id)
    if first is not None:
        return first
    draft = _build_draft(entry, actor=actor, note=note, now=now)
    check_daily(actor, draft.amount, now=now)
    applied_id, debt = None, 0
    if draft.amount < 0 or not rules.needs_second(draft.amount, alone_max=draft.alone_max):
        applied_id, debt = post_reversal(draft, entered_by=actor.principal, now=now)
    correction = operations.open_correction(
        draft, actor=actor, own=own, applied_entry_id=applied_id, now=now
    )
    action = "correction.reversed" if applied_id else "correction.requested"
    audit(actor, action, correction, now=now, entry=entry.id.hex)
    if applied_id:
        tell_reversed(correction, debt, now=now)
    return correction


def _build_draft(entry: Entry, *, actor: Actor, note: str, now: datetime) -> Draft:
    alone = store.limits().alone
    if entry.amount < 0:
        alone = left_alone(actor, entry.participant_id, -entry.amount, limit=alone, now=now)
    return Draft(
        id=CorrectionId(new_id()),
        kind=CorrectionKind.REVERSAL,
        participant_id=entry.participant_id,
        node_id=NodeId(entry.node_id),
        node_path=entry.node_path,
        asset=entry.asset,
        amount=-entry.amount,
        note=note,
        entry_id=entry.id,
        alone_max=alone,
    )
