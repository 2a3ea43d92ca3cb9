"""A long history of invented people, written past the use cases because those take hours for it.

Every row is one that the use cases would have left: the chain, the balances,
the seats and the shelves agree, so that the check of the books finds nothing.
"""

import hashlib
import random
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import Role
from rewards.activities.types import OccasionKind, OccasionStatus
from rewards.checkins.types import AttendanceState, CheckInChannel
from rewards.core import clock
from rewards.core.db import Base, db
from rewards.core.ids import first_id
from rewards.core.unit import use_case
from rewards.ledger import rules
from rewards.ledger.types import SYSTEM_ACCOUNTS, AccountKind, Asset, BoardKind, HoldStatus, Reason
from rewards.network.types import Node
from rewards.redemptions.types import RedemptionStatus
from rewards.stock.types import MovementKind, Reward

from .world import Person

POINTS = 5
PRICE = 50
DAYS_BETWEEN = 6
# Of these many attendances, staff entered one.
ENTERED_EACH = 20
REDEEMED_EACH = 20
OCCASIONS_A_DAY = 10
STAFF_ID = UUID("00000000-0000-7000-8000-000000000001")
STAFF = f"staff:{STAFF_ID.hex}"
HEAD = 1
CODE_FIRST = 10_000_000

Rows = dict[str, list[dict[str, Any]]]


@dataclass(slots=True)
class History:
    """What has been written so far: the end of the chain, and what everybody has and did."""

    station: Node
    people: list[Person]
    rewards: list[Reward]
    seq: int = 0
    hash: str = rules.GENESIS_HASH
    balances: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    earned: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    visits: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    lots: dict[UUID, deque[UUID]] = field(default_factory=lambda: defaultdict(deque))
    # Ids of a moment differ by what is drawn here.
    draws: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311


def write(
    history: History, *, last_day: date, entries: int, on_day: Callable[[int], object]
) -> None:
    """Write days up to *last_day* until there are at least *entries*, the oldest first."""
    _add_staff(history)
    days = entries * DAYS_BETWEEN // len(history.people) + 1
    for back in range(days - 1, -1, -1):
        _write_day(history, last_day - timedelta(days=back))
        on_day(history.seq)
    _settle(history)


def write_more(history: History, day: date) -> None:
    """Write one more day, and bring the accounts up to it."""
    _write_day(history, day)
    _settle(history)


def _write_day(history: History, day: date) -> None:
    rows: Rows = defaultdict(list)
    start = datetime.combine(day, time(9), tzinfo=clock.zone()).astimezone(UTC)
    coming = history.people[day.toordinal() % DAYS_BETWEEN :: DAYS_BETWEEN]
    occasions = [_add_occasion(history, rows, start, place) for place in range(OCCASIONS_A_DAY)]
    for place, person in enumerate(coming):
        _attend(history, rows, person, occasions[place % OCCASIONS_A_DAY], start)
        history.visits[person.id] += 1
        # Not all on the same days, and nobody before there are points for it.
        if (history.visits[person.id] + place) % REDEEMED_EACH == 0 and history.balances[
            person.account_id
        ] >= PRICE:
            _redeem(history, rows, person, start + timedelta(hours=3))
    for each in occasions:
        people = sum(1 for row in rows["check_ins"] if row["occasion_id"] == each["id"])
        if each["capacity"]:
            rows["occasion_seats"].append(
                {"occasion_id": each["id"], "capacity": each["capacity"], "taken": people}
            )
    _insert(history, rows)


def _attend(
    history: History, rows: Rows, person: Person, occasion: dict[str, Any], at: datetime
) -> None:
    check_in_id = _id_at(history, at)
    is_entered = history.draws.randrange(ENTERED_EACH) == 0
    actor = STAFF if is_entered else f"participant:{person.id.hex}"
    rows["check_ins"].append(
        {
            "id": check_in_id,
            "occasion_id": occasion["id"],
            "participant_id": person.id,
            "checked_in_at": at,
            "channel": CheckInChannel.STAFF if is_entered else CheckInChannel.DISPLAY_CODE,
            "recorded_by": actor,
            "recorded_at": at,
            "state": AttendanceState.COUNTED,
            "note": "",
            "awards": [{"rule": "ACT_JOIN", "points": POINTS}],
        }
    )
    if is_entered:
        _audit(history, rows, "check_in.entered", f"check_in:{check_in_id.hex}", at)
    _post(
        history,
        rows,
        person,
        POINTS,
        {
            "reason": Reason.ATTENDANCE,
            "source_id": check_in_id,
            "occasion_id": occasion["id"],
            "rule_code": "ACT_JOIN",
            "rule_version": 1,
            "board": BoardKind.STUDY,
            "actor": actor,
            "occurred_at": at,
            "details": {"title": occasion["title"]},
        },
    )


