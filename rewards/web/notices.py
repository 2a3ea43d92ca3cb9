"""Notices as sentences, with the names of what they are about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.notices.types import Notice, NoticeKind
from rewards.redemptions import queries as redemptions
from rewards.redemptions.types import Redemption, RedemptionId, ReturnKind

from . import sentences
from .sentences import Sentence


def explain_all(notices: Sequence[Notice]) -> list[Sentence]:
    """Return what each of *notices* tells."""
    wanted = {notice.id: find_occasion_id(notice) for notice in notices}
    occasions = activities.list_by_ids([each for each in wanted.values() if each is not None])
    goods = redemptions.list_by_ids(
        [each for each in map(find_redemption_id, notices) if each is not None]
    )
    told = []
    for notice in _tell_last_moments(notices, goods):
        occasion_id = wanted[notice.id]
        occasion = None if occasion_id is None else occasions.get(occasion_id)
        redemption_id = find_redemption_id(notice)
        redemption = None if redemption_id is None else goods.get(redemption_id)
        told.append(sentences.explain_notice(notice, occasion=occasion, redemption=redemption))
    return told


def list_spent(notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """Return those of *notices* that tell of points that were spent at a desk and stayed so."""
    uses = {
        redemption_id: each
        for each in notices
        if each.kind is NoticeKind.REDEMPTION_COLLECTED
        and (redemption_id := find_redemption_id(each)) is not None
    }
    returns = redemptions.list_returns(list(uses))
    return tuple(
        each
        for redemption_id, each in uses.items()
        if (back := returns.get(redemption_id)) is None or back.kind is ReturnKind.REPLACED
    )


def find_occasion_id(notice: Notice) -> OccasionId | None:
    """Return which occasion *notice* is about, if it is about one."""
    # A notice keeps no titles; the occasion may have got another one since.
    text = notice.details.get("occasion")
    return None if text is None else OccasionId(UUID(hex=str(text)))


def find_redemption_id(notice: Notice) -> RedemptionId | None:
    """Return which redemption *notice* is about, if it is about one."""
    text = notice.details.get("redemption")
    return None if text is None else RedemptionId(UUID(hex=str(text)))


def _tell_last_moments(
    notices: Sequence[Notice], goods: Mapping[RedemptionId, Redemption]
) -> list[Notice]:
    """Return *notices* with when the desk closes for the last time in place of a deadline."""
    kept = {}
    for notice in notices:
        redemption_id = find_redemption_id(notice)
        deadline = notice.details.get("expires_at")
        if deadline is not None and redemption_id is not None and redemption_id in goods:
            moment = datetime.fromisoformat(str(deadline))
            kept[notice.id] = goods[redemption_id].space_id, moment
    latest = redemptions.list_last_moments(kept.values())
    return [
        replace(each, details={**each.details, "expires_at": latest[kept[each.id]].isoformat()})
        if each.id in kept
        else each
        for each in notices
    ]
