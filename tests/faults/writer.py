"""Entries of every kind, written into the books beside the clients.

Clients check in today at one station. What they do not do is here: other
stations and another center, teams, days of other weeks, months and years, minutes,
points of each kind, and everything taken back again now and then.
"""

import random
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from rewards.core import clock
from rewards.core.db import db
from rewards.core.errors import RewardsError
from rewards.ledger.types import Asset, BoardKind
from rewards.network import queries as network
from rewards.network.types import Level
from rewards.participants import queries as participants
from tests.factories.books import post, reverse
from tests.factories.people import make_branch, make_node
from tests.factories.teams import build_team

from .world import open_app

DAYS_AGO = (0, 0, 0, 0, 1, 7, 31, 40, 370)
PAUSE_SECONDS = 0.03
REVERSED = 0.2


def add_branch(world, name="另一区"):
    """Add a center with a branch of its own, one station more, and a team at each node of it."""
    now = clock.now()
    with open_app(world.settings):
        center, institute, station = make_branch(now, name)
        other = make_node(Level.STATION, f"{name}第二站", institute, now)
        for node in (center, institute, station, other):
            build_team(node, now=now)


@contextmanager
def writing(world, *, seed):
    """Write entries while the block runs; yield the list of what was written."""
    stop, written = threading.Event(), []
    thread = threading.Thread(target=_write, args=(world, random.Random(seed), stop, written))
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()


def write(world, number, *, seed):
    """Write so many entries at once."""
    written, stop = [], threading.Event()
    _write(world, random.Random(seed), stop, written, most=number)
    return written


def _write(world, chooser, stop, written, most=None):
    with open_app(world.settings):
        people = list(participants.list_participants([p.id for p in world.people]).values())
        people.sort(key=lambda person: person.id)
        nodes = [
            node for center in network.list_centers() for node in network.list_branch(center.path)
        ]
        teams = sorted(
            db.session.scalars(sa.select(sa.column("id", sa.Uuid)).select_from(sa.table("teams")))
        )
        while not stop.is_set() and (most is None or len(written) < most):
            try:
                if written and chooser.random() < REVERSED:
                    reverse(chooser.choice(written), now=clock.now())
                else:
                    written.append(_post(chooser, people, nodes, teams))
            except (DBAPIError, RewardsError):
                # The database is away for a moment, or the entry is taken back already.
                db.session.rollback()
            time.sleep(PAUSE_SECONDS if most is None else 0)


def _post(chooser, people, nodes, teams):
    now = clock.now()
    day = (now + timedelta(hours=8)).date() - timedelta(days=chooser.choice(DAYS_AGO))
    is_minutes = chooser.random() < 0.3
    return post(
        chooser.choice(people),
        chooser.choice(nodes),
        amount=chooser.randint(1, 60),
        asset=Asset.SERVICE_MINUTES if is_minutes else Asset.POINTS,
        board=BoardKind.NONE if is_minutes else chooser.choice([*BoardKind]),
        day=day,
        team_id=chooser.choice([None, *teams]),
        now=now,
    )