def _redeem(history: History, rows: Rows, person: Person, at: datetime) -> None:
    redemption_id, hold_id = _id_at(history, at), _id_at(history, at)
    reward = history.rewards[history.draws.randrange(len(history.rewards))]
    rows["ledger_holds"].append(
        {
            "id": hold_id,
            "account_id": person.account_id,
            "amount": PRICE,
            "status": HoldStatus.CAPTURED,
            "source_id": redemption_id,
            "placed_at": at,
            "closed_at": at,
        }
    )
    rows["redemptions"].append(
        {
            "id": redemption_id,
            "participant_id": person.id,
            "space_id": reward.space_id,
            "reward_id": reward.id,
            "quantity": 1,
            "points": PRICE,
            "status": RedemptionStatus.FULFILLED,
            "code": str(CODE_FIRST + history.seq),
            "hold_id": hold_id,
            "reserved_at": at,
            "expires_at": at + timedelta(days=7),
            "closed_at": at,
            "closed_by": STAFF,
        }
    )
    rows["stock_movements"] += [
        {
            "reward_id": reward.id,
            "kind": kind,
            "quantity": 1,
            "redemption_id": redemption_id,
            "actor": STAFF,
            "note": "",
            "moved_at": at,
        }
        for kind in (MovementKind.RESERVE, MovementKind.FULFIL)
    ]
    _audit(history, rows, "redemption.fulfilled", f"redemption:{redemption_id.hex}", at)
    _post(
        history,
        rows,
        person,
        -PRICE,
        {
            "reason": Reason.REDEMPTION,
            "source_id": redemption_id,
            "occasion_id": None,
            "rule_code": "",
            "rule_version": 0,
            "board": BoardKind.NONE,
            "actor": STAFF,
            "occurred_at": at,
            "details": {},
        },
    )


def _post(history: History, rows: Rows, person: Person, amount: int, about: dict[str, Any]) -> None:
    at = about["occurred_at"]
    entry = {
        "id": _id_at(history, at),
        "participant_id": person.id,
        "asset": Asset.POINTS,
        "amount": amount,
        "node_id": history.station.id,
        "node_path": history.station.path,
        "posted_at": at,
        "business_date": clock.local_date(at, clock.zone()),
        "reverses_id": None,
        **about,
    }
    kind = AccountKind.ISSUED if amount > 0 else AccountKind.REDEEMED
    rows["ledger_entries"].append(entry)
    rows["ledger_postings"] += [
        {"entry_id": entry["id"], "account_id": person.account_id, "amount": amount},
        {
            "entry_id": entry["id"],
            "account_id": SYSTEM_ACCOUNTS[kind, Asset.POINTS],
            "amount": -amount,
        },
    ]
    history.seq += 1
    history.hash = rules.next_hash(history.hash, rules.canonical(entry))
    rows["ledger_seals"].append(
        {
            "seq": history.seq,
            "entry_id": entry["id"],
            "hash": history.hash,
            "version": rules.CHAIN_VERSION,
        }
    )
    _move_lots(history, rows, person, entry)
    history.balances[person.account_id] += amount
    history.earned[person.account_id] += max(amount, 0)


