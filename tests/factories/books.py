"""Entries in the books without the acts that earn them."""

from datetime import timedelta

from rewards.access.types import SystemActor
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset, BoardKind, EntryDraft, Reason

SYSTEM = SystemActor()


def build_draft(participant, node, *, amount=10, now, day=None, **details):
    """Return an entry of *participant* at *node*; positive amounts are earned, others spent."""
    return EntryDraft(
        participant_id=participant.id,
        asset=details.pop("asset", Asset.POINTS),
        amount=amount,
        reason=details.pop("reason", Reason.ATTENDANCE if amount > 0 else Reason.REDEMPTION),
        source_id=new_id(),
        occasion_id=None,
        rule_code="ACT_JOIN",
        rule_version=1,
        board=details.pop("board", BoardKind.NONE),
        node_id=node.id,
        node_path=node.path,
        actor="system",
        occurred_at=now,
        business_date=day or (now + timedelta(hours=8)).date(),
        details={},
        **details,
    )


@use_case
def post_drafts(drafts, *, now):
    """Post *drafts* in one unit, the accounts locked in the order of their owners."""
    posted = []
    for draft in sorted(drafts, key=lambda each: each.participant_id):
        account = ledger.lock_account(participant_id=draft.participant_id, asset=draft.asset)
        posted.append(ledger.post_entry(draft, account=account, now=now))
    return posted


def post(participant, node, *, amount=10, now, **details):
    draft = build_draft(participant, node, amount=amount, now=now, **details)
    return post_drafts([draft], now=now)[0]


@use_case
def reverse(entry_id, *, now, actor=SYSTEM):
    return ledger.reverse_entry(entry_id=entry_id, source_id=new_id(), actor=actor, now=now)


@use_case
def hold(participant, amount, *, now):
    return ledger.place_hold(
        participant_id=participant.id, amount=amount, source_id=new_id(), now=now
    )


@use_case
def split(participant, hold_id, amount, *, now):
    return ledger.split_hold(
        hold_id=hold_id,
        participant_id=participant.id,
        amount=amount,
        source_id=new_id(),
        now=now,
    )


@use_case
def release(participant, hold_id, *, now):
    ledger.release_hold(hold_id=hold_id, participant_id=participant.id, now=now)


@use_case
def capture(participant, node, hold_id, amount, *, now):
    draft = build_draft(participant, node, amount=-amount, now=now)
    return ledger.capture_hold(hold_id=hold_id, draft=draft, now=now)
