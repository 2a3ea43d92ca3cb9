"""Points and minutes of one person on days of their own."""

from dataclasses import replace

from rewards.core.unit import use_case
from rewards.ledger.types import Asset, Reason
from rewards.participants import operations as participants
from rewards.participants.types import ConsentChannel
from tests.factories.books import build_draft, post_drafts


def add_points(person, node, amount, *, at, title="环境清洁日", actor="system", **changes):
    """Post points at a moment, which is the day they count for as well."""
    draft = build_draft(person, node, amount=amount, now=at)
    changes = {"details": {"title": title}, "actor": actor, **changes}
    [entry_id] = post_drafts([replace(draft, **changes)], now=at)
    return entry_id


def add_minutes(person, node, minutes, *, day, now, reason=Reason.ATTENDANCE, actor="system"):
    """Post minutes that were served on *day*."""
    draft = build_draft(
        person,
        node,
        amount=minutes,
        now=now,
        day=day,
        asset=Asset.SERVICE_MINUTES,
        reason=reason,
    )
    changes = {"details": {"title": "文明劝导"}, "actor": actor, "rule_code": "SVC_TIME"}
    [entry_id] = post_drafts([replace(draft, **changes)], now=now)
    return entry_id


def close(person, now):
    """Close an account, which forgets whose it was."""
    use_case(participants.close)(
        participant_id=person.id, channel=ConsentChannel.SELF, recorded_by=None, now=now
    )
