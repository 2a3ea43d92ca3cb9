"""When people are reminded of points that are about to expire."""

from datetime import date, timedelta

import pytest

from rewards.notices import rules

END = date(2027, 12, 31)


@pytest.mark.parametrize(
    ("left", "stage"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)],
)
def test_a_stage_lasts_until_the_next_one_begins(left, stage):
    assert rules.find_stage(END, today=END - timedelta(days=left)) == stage


def test_the_first_reminder_comes_on_the_first_of_november():
    assert rules.find_stage(END, today=date(2027, 11, 1)) == 60
    assert rules.find_stage(END, today=date(2027, 10, 31)) is None
