"""A Redis that does not answer is asked by one request in five seconds; boards are shared."""

import pytest

from rewards.leaderboards.queries.shared import Shared
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
