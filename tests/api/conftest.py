"""A world of two centers, and a client that speaks to the API with a token."""

from dataclasses import dataclass
from itertools import count

import pytest
import time_machine

from rewards.access.types import Role, SystemActor
from rewards.activities.types import OccasionKind
from rewards.core.unit import use_case
from rewards.identity import operations as identity
from rewards.identity import service
from rewards.leaderboards import queries as boards
from rewards.network.types import Level, Node
from rewards.participants.types import Participant
from rewards.stock import service as stock
from tests.factories.redemptions import add_reward
from tests.factories.world import build_node, build_occasion, build_participant, build_station

SYSTEM = SystemActor()
PROBLEM = "application/problem+json"
_numbers = count(1)


@pytest.fixture(autouse=True)
def _stopped_clock(now):
    boards.forget()
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def clock(_stopped_clock):
    """Return what moves the stopped clock: `clock.shift(seconds)`."""
    return _stopped_clock


@dataclass(frozen=True, kw_only=True)
class World:
    """Two centers. Tokens are named after who holds them."""

    center: Node
    station: Node
    other_station: Node
    far_station: Node
    wang: Participant
    far_person: Participant
    admin: str
    clerk: str
    host: str
    other_clerk: str
    far_admin: str
    person: str
    person_far: str


def build_staff_token(role, node, now):
    name = f"staff{next(_numbers)}"

    @use_case
    def create():
        staff = identity.create_staff(name=name, password_hash="-", now=now)
        identity.grant_role(staff_id=staff.id, role=role, node=node, now=now)

    create()
    return service.issue_token(actor=SYSTEM, staff_name=name, label="test", now=now)


def build_participant_token(participant, now):
    return service.issue_token(actor=SYSTEM, participant_id=participant.id, label="test", now=now)


@pytest.fixture
def world(begin_with, now):
    return begin_with("world", lambda: build_world(now))


def build_world(now):
    center = build_node(Level.CENTER)
    institute = build_node(Level.INSTITUTE, parent=center)
    station = build_node(Level.STATION, parent=institute, name="长兴北街社区站")
    other_station = build_node(Level.STATION, parent=institute, name="迎泽南社区站")
    far_station = build_station(name="远处社区站")
    wang = build_participant(station, phone="13800001234", now=now)
    far_person = build_participant(far_station, name="李远", now=now)
    return World(
        center=center,
        station=station,
        other_station=other_station,
        far_station=far_station,
        wang=wang,
        far_person=far_person,
        admin=build_staff_token(Role.CENTER_ADMIN, center, now),
        clerk=build_staff_token(Role.CLERK, station, now),
        host=build_staff_token(Role.HOST, station, now),
        other_clerk=build_staff_token(Role.CLERK, other_station, now),
        far_admin=build_staff_token(Role.STATION_ADMIN, far_station, now),
        person=build_participant_token(wang, now),
        person_far=build_participant_token(far_person, now),
    )


@pytest.fixture
def activity(world, now):
    """An activity whose check-in is open."""
    return build_occasion(world.station, now=now)


@pytest.fixture
def shift(world, now):
    """A service shift that began two hours ago and ends now."""
    return build_occasion(
        world.station, kind=OccasionKind.SERVICE_SHIFT, starts_in=0, minutes=120, now=now
    )


@pytest.fixture
def space(world, now):
    return stock.create_space(
        actor=SYSTEM, node_id=world.station.id, name="长兴北街线下空间", now=now
    )


@pytest.fixture
def reward(space, now):
    return add_reward(space, now, points=5, on_hand=3)


class Api:
    """Sends JSON with a bearer token."""

    def __init__(self, client):
        self._client = client

    def __call__(self, method, path, token=None, json=None, *, key=None, **options):
        headers = options.pop("headers", {})
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        return self._client.open(
            f"/api/v1{path}", method=method, json=json, headers=headers, **options
        )

    def get(self, path, token=None, **options):
        return self("GET", path, token, **options)

    def post(self, path, token=None, json=None, **options):
        return self("POST", path, token, json, **options)

    def patch(self, path, token=None, json=None, **options):
        return self("PATCH", path, token, json, **options)

    def code_of(self, occasion, token):
        """Return the rotating code of an occasion."""
        return self.get(f"/occasions/{occasion.id}/code", token).json


@pytest.fixture
def api(client):
    return Api(client)


@pytest.fixture
def refused():
    """Return a function that checks that a response is a problem of that status and code."""

    def check(response, status, code):
        assert (response.status_code, response.json["type"]) == (status, f"/problems/{code}"), (
            response.request.path
        )
        assert response.content_type == PROBLEM
        assert response.json["status"] == status
        assert response.json["title"].endswith(".")
        assert response.json["instance"].startswith("urn:uuid:")
        return response.json

    return check


@pytest.fixture
def plain():
    """Return a function that gives a sentence with ordinary spaces in it."""
    return lambda sentence: sentence.replace("\u00a0", " ")
