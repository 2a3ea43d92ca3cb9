"""A district for experiments: people with points and tokens, occasions of now, a full shelf."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import flask_migrate
import sqlalchemy as sa

from rewards.access.types import ParticipantActor, Role, SystemActor
from rewards.activities import service as activities
from rewards.activities.types import Occasion, OccasionKind
from rewards.app import create_app
from rewards.core import clock
from rewards.core.db import db
from rewards.core.settings import Settings
from rewards.core.unit import use_case
from rewards.earning.models import PointRuleRow
from rewards.identity import queries as identity_queries
from rewards.identity import service as identity
from rewards.leaderboards import store
from rewards.processes import redis_server
from rewards.stock import queries as stock_queries
from rewards.stock import service as stock
from tests.factories.people import make_branch, make_participant
from tests.factories.redemptions import add_reward, credit

SYSTEM = SystemActor()
POINTS_OF_EACH = 3_000
PIECES_OF_EACH = 5_000
PRICES = (1, 2, 5)
# Every check-in gives points: what is doubled or lost can then be seen.
NO_CAPS = {"base": 5, "cap_day": 1_000_000, "cap_month": 1_000_000, "board": "study"}
GUARD = {"cap_day": 1_000_000, "cap_month": 1_000_000}


@dataclass(frozen=True, kw_only=True)
class Person:
    id: UUID
    token: str


@dataclass(kw_only=True)
class World:
    """What the clients know; `open` gives the books to look into."""

    settings: Settings
    center_id: UUID
    station_id: UUID
    space_id: UUID
    reward_ids: list[UUID]
    clerk_token: str
    people: list[Person]
    occasions: list[Occasion] = field(default_factory=list)
    added: int = 0

    def add_occasions(self, number, **details):
        """Plan occasions that are open for check-in now; return them."""
        now = clock.now()
        with open_app(self.settings):
            made = [plan(self.station_id, now, **details) for _ in range(number)]
        self.occasions += made
        return made

    def add_reward(self, *, pieces, points=1):
        """Put another reward on the shelf; return its id."""
        now = clock.now()
        with open_app(self.settings):
            space = stock_queries.get_space(self.space_id)
            self.added += 1
            name = f"最后一件{self.added}"
            return add_reward(space, now, name=name, points=points, on_hand=pieces).id


@contextmanager
def open_app(settings):
    """Open the application on the same database in this process, for a look or a preparation."""
    running = redis_server.find_running_url(settings.instance_path)
    app = create_app(settings)
    with app.app_context():
        if settings.redis_url is None:
            store.connect(running)
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def settings_of(instance):
    return Settings.from_env(instance.environ)


def build_world(instance, *, people=60):
    """Migrate the empty database of *instance* and fill it."""
    settings = settings_of(instance)
    now = clock.now()
    with open_app(settings):
        flask_migrate.upgrade()
        return _fill(settings, people, now)


def _fill(settings, number, now):
    center, _institute, station = make_branch(now)
    _lift_caps(now)
    space = stock.create_space(
        actor=SYSTEM, node_id=station.id, name="某社区线下空间", hours="9:00-17:00", now=now
    )
    rewards = [
        add_reward(space, now, name=f"牙膏{price}", points=price, on_hand=PIECES_OF_EACH)
        for price in PRICES
    ]
    identity.create_staff(actor=SYSTEM, name="zhouhang", password="correct horse 电池", now=now)
    staff = identity_queries.find_staff("zhouhang")
    identity.grant_role(
        actor=SYSTEM, staff_id=staff.id, role=Role.CLERK, node_id=station.id, now=now
    )
    clerk_token = identity.issue_token(actor=SYSTEM, staff_name="zhouhang", label="desk", now=now)
    return World(
        settings=settings,
        center_id=center.id,
        station_id=station.id,
        space_id=space.id,
        reward_ids=[reward.id for reward in rewards],
        clerk_token=clerk_token,
        people=[_add_person(station, now) for _ in range(number)],
    )


def _add_person(station, now):
    participant = make_participant(station, now)
    credit(ParticipantActor(participant_id=participant.id), station, POINTS_OF_EACH, now)
    token = identity.issue_token(
        actor=SYSTEM, participant_id=participant.id, label="phone", now=now
    )
    return Person(id=participant.id, token=token)


@use_case
def _lift_caps(now):
    for code, definition in (("ACT_JOIN", NO_CAPS), ("GUARD", GUARD)):
        row = {"code": code, "version": 2, "definition": definition}
        db.session.execute(
            sa.insert(PointRuleRow).values(
                **row, valid_from=now - timedelta(days=1), created_by="system", created_at=now
            )
        )


def plan(station_id, now, **details):
    """Plan an activity that begins now."""
    return activities.create_occasion(
        actor=SYSTEM,
        kind=OccasionKind.ACTIVITY,
        title="环境清洁日",
        node_id=station_id,
        starts_at=now,
        ends_at=now + timedelta(hours=3),
        now=now,
        **details,
    )
