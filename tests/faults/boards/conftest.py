"""A loaded service whose Redis is the operator's, and what must hold when the load ends."""

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

from rewards.network import queries as network

from .. import fold
from ..checks import check_all
from ..clients import Load
from ..conftest import KINDS
from ..engine import Engine, find_state
from ..instance import Instance
from ..watching import reading
from ..world import World, build_world, open_app
from ..writer import add_branch, writing

OCCASIONS = 60
# A rebuild after a total loss, the rest of a breaker, and what readers share for a moment.
BACK_SECONDS_MAX = 30
# The library's own retries let a request wait for a minute.
REQUEST_SECONDS_MAX = 10
WARM_SECONDS = 1.0
SETTLE_SECONDS = 5


@dataclass(kw_only=True)
class Stage:
    """A service with all that an experiment needs."""

    instance: Instance
    world: World
    redis: Engine
    load: Load
    seed: int
    report: object

    @contextmanager
    def under_load(self, occasions=OCCASIONS):
        """Let people check in and books be written while the block runs; yield what readers saw."""
        with ExitStack() as stack:
            shown = stack.enter_context(reading(self.instance, self.world))
            stack.enter_context(writing(self.world, seed=self.seed))
            self.load.start(self.world.add_occasions(occasions))
            stack.callback(self.load.stop)
            time.sleep(WARM_SECONDS)
            yield shown

    def check(self, note="", *, quiet=BACK_SECONDS_MAX, may_retry=False):
        """Require that nothing is lost, doubled or wrong, and that no request was put off."""
        begun = time.monotonic()
        outcome = check_all(self.world.settings, self.load.journal, quiet=quiet)
        slowest = max(call.seconds for call in self.load.journal.calls)
        waited = time.monotonic() - begun
        self.report(outcome, f"{note}; slowest request {slowest:.2f} s, compared {waited:.1f} s")
        assert outcome.is_clean, f"{outcome}; {outcome.boards.some_wrong}"
        assert outcome.boards.cells > 0
        if not may_retry:
            assert outcome.retried == 0
            assert slowest < REQUEST_SECONDS_MAX
        return outcome

    @property
    def center(self):
        """The label of the center of the clients."""
        with open_app(self.world.settings):
            return network.get_node(self.world.center_id).label


def is_stopped(pid):
    return find_state(pid) == "T"


def require_whole(shown, *, sources=()):
    """Require that readers saw whole boards only, from each of *sources* at least once."""
    assert shown.errors == []
    assert shown.partial == []
    assert shown.sources.keys() >= set(sources), shown


def require_wrong(stage, note="", *, settle=SETTLE_SECONDS):
    """Require that the loss of a guard is seen: cells are wrong, the boards following or not."""
    with open_app(stage.world.settings):
        fold.compare(quiet=settle)
        compared = fold.compare_now()
    stage.report(compared, f"negative control {note}".rstrip())
    assert compared.wrong


@pytest.fixture(params=KINDS)
def instance(request, make_instance, redis_process):
    """An instance that uses a Redis of the operator, on each database."""
    return make_instance(request.param, redis_url=redis_process.url)


@pytest.fixture
def stage(instance, redis_process, seed, report):
    """An instance with people and two centers, not yet started."""
    world = build_world(instance)
    add_branch(world)
    with Load(world, instance.port, seed=seed) as load:
        yield Stage(
            instance=instance, world=world, redis=redis_process, load=load, seed=seed, report=report
        )
