"""Pure decisions of the books."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from rewards.core import clock

from .errors import AccountInDebtError, BooksFrozenError, InsufficientPointsError
from .types import DEFAULT_POLICY, Balance, DecidedPolicy, EntryId, LateEntries, Lot

Chainable = str | int | UUID | date | datetime | None

# Somebody has to look at the books first.
FROZEN_RETRY_SECONDS = 600
# Who posts while a decision is being written down may not know of it yet.
NOTICE = timedelta(minutes=10)
GENESIS_HASH = "0" * 64

# What the chain vouches for: pseudonymous fields only, so that erasing a
# person's name and phone leaves every hash valid.
_FIRST_FIELDS = (
    "id",
    "participant_id",
    "asset",
    "amount",
    "reason",
    "rule_code",
    "rule_version",
    "occasion_id",
    "source_id",
    "board",
    "node_path",
    "business_date",
    "occurred_at",
    "posted_at",
)
CHAIN_VERSION = 3
CHAINED_FIELDS: Mapping[int, tuple[str, ...]] = {
    1: _FIRST_FIELDS,
    2: (*_FIRST_FIELDS, "actor", "reverses_id"),
    3: (*_FIRST_FIELDS, "actor", "reverses_id", "team_id", "counted_on"),
}


def check_thawed(account: Balance) -> None:
    """Check that points may come and go.

    :raises BooksFrozenError: if the books are frozen.
    """
    if account.is_frozen:
        raise BooksFrozenError(retry_after_seconds=FROZEN_RETRY_SECONDS)


def check_available(account: Balance, *, required: int) -> None:
    """Check that *required* points of *account* may be set aside or taken.

    :raises AccountInDebtError: if points that were taken back are still owed.
    :raises InsufficientPointsError: if fewer are available.
    """
    if account.debt:
        raise AccountInDebtError(debt=account.debt)
    if account.available < required:
        raise InsufficientPointsError(
            available=account.available,
            required=required,
            missing=required - account.available,
        )


def valid_until(business_date: date) -> date:
    """Return the last day on which points earned on a local day can be used.

    Source: domain defaults 6.3, the end of the calendar year after the one they were earned in.
    """
    return date(business_date.year + 1, 12, 31)


def closes_at(last_day: date, *, decided: Sequence[DecidedPolicy], zone: ZoneInfo) -> datetime:
    """Return when a period is closed, by all that its center *decided*, the oldest first.

    At midnight, so many days after its last one; but what was closed when a
    decision was made stays closed, and no decision closes anything at once.
    """
    closes = _settles_at(last_day, DEFAULT_POLICY.settle_days, zone)
    for each in decided:
        if closes <= each.set_at:
            break
        settled = _settles_at(last_day, each.policy.settle_days, zone)
        closes = max(settled, min(closes, each.set_at + NOTICE))
    return closes


def count_on(day: date, *, decided: Sequence[DecidedPolicy], zone: ZoneInfo, now: datetime) -> date:
    """Return the day whose boards count what belongs to *day* and is posted now.

    Source: `reliability` 6.2 f, what comes after a month is closed counts in the current one.
    """
    if decided and decided[-1].policy.late_entries is LateEntries.ORIGINAL:
        return day
    month_end = clock.month_start(clock.month_start(day) + timedelta(days=31)) - timedelta(days=1)
    is_closed = now >= closes_at(month_end, decided=decided, zone=zone)
    return clock.local_date(now, zone) if is_closed else day


def take_from(
    lots: Iterable[Lot], amount: int, *, first: EntryId | None = None
) -> dict[EntryId, int]:
    """Return how much of each lot to use for *amount* points: the oldest first.

    *first* names a lot to be used before all others. If the lots hold less,
    all of them are used up.
    """
    ordered = sorted(lots, key=lambda lot: (lot.entry_id != first, lot.valid_until, lot.entry_id))
    taken: dict[EntryId, int] = {}
    for lot in ordered:
        part = min(lot.left, amount - sum(taken.values()))
        if part > 0:
            taken[lot.entry_id] = part
    return taken


def expire_from(due: Iterable[Lot], *, held: int) -> dict[EntryId, int]:
    """Return how much of each lot whose day is over expires while *held* points are set aside.

    What is handed over is taken from the oldest lots, so these are what is set aside.
    """
    gone: dict[EntryId, int] = {}
    for lot in sorted(due, key=lambda lot: (lot.valid_until, lot.entry_id)):
        kept = min(lot.left, held)
        held -= kept
        if lot.left > kept:
            gone[lot.entry_id] = lot.left - kept
    return gone


def give_back(uses: Iterable[tuple[Lot, int]], amount: int) -> dict[EntryId, int]:
    """Return how much of *amount* points goes back to each lot they were taken from.

    *uses* says what was taken from which lot. What repays a debt is of no lot,
    so there may be less to give back than was taken: those that hold longest come first.
    """
    ordered = sorted(uses, key=lambda use: (use[0].valid_until, use[0].entry_id), reverse=True)
    given: dict[EntryId, int] = {}
    for lot, used in ordered:
        part = min(used, amount - sum(given.values()))
        if part > 0:
            given[lot.entry_id] = part
    return given


def canonical(fields: Mapping[str, Chainable], *, version: int = CHAIN_VERSION) -> bytes:
    """Return the one text of an entry that the chain is made over.

    :raises KeyError: if a field that this version covers is missing, or there is no such version.
    """
    plain = {name: _plain(fields[name]) for name in CHAINED_FIELDS[version]}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def next_hash(previous: str, entry: bytes) -> str:
    """Return the hash that follows *previous* in the chain, over a canonical *entry*."""
    return hashlib.sha256(previous.encode() + entry).hexdigest()


def _settles_at(last_day: date, settle_days: int, zone: ZoneInfo) -> datetime:
    return clock.day_bounds(last_day + timedelta(days=settle_days), zone)[1]


def _plain(value: Chainable) -> str | int | None:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