def _move_lots(history: History, rows: Rows, person: Person, entry: dict[str, Any]) -> None:
    lots = history.lots[person.account_id]
    if entry["amount"] > 0:
        lots.append(entry["id"])
        rows["ledger_lots"].append(
            {
                "entry_id": entry["id"],
                "account_id": person.account_id,
                "amount": POINTS,
                "remaining": POINTS,
                "valid_until": rules.valid_until(entry["business_date"]),
            }
        )
        return
    # A price is that of so many whole lots.
    rows["ledger_lot_uses"] += [
        {"lot_id": lots.popleft(), "entry_id": entry["id"], "amount": POINTS}
        for _ in range(PRICE // POINTS)
    ]


def _add_occasion(history: History, rows: Rows, start: datetime, place: int) -> dict[str, Any]:
    occasion_id = _id_at(history, start)
    occasion = {
        "id": occasion_id,
        "kind": OccasionKind.ACTIVITY,
        "title": "环境清洁日",
        "node_id": history.station.id,
        "node_path": history.station.path,
        "place": "",
        "team": "",
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "opens_at": start - timedelta(minutes=30),
        "closes_at": start + timedelta(hours=2),
        "capacity": len(history.people) if place % 2 else None,
        "requires_check_out": False,
        "rule_code": "ACT_JOIN",
        "status": OccasionStatus.SCHEDULED,
        "code_label": occasion_id.hex[-16:],
        "code_key": hashlib.sha256(occasion_id.bytes).digest(),
        "created_by": STAFF,
        "created_at": start - timedelta(days=1),
    }
    rows["occasions"].append(occasion)
    return occasion


def _audit(history: History, rows: Rows, action: str, subject: str, at: datetime) -> None:
    rows["audit_records"].append(
        {
            "principal": STAFF,
            "action": action,
            "node_id": history.station.id,
            "subject": subject,
            "details": {},
            "at": at,
        }
    )


def _id_at(history: History, at: datetime) -> UUID:
    value = first_id(at).int | history.draws.getrandbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


@use_case
def _add_staff(history: History) -> None:
    connection = db.session.connection()
    tables = Base.metadata.tables
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    connection.execute(
        sa.insert(tables["staff"]).values(
            id=STAFF_ID,
            name="zhengtao",
            password_hash="",
            totp_secret_sealed="",
            totp_step=0,
            failures=0,
            created_at=long_ago,
        )
    )
    connection.execute(
        sa.insert(tables["role_grants"]).values(
            id=STAFF_ID,
            staff_id=STAFF_ID,
            role=Role.STATION_ADMIN,
            node_id=history.station.id,
            node_path=history.station.path,
            granted_at=long_ago,
        )
    )


@use_case
def _insert(history: History, rows: Rows) -> None:
    connection = db.session.connection()
    for table in Base.metadata.sorted_tables:
        if rows.get(table.name):
            connection.execute(sa.insert(table), rows[table.name])
    _move_head(connection, history)


@use_case
def _settle(history: History) -> None:
    connection = db.session.connection()
    accounts = Base.metadata.tables["ledger_accounts"]
    sums = [
        {"key": key, "new_balance": balance, "new_earned": history.earned[key]}
        for key, balance in history.balances.items()
    ]
    connection.execute(
        sa.update(accounts)
        .where(accounts.c.id == sa.bindparam("key"))
        .values(balance=sa.bindparam("new_balance"), earned=sa.bindparam("new_earned")),
        sums,
    )
    lots, uses = (Base.metadata.tables[name] for name in ("ledger_lots", "ledger_lot_uses"))
    used = sa.select(uses.c.lot_id)
    connection.execute(sa.update(lots).where(lots.c.entry_id.in_(used)).values(remaining=0))
    levels = Base.metadata.tables["stock_levels"]
    movements = Base.metadata.tables["stock_movements"]
    signs = {MovementKind.RECEIVE: 1, MovementKind.FULFIL: -1}
    on_hand = (
        sa.select(
            sa.func.sum(sa.case(signs, value=movements.c.kind, else_=0) * movements.c.quantity)
        )
        .where(movements.c.reward_id == levels.c.reward_id)
        .scalar_subquery()
    )
    connection.execute(sa.update(levels).values(on_hand=on_hand))


def _move_head(connection: sa.Connection, history: History) -> None:
    head = Base.metadata.tables["ledger_seal_head"]
    values = {"seq": history.seq, "hash": history.hash}
    if not connection.execute(sa.update(head).values(values)).rowcount:
        connection.execute(sa.insert(head).values(id=HEAD, **values))
