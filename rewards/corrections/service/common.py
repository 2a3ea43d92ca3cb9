"""What the use cases of corrections share: who and where, posting, telling, the audit."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from rewards.access import operations as audit_trail
from rewards.access.rules import authorize
from rewards.access.types import Actor, ParticipantId, StaffActor, StaffId, SystemActor, Verb
from rewards.core import clock
from rewards.earning import operations as earning
from rewards.earning.types import Act
from rewards.ledger import operations as ledger
from rewards.ledger import queries as books
from rewards.ledger.types import Asset, Balance, BoardKind, EntryDraft, EntryId, Reason
from rewards.network import queries as network
from rewards.network.types import Node, NodeId
from rewards.notices import operations as notices
from rewards.notices.types import NoticeKind
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantClosedError

from .. import operations, queries, rules, store
from ..operations import Draft
from ..types import Correction, CorrectionKind

_STAFF = "staff:"


def get_place(actor: Actor, node_id: NodeId) -> Node:
    """Return an open node at which *actor* may correct the books.

    :raises NodeNotFoundError: if there is no such node.
    :raises NotAllowedError: if the actor may not correct the books there.
    :raises NodeClosedError: if the node is closed.
    """
    authorize(actor, Verb.CORRECT, network.get_node(node_id).path)
    return network.get_open_node(node_id)


def get_open(participant_id: ParticipantId, node_path: str) -> ParticipantId:
    """Return a participant of the center of a node whose account is open.

    :raises ParticipantNotFoundError: if there is none.
    :raises ParticipantClosedError: if the account is closed.
    """
    participant = participants.get_local_participant(participant_id, node_path=node_path)
    if participant.closed_at is not None:
        raise ParticipantClosedError
    return participant.id


def lock(actor: Actor, participant_id: ParticipantId) -> tuple[Balance, ParticipantId | None]:
    """Hold the participant's points and the staff account; return those and who the staff are.

    :raises OwnAccountError: if the points are of the actor's own account.
    """
    account = ledger.lock_account(participant_id=participant_id, asset=Asset.POINTS)
    own = operations.lock_own_account(actor)
    rules.check_not_own(own, participant_id)
    return account, own


def check_daily(actor: Actor, points: int, *, now: datetime) -> None:
    """Check that *actor* may give so many points more by hand today.

    :raises DailyLimitError: if that is too much.
    """
    given = queries.sum_given(principal=actor.principal, day=today(now))
    rules.check_daily(points, given=given, limits=store.limits())


def left_alone(
    actor: Actor, participant_id: ParticipantId, points: int, *, limit: int, now: datetime
) -> int:
    """Return how much of *limit* is left of what *actor* may move alone for a participant today.

    Or many small amounts would come to a large one that nobody else saw.
    """
    moved = queries.sum_alone(
        principal=actor.principal,
        participant_id=participant_id,
        day=today(now),
        is_taken=points < 0,
    )
    return rules.left_alone(limit, moved=moved)


def today(now: datetime) -> date:
    """Return the local day."""
    return clock.local_date(now, clock.zone())


def post_adjustment(
    asked: Draft | Correction,
    *,
    account: Balance,
    entered_by: str,
    approved_by: str,
    now: datetime,
) -> EntryId:
    """Post the points of an adjustment; who entered it is told by the entry itself."""
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
        business_date=today(now),
        details={"approved_by": approved_by} if approved_by else {},
    )
    return ledger.post_entry(draft, account=account, now=now)


def post_reversal(
    asked: Draft | Correction, *, entered_by: str, now: datetime
) -> tuple[EntryId, int]:
    """Undo the entry of a reversal; return what came of it, and what the participant owes now.

    :raises AlreadyReversedError: if the entry was undone before.
    """
    assert asked.entry_id is not None
    done = ledger.reverse_entry(
        entry_id=asked.entry_id, source_id=asked.id, actor=_actor_of(entered_by), now=now
    )
    return done.entry_id, done.debt


def post_award(
    asked: Draft | Correction, act: Act, *, account: Balance, entered_by: str, now: datetime
) -> tuple[EntryId, int]:
    """Credit an act by its rule; return the entry, and how many points the caps left.

    :raises UnknownRuleError: if the rule is not in force.
    :raises AmountOutOfRangeError: if the rule does not give so much, or so little.
    :raises NothingAwardedError: if it gives nothing.
    """
    credit = earning.credit_act(
        participant_id=asked.participant_id,
        act=act,
        source_id=asked.id,
        node_id=asked.node_id,
        title="",
        account=account,
        actor=_actor_of(entered_by),
        occurred_at=now,
        now=now,
    )
    rules.check_given(credit.awards)
    entry_id = books.find_by_source(asked.id)
    assert entry_id is not None
    return entry_id, credit.points


def tell_adjusted(correction: Correction, *, now: datetime) -> None:
    """Tell the participant of points by hand, and what they have now."""
    balance = books.get_balance(correction.participant_id).balance
    details = {"points": correction.amount, "balance": balance}
    notify(NoticeKind.POINTS_ADJUSTED, correction, details, now=now)


def tell_reversed(correction: Correction, debt: int, *, now: datetime) -> None:
    """Tell the participant what was undone, and what they owe after it."""
    assert correction.entry_id is not None
    entry = books.get_entry(correction.entry_id)
    unit = "points" if entry.asset is Asset.POINTS else "minutes"
    notify(
        NoticeKind.ENTRY_REVERSED,
        correction,
        {unit: entry.amount, "day": entry.business_date.isoformat(), "debt": debt},
        now=now,
    )


def tell_awarded(correction: Correction, points: int, *, now: datetime) -> None:
    """Tell the participant of points by a rule."""
    details: dict[str, int | str | bool] = {"rule": correction.rule_code, "points": points}
    notify(NoticeKind.POINTS_AWARDED, correction, details, now=now)


def notify(
    kind: NoticeKind,
    correction: Correction,
    details: Mapping[str, int | str | bool],
    *,
    now: datetime,
) -> None:
    """Tell the participant what was posted, once; where they find why it was."""
    notices.notify(
        participant_id=correction.participant_id,
        kind=kind,
        details={**details, "entry": str(correction.applied_entry_id)},
        key=correction.id.hex,
        now=now,
    )


def audit(
    actor: Actor, action: str, correction: Correction, *, now: datetime, **details: str
) -> None:
    """Write down who did what to whom, without the reason: nobody could erase it."""
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=correction.node_id,
        subject=f"correction:{correction.id.hex}",
        details={
            "participant": correction.participant_id.hex,
            "asset": correction.asset.value,
            "amount": correction.amount,
            **({"rule": correction.rule_code} if correction.kind is CorrectionKind.AWARD else {}),
            **details,
        },
        now=now,
    )


def _actor_of(principal: str) -> Actor:
    # Whoever asked signs the entry, also when somebody else approves it.
    if not principal.startswith(_STAFF):
        return SystemActor()
    staff_id = StaffId(UUID(principal.removeprefix(_STAFF)))
    return StaffActor(staff_id=staff_id, name="", grants=())
