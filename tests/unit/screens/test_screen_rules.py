import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.core.ids import new_id
from rewards.leaderboards.types import Measure, Period, Subject
from rewards.screens import rules
from rewards.screens.errors import (
    InvalidScreenNameError,
    InvalidSlideSecondsError,
    InvalidSlidesError,
)
from rewards.screens.types import Layout, Programme, SlidePlan

ids = st.builds(new_id)
plans = st.builds(
    SlidePlan,
    layout=st.sampled_from(Layout),
    seconds=st.integers(rules.SECONDS_MIN, rules.SECONDS_MAX),
    node_id=st.none() | ids,
    subject=st.sampled_from(Subject),
    measure=st.sampled_from(Measure),
    span=st.sampled_from(Period),
    occasion_id=st.none() | ids,
)


@given(plans)
def test_what_is_stored_is_read_again(plan):
    assert rules.load_slide(rules.dump_slide(plan)) == plan


@pytest.mark.parametrize(
    "text", ["482915", "482 915", " 482-915 ", "\uff14\uff18\uff12\u3000\uff19\uff11\uff15"]
)
def test_a_code_is_read_however_it_is_typed(text):
    assert rules.read_code(text) == "482915"


@pytest.mark.parametrize("text", ["", "   ", "大" * 41, "a\u202eb", "a\x00b"])
def test_a_name_that_cannot_be_shown_is_refused(text):
    with pytest.raises(InvalidScreenNameError):
        rules.normalize_name(text)


def test_a_name_has_one_spelling():
    assert rules.normalize_name("  大厅 \n 东墙 ") == "大厅 东墙"


@pytest.mark.parametrize("slides", [[], [5] * 13])
def test_slides_that_cannot_be_shown_are_refused(slides):
    with pytest.raises(InvalidSlidesError):
        rules.check_slides([SlidePlan(layout=Layout.STATION, seconds=each) for each in slides])


@pytest.mark.parametrize("slides", [[4], [301], [20, 0]])
def test_slides_that_stay_too_briefly_or_too_long_are_refused(slides):
    with pytest.raises(InvalidSlideSecondsError):
        rules.check_slides([SlidePlan(layout=Layout.STATION, seconds=each) for each in slides])


def test_every_programme_can_be_shown():
    for programme in Programme:
        rules.check_slides(rules.PROGRAMMES[programme])


@pytest.mark.parametrize(
    ("node_path", "layout", "is_in_scope"),
    [
        ("c/i/s/", Layout.STATION, True),
        ("c/i/s/p/", Layout.CHECK_IN, True),
        ("c/i/s/p/", Layout.LEADERBOARD, True),
        ("c/i/", Layout.LEADERBOARD, True),
        ("c/i/", Layout.STATION, False),
        ("c/i/", Layout.CHECK_IN, False),
        ("c/i/t/", Layout.LEADERBOARD, False),
        ("d/", Layout.LEADERBOARD, False),
    ],
)
def test_a_screen_shows_its_branch_and_the_boards_above_it(node_path, layout, is_in_scope):
    found = rules.is_in_scope(screen_path="c/i/s/", node_path=node_path, layout=layout)

    assert found is is_in_scope
