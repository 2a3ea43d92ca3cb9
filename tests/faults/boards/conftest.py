"""A loaded service whose Redis is the operator's, and what must hold when the load ends."""

import shutil
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import pytest

from rewards.core import clock
from rewards.leaderboards import service as leaderboards
from rewards.network import queries as network
from rewards.participants import queries as participants
from tests.factories.books import post

from .. import fold
from ..checks import check_all
from ..clients import Load
from ..conftest import KINDS
from ..engine import Engine, find_state
from ..instance import Instance, wait_until
from ..watching import reading
from ..world import World, build_world, open_app
from ..writer import add_branch, write, writing

OCCASIONS = 60
# A rebuild after a total loss, the rest of a breaker, and what readers share for a moment.
BACK_SECONDS_MAX = 30
# The library's own retries let a request wait for a minute.
REQUEST_SECONDS_MAX = 10
WARM_SECONDS = 1.0
SETTLE_SECONDS = 5
FOREIGN_ENTRIES = 60
# Nobody earns as much in these books.
FOREIGN_POINTS = 1_000_000


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
            # A service that has just started shows the books until the boards are made.
            wait_until(lambda: shown.sources["redis"], seconds=BACK_SECONDS_MAX)
            shown.sources.clear()
            yield shown

    def check(self, note="", *, quiet=BACK_SECONDS_MAX, may_retry=False):
        """Require that nothing is lost, doubled or wrong, and that no request was put off."""
        outcome = check_all(self.world.settings, self.load.journal, quiet=quiet)
        slowest = max(call.seconds for call in self.load.journal.calls)
        followed = f"followed within {outcome.boards.seconds:.1f} s"
        self.report(outcome, f"{note}; slowest request {slowest:.2f} s, {followed}")
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


@pytest.fixture
def copy_database(request, instance, tmp_path):
    """Return a function that copies the database of the instance, which must rest."""

    def copy():
        if not instance.database_url.startswith("sqlite"):
            return request.getfixturevalue("durable_postgresql").copy_database(
                instance.database_url
            )
        folder = tmp_path / f"copy{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        for file in instance.data.glob("rewards.db*"):
            shutil.copyfile(file, folder / file.name)
        return f"sqlite:///{folder / 'rewards.db'}"

    return copy


@pytest.fixture
def foreign_file(stage, copy_database):
    """What Redis writes down of another ledger of the same center: its history is another."""
    other = Engine(stage.redis.program)
    settings = replace(stage.world.settings, database_url=copy_database(), redis_url=other.url)
    world = replace(stage.world, settings=settings)
    write(world, FOREIGN_ENTRIES, seed=stage.seed)
    with open_app(settings):
        node = network.get_node(world.center_id)
        person = participants.get_participant(world.people[0].id)
        post(person, node, amount=FOREIGN_POINTS, now=clock.now())
        leaderboards.project(now=clock.now())
    yield other.save()
    other.stop()
