"""The invented people and places that a run asks about."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import ParticipantActor, ParticipantId, SystemActor
from rewards.activities import service as activities
from rewards.activities.types import Occasion, OccasionKind
from rewards.core import clock, secrecy
from rewards.core.db import Base, db
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.ledger import operations as ledger
from rewards.ledger.types import AccountKind, Asset, BoardKind, EntryDraft, Reason
from rewards.network import queries as network_queries
from rewards.network import service as network
from rewards.network.types import Level, Node
from rewards.stock import service as stock
from rewards.stock.types import MovementKind, Reward

SYSTEM = SystemActor()
BATCH = 500
# Numbers of eight digits, of which the demo district takes none so high.
NUMBER_FIRST = 20_000_000
POINTS_LEAST = 400
POINTS_SPREAD = 997
PRICE = 1
STOCK_PIECES = 100_000


class NotEmptyError(Exception):
    """The database holds somebody's data."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented, with a token to ask with and an account for points."""

    id: ParticipantId
    account_id: UUID
    token: bytes

    @property
    def actor(self) -> ParticipantActor:
        """Return the person as whoever asks."""
        return ParticipantActor(participant_id=self.id)


def check_empty() -> None:
    """Require a database without a network.

    :raises NotEmptyError: if there is one.
    """
    if network_queries.list_centers():
        raise NotEmptyError("The database is not empty: a run fills it with invented people.")
    db.session.rollback()


def add_station(name: str, now: datetime) -> Node:
    """Add a station with an institute and a center of its own above it."""
    parent: Node | None = None
    for level in (Level.CENTER, Level.INSTITUTE, Level.STATION):
        parent = network.create_node(
            actor=SYSTEM,
            level=level,
            name=f"{name}{level.value}",
            parent_id=None if parent is None else parent.id,
            now=now,
        )
    assert parent is not None
    return parent


def add_people(station: Node, count: int, *, number_from: int, now: datetime) -> list[Person]:
    """Add people who have been here before: each has a token and an account, still empty."""
    sealed_name = secrecy.vault().encrypt("王建英")
    people = [
        Person(ParticipantId(new_id()), new_id(), secrets.token_urlsafe(32).encode())
        for _ in range(count)
    ]
    insert_rows(
        "participants",
        [
            {
                "id": person.id,
                "number": str(NUMBER_FIRST + number_from + place),
                "name_sealed": sealed_name,
                "phone_sealed": "",
                "masked_name": "王*英",
                "masked_phone": "",
                "nickname": "",
                "board_display": "masked",
                "home_node_id": station.id,
                "registered_at": now,
            }
            for place, person in enumerate(people)
        ],
    )
    add_sign_ins(((person.id, person.token.decode()) for person in people), now=now)
    insert_rows(
        "ledger_accounts",
        [
            {
                "id": person.account_id,
                "kind": AccountKind.PARTICIPANT,
                "asset": Asset.POINTS,
                "participant_id": person.id,
                "balance": 0,
                "held": 0,
                "earned": 0,
            }
            for person in people
        ],
    )
    return people


def add_sign_ins(tokens: Iterable[tuple[UUID, str]], *, now: datetime) -> None:
    """Sign people in, each by a token."""
    insert_rows(
        "sign_ins",
        [
            {
                "id": new_id(),
                "token_hash": secrecy.hash_token(token),
                "channel": "api",
                "participant_id": participant_id,
                "label": "benchmark",
                "created_at": now,
                "used_at": now,
            }
            for participant_id, token in tokens
        ],
    )


def get_center(station: Node) -> Node:
    """Return the center above a station."""
    return network_queries.list_ancestors(station.path)[0]


def credit_people(people: list[Person], station: Node, now: datetime) -> None:
    """Give every one of *people* points of this month, many of them equally many."""
    for first in range(0, len(people), BATCH):
        _credit(people[first : first + BATCH], first, station, now)


def add_occasions(station: Node, count: int, now: datetime, **details: Any) -> list[Occasion]:
    """Add activities that are open for check-in now and for two hours."""
    return [
        activities.create_occasion(
            actor=SYSTEM,
            kind=OccasionKind.ACTIVITY,
            title="环境清洁日",
            node_id=station.id,
            starts_at=now,
            ends_at=now + timedelta(hours=2),
            closes_at=now + timedelta(hours=2),
            now=now,
            **details,
        )
        for _ in range(count)
    ]


def add_rewards(station: Node, count: int, now: datetime) -> list[Reward]:
    """Add a space with reward items, of each more pieces than a run can reserve."""
    space = stock.create_space(actor=SYSTEM, node_id=station.id, name="线下空间", now=now)
    return [_add_reward(space.id, f"牙膏{place}", now) for place in range(count)]


@use_case
def insert_rows(table: str, rows: list[dict[str, Any]]) -> None:
    """Write *rows* as they are into *table*."""
    db.session.connection().execute(sa.insert(Base.metadata.tables[table]), rows)


@use_case
def _credit(people: list[Person], first: int, station: Node, now: datetime) -> None:
    day = clock.local_date(now, clock.zone())
    for place, person in enumerate(people, first):
        account = ledger.lock_account(participant_id=person.id, asset=Asset.POINTS)
        draft = EntryDraft(
            participant_id=person.id,
            asset=Asset.POINTS,
            amount=POINTS_LEAST + place % POINTS_SPREAD,
            reason=Reason.ATTENDANCE,
            source_id=new_id(),
            occasion_id=None,
            rule_code="ACT_JOIN",
            rule_version=1,
            board=BoardKind.NONE,
            node_id=station.id,
            node_path=station.path,
            actor="system",
            occurred_at=now,
            business_date=day,
            details={},
        )
        ledger.post_entry(draft, account=account, now=now)


def _add_reward(space_id: Any, name: str, now: datetime) -> Reward:
    reward = stock.create_reward(
        actor=SYSTEM, space_id=space_id, name=name, unit="支", points=PRICE, now=now
    )
    return stock.record_movement(
        actor=SYSTEM,
        reward_id=reward.id,
        kind=MovementKind.RECEIVE,
        quantity=STOCK_PIECES,
        now=now,
    )
