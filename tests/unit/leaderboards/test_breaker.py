"""A Redis that does not answer is asked by one request in five seconds; boards are shared."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rewards.leaderboards.queries.shared import STALE_SECONDS, Shared
from rewards.leaderboards.store.connections import REST_SECONDS, Breaker


class Clock:
    def __init__(self):
        self.seconds = 100.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(clock=clock)


def test_everybody_may_ask_a_server_that_answers(breaker):
    assert breaker.may_try()
    assert breaker.may_try()


def test_nobody_asks_for_a_while_after_a_failure(breaker, clock):
    breaker.fail()
    clock.seconds += REST_SECONDS - 0.01

    assert not breaker.may_try()


def test_after_the_while_one_asks_for_all(breaker, clock):
    breaker.fail()
    clock.seconds += REST_SECONDS

    assert [breaker.may_try() for _ in range(3)] == [True, False, False]


def test_an_answer_lets_everybody_ask_again(breaker, clock):
    breaker.fail()
    clock.seconds += REST_SECONDS
    breaker.may_try()

    breaker.succeed()

    assert breaker.may_try()
    assert breaker.may_try()


def test_a_board_is_made_once_for_all_who_ask_in_time(clock):
    shared = Shared(clock=clock)
    made = []

    def make():
        made.append(clock())
        return len(made), 1.0

    answers = [shared.get("board", make), shared.get("board", make)]
    clock.seconds += 1.0
    answers.append(shared.get("board", make))

    assert answers == [1, 1, 2]


def test_while_a_board_is_made_anew_the_others_get_the_old_one(clock):
    shared = Shared(clock=clock)
    shared.get("board", lambda: ("old", 1.0))
    clock.seconds += 1.0
    seen = []

    def make():
        seen.append(shared.get("board", lambda: ("never", 1.0)))
        return "new", 1.0

    assert shared.get("board", make) == "new"
    assert seen == ["old"]


def test_what_ended_long_ago_is_waited_for_and_not_handed_out(clock):
    shared = Shared(clock=clock)
    shared.get("board", lambda: ("withdrawn", 1.0))
    clock.seconds += 1.0 + STALE_SECONDS
    is_making, may_end = threading.Event(), threading.Event()

    def make():
        is_making.set()
        assert may_end.wait(5)
        return "new", 1.0

    with ThreadPoolExecutor() as pool:
        first = pool.submit(shared.get, "board", make)
        assert is_making.wait(5)
        others = [pool.submit(shared.get, "board", lambda: ("never", 1.0)) for _ in range(4)]
        assert not any(each.done() for each in others)
        may_end.set()
        assert {each.result(5) for each in [first, *others]} == {"new"}


def test_what_failed_to_be_made_is_made_by_the_next(clock):
    shared = Shared(clock=clock)

    with pytest.raises(ZeroDivisionError):
        shared.get("board", lambda: 1 // 0)

    assert shared.get("board", lambda: ("new", 1.0)) == "new"


def test_no_more_is_kept_than_may_weigh_and_the_least_used_goes_first(clock):
    shared = Shared(clock=clock, weigh=len, weight_max=6)
    for key in ("a", "b", "a", "c"):
        shared.get(key, lambda: ("xyz", 60.0))

    kept = {key: shared.get(key, lambda: ("made", 60.0)) for key in ("a", "c")}

    assert kept == {"a": "xyz", "c": "xyz"}
    assert shared.get("b", lambda: ("made", 60.0)) == "made"
    assert shared.get("large", lambda: ("x" * 9, 60.0)) == "x" * 9
    assert shared.get("large", lambda: ("made", 60.0)) == "x" * 9
