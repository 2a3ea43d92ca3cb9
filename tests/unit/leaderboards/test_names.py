"""Nobody is named on a board who did not agree to it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rewards.core.ids import new_id
from rewards.leaderboards import rules
from rewards.participants.types import BoardDisplay, Participant

PERSON = Participant(
    id=new_id(),
    number="40718252",
    masked_name="王*英",
    masked_phone="",
    nickname="晨跑的人",
    board_display=BoardDisplay.MASKED,
    is_minor=False,
    home_node_id=new_id(),
    closed_at=None,
)
HIDDEN = (BoardDisplay.HIDDEN, None)


@pytest.mark.parametrize(
    ("person", "shown"),
    [
        (PERSON, (BoardDisplay.MASKED, "王*英")),
        (
            replace(PERSON, board_display=BoardDisplay.NICKNAME),
            (BoardDisplay.NICKNAME, "晨跑的人"),
        ),
        (replace(PERSON, board_display=BoardDisplay.NICKNAME, nickname=""), HIDDEN),
        (replace(PERSON, board_display=BoardDisplay.HIDDEN), HIDDEN),
        (replace(PERSON, is_minor=True), HIDDEN),
        (replace(PERSON, is_minor=True, board_display=BoardDisplay.NICKNAME), HIDDEN),
        (replace(PERSON, closed_at=datetime(2026, 1, 1, tzinfo=UTC)), HIDDEN),
        (None, HIDDEN),
    ],
)
def test_people_are_shown_as_they_agreed(person, shown):
    assert rules.choose_name(person) == shown


def test_the_same_name_twice_is_told_apart_by_the_end_of_the_number():
    twin = replace(PERSON, number="40718299")
    other = replace(PERSON, masked_name="李*")

    names = [name for _, name in rules.list_names([PERSON, None, twin, other])]

    assert names == ["王*英(52)", None, "王*英(99)", "李*"]
