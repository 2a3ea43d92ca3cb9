"""Words of notices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rewards.access.types import ParticipantId

NoticeId = NewType("NoticeId", UUID)


class NoticeKind(StrEnum):
    """What a notice is about, and which details it has.

    Optional ones are in brackets. Points and minutes are whole numbers, days
    are ISO dates, `entry` is the id of the line in the history, the rest are
    codes: a notice holds no name and no free text.
    """

    # points (below zero: taken), balance, [entry]
    POINTS_ADJUSTED = "points_adjusted"
    # code of the rule, points, [entry]
    POINTS_AWARDED = "points_awarded"
    # day, points or minutes (what was taken), [debt], [entry]
    ENTRY_REVERSED = "entry_reversed"
    # points, day (the last on which they count), days (60, 30 or 7)
    POINTS_EXPIRING = "points_expiring"
    # day (of the entry), is_granted, [points]
    APPEAL_ANSWERED = "appeal_answered"
    # day, minutes
    BACKFILL_APPROVED = "backfill_approved"
    # day, minutes
    BACKFILL_REFUSED = "backfill_refused"
    # day, minutes
    HOURS_CONFIRMED = "hours_confirmed"
    # day
    HOURS_DECLINED = "hours_declined"
    # day, minutes, points (what counts now)
    HOURS_CORRECTED = "hours_corrected"
    # Those of sign-ups name the occasion: its id.
    # occasion
    SIGN_UP_MOVED_UP = "sign_up_moved_up"
    # occasion
    SIGN_UP_RELEASED = "sign_up_released"
    # occasion
    SIGN_UP_OCCASION_CANCELLED = "sign_up_occasion_cancelled"
    # occasion, starts_at (the new one)
    SIGN_UP_TIME_CHANGED = "sign_up_time_changed"
    # occasion
    SIGN_UP_PLACE_CHANGED = "sign_up_place_changed"
    # occasion, starts_at, stage (1: a day before, 2: two hours before)
    SIGN_UP_REMINDER = "sign_up_reminder"
    # day (from which on one can sign up again), missed
    SIGN_UP_PAUSED = "sign_up_paused"
    # Those of rewards name the redemption: its id.
    # redemption, expires_at, [is_moved: put off, or the slot is free again]
    REDEMPTION_DUE = "redemption_due"
    # redemption, points (that came back)
    REDEMPTION_EXPIRED = "redemption_expired"
    # redemption, points (set aside by staff for them)
    REDEMPTION_RESERVED = "redemption_reserved"
    # redemption, points, by: proxy, slip or owner, is_shown (that they came), entry
    REDEMPTION_COLLECTED = "redemption_collected"
    # redemption, points (that came back)
    REDEMPTION_CANCELLED = "redemption_cancelled"
    # redemption, expires_at, [starts_at: of the slot]
    REDEMPTION_CHANGED = "redemption_changed"
    # redemption, points (that came back; 0: it was replaced), quantity
    REDEMPTION_RETURNED = "redemption_returned"


Details = Mapping[str, int | str | bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a participant is told; `read_at` None: not yet read."""

    id: NoticeId
    kind: NoticeKind
    details: Details
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """How far the reminders of one day have come; `after` is the last participant reminded."""

    after: ParticipantId | None
    is_finished: bool
