"""Notices as sentences, with the names of what they are about."""

from collections.abc import Sequence
from uuid import UUID

from rewards.activities import queries as activities
from rewards.activities.types import OccasionId
from rewards.notices.types import Notice
from rewards.redemptions import queries as redemptions
from rewards.redemptions.types import RedemptionId

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
    for notice in notices:
        occasion_id = wanted[notice.id]
        occasion = None if occasion_id is None else occasions.get(occasion_id)
        redemption_id = find_redemption_id(notice)
        redemption = None if redemption_id is None else goods.get(redemption_id)
        told.append(sentences.explain_notice(notice, occasion=occasion, redemption=redemption))
    return told


def find_occasion_id(notice: Notice) -> OccasionId | None:
    """Return which occasion *notice* is about, if it is about one."""
    # A notice keeps no titles; the occasion may have got another one since.
    text = notice.details.get("occasion")
    return None if text is None else OccasionId(UUID(hex=str(text)))


def find_redemption_id(notice: Notice) -> RedemptionId | None:
    """Return which redemption *notice* is about, if it is about one."""
    text = notice.details.get("redemption")
    return None if text is None else RedemptionId(UUID(hex=str(text)))
