"""A key is used once: the same request again gets the same answer, another is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rewards.core import idempotency
from rewards.core.errors import IdempotencyKeyReusedError
from rewards.core.idempotency import KeyedRequest, fingerprint
from rewards.core.unit import answer_once, use_case

from .counting import TakenError, count, increment, take

THREADS = 8


@pytest.fixture
def keyed(now):
    return KeyedRequest(
        principal="participant:1",
        route="POST /things",
        key="7c1e",
        fingerprint=fingerprint({"quantity": 1}),
        received_at=now,
    )


def ask(function, keyed):
    return answer_once(function, request=keyed, render=lambda number: (201, {"number": number}))


def test_a_replay_gets_the_first_answer_and_does_nothing(app, keyed):
    first = ask(increment, keyed)
    second = ask(increment, keyed)

    assert (first.status, first.body, first.is_replay) == (201, {"number": 1}, False)
    assert (second.status, second.body, second.is_replay) == (201, {"number": 1}, True)
    assert count() == 1


def test_a_key_with_another_request_is_refused(app, keyed):
    ask(increment, keyed)

    with pytest.raises(IdempotencyKeyReusedError):
        ask(increment, replace(keyed, fingerprint=fingerprint({"quantity": 2})))

    assert count() == 1


@pytest.mark.parametrize(
    "other",
    [{"principal": "participant:2"}, {"route": "POST /others"}, {"key": "7c1f"}],
    ids=["principal", "route", "key"],
)
def test_a_key_belongs_to_one_principal_and_route(app, keyed, other):
    ask(increment, keyed)

    answer = ask(increment, replace(keyed, **other))

    assert not answer.is_replay
    assert count() == 2


def test_without_a_key_the_use_case_simply_runs(app):
    ask(increment, None)
    ask(increment, None)

    assert count() == 2


def test_a_request_that_failed_may_be_tried_again_under_its_key(app, keyed):
    failures = [LookupError()]

    @use_case
    def fail_once():
        if failures:
            raise failures.pop()
        return 7

    with pytest.raises(LookupError):
        ask(fail_once, keyed)

    assert ask(fail_once, keyed).body == {"number": 7}


def test_text_that_is_not_ascii_comes_back_as_it_was(app, keyed):
    @use_case
    def name():
        return "肥皂 ☂"

    ask(name, keyed)

    assert ask(name, keyed).body == {"number": "肥皂 ☂"}


def test_twins_at_once_have_one_effect_and_one_answer(app, race, keyed):
    answers = race(THREADS, lambda _: ask(increment, keyed))

    assert {answer.body["number"] for answer in answers} == {1}
    assert sum(not answer.is_replay for answer in answers) == 1
    assert count() == 1


def test_a_twin_is_not_refused_for_what_its_twin_did(app, race, keyed):
    answers = race(THREADS, lambda _: ask(take, keyed))

    assert [answer.body for answer in answers] == [{"number": 1}] * THREADS


def test_control_strangers_at_once_are_refused_for_what_the_first_did(app, race, keyed):
    outcomes = race(THREADS, lambda number: ask(take, replace(keyed, key=f"key-{number}")))

    assert sum(isinstance(outcome, TakenError) for outcome in outcomes) == THREADS - 1
    assert count() == 1


def test_old_keys_are_forgotten_and_young_ones_kept(app, keyed, now):
    ask(increment, keyed)
    ask(increment, replace(keyed, key="young", received_at=now + timedelta(seconds=1)))

    @use_case
    def forget():
        return idempotency.forget(before=now + timedelta(seconds=1))

    assert forget() == 1
    assert not ask(increment, keyed).is_replay
    assert ask(increment, replace(keyed, key="young")).is_replay


def test_a_fingerprint_does_not_depend_on_the_order_of_members():
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})


def test_half_a_character_has_a_fingerprint_and_can_be_answered(app, keyed):
    assert fingerprint("\ud800") != fingerprint("\ud801")

    answer = answer_once(
        use_case(lambda: None), request=keyed, render=lambda _none: (200, {"text": "\ud800"})
    )

    assert answer.body == {"text": "\ud800"}
