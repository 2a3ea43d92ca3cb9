import time
from uuid import RFC_4122

import pytest
import time_machine

from rewards.core import ids


def test_an_identifier_is_a_uuid_of_version_7():
    identifier = ids.new_id()

    assert identifier.version == 7
    assert identifier.variant == RFC_4122


def test_an_identifier_carries_the_millisecond_it_was_made_in():
    with time_machine.travel("2026-11-21T06:40:00.123Z", tick=False):
        identifier = ids.new_id()
        milliseconds = time.time_ns() // 1_000_000

    assert identifier.int >> 80 == milliseconds


def test_identifiers_sort_by_the_time_they_were_made():
    with time_machine.travel("2026-11-21T06:40:00Z", tick=False) as traveller:
        made = []
        for _ in range(50):
            made.append(ids.new_id())
            traveller.shift(0.001)

    assert made == sorted(made)
    assert [str(each) for each in made] == sorted(map(str, made))


def test_identifiers_of_one_millisecond_differ():
    with time_machine.travel("2026-11-21T06:40:00Z", tick=False):
        assert len({ids.new_id() for _ in range(1000)}) == 1000


def test_a_label_has_lower_case_letters_and_digits_that_are_not_mistaken():
    label = ids.new_label(200)

    assert len(label) == 200
    assert set(label) <= set("abcdefghijklmnopqrstuvwxyz234567")


@pytest.mark.parametrize("length", [1, 6, 8])
def test_digits_have_their_length_and_no_leading_zero(length):
    made = [ids.new_digits(length) for _ in range(500)]

    assert {len(each) for each in made} == {length}
    assert all(each.isdigit() and each[0] != "0" for each in made)
