"""A batch of the projection sent twice, with the watermark and without it."""

import pytest

from rewards.core import clock
from rewards.leaderboards import service
from rewards.leaderboards.store import Epochs, scripts
from rewards.network import queries as network
from rewards.participants import queries as participants
from tests.factories.books import post

from .. import fold
from ..checks import Outcome
from ..world import build_world, open_app

ROUNDS = 20
# What is left is an increment after the commit.
GUARDS = (
    "if tonumber(wm) ~= tonumber(ARGV[1]) then return tonumber(wm) end",
    "if redis.call('HGET', KEYS[1], 'h') ~= ARGV[3] then return -2 end",
)


@pytest.fixture
def project(make_instance, redis_process, chooser, monkeypatch):
    """Return a function that projects entry by entry while answers get lost."""
    instance = make_instance(redis_url=redis_process.url)
    world = build_world(instance, people=5)
    apply = Epochs.apply

    def apply_with_lost_answers(self, epoch, **batch):
        answer = apply(self, epoch, **batch)
        # The library that gets no answer sends the command again.
        return apply(self, epoch, **batch) if chooser.random() < 0.5 else answer

    monkeypatch.setattr(Epochs, "apply", apply_with_lost_answers)

    def run():
        with open_app(world.settings):
            station = network.get_node(world.station_id)
            service.project(now=clock.now())
            for _ in range(ROUNDS):
                person = participants.get_participant(chooser.choice(world.people).id)
                post(person, station, amount=5, now=clock.now())
                service.project(now=clock.now())
            compared = fold.compare(quiet=0)
        return Outcome(acknowledged=ROUNDS, retried=0, boards=compared)

    return run


def test_with_the_watermark_every_cell_is_right(project, report, seed):
    outcome = project()

    report(outcome)
    assert outcome.is_clean, outcome
    assert outcome.boards.cells > 0


def test_with_blind_increments_cells_are_wrong(project, report, seed, monkeypatch):
    blind = scripts.APPLY
    for guard in GUARDS:
        assert guard in blind
        blind = blind.replace(guard, "")
    monkeypatch.setattr(scripts, "APPLY", blind)

    outcome = project()

    report(outcome, "negative control")
    assert outcome.boards.wrong
