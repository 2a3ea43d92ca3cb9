"""What is said to somebody who cannot have a reward item now."""

import pytest

from rewards.redemptions import errors
from rewards.web import sentences


@pytest.fixture(autouse=True)
def _page(app):
    with app.test_request_context():
        yield


def say(error):
    sentence = sentences.explain(error)
    return sentence.what, sentence.why, sentence.next_steps[0]


def test_a_limit_tells_what_was_had_and_from_when_on_there_is_more():
    full = errors.RewardLimitError(
        pieces_max=2,
        pieces_taken=2,
        pieces_left=0,
        unit="支",
        period="quarter",
        resets_on="2027-01-01",
    )

    what, why, step = say(full)

    assert (what, why) == ("本季已换满2支", "")
    assert step.endswith("起可以再换")
    assert "1月1日" in step


def test_a_limit_that_is_not_full_tells_what_is_left():
    some = errors.MonthPiecesLimitError(
        pieces_max=4, pieces_taken=3, pieces_left=1, resets_on="2026-12-01"
    )

    assert say(some)[:2] == ("本月已换3件", "还能换1件")


def test_what_may_be_had_once_ever_leads_to_other_items():
    once = errors.RewardLimitError(
        pieces_max=1, pieces_taken=1, pieces_left=0, unit="枚", period="ever", resets_on=None
    )

    assert say(once) == ("一共已换满1枚", "", "看看现在能换的")


def test_the_points_of_a_month_are_told():
    points = errors.MonthPointsLimitError(
        points_max=300, points_taken=280, points_left=20, resets_on="2026-12-01"
    )

    what, why, step = say(points)

    assert what == "本月换的分数到上限了"
    assert why == "每月最多 300\u00a0分，已换 280\u00a0分"
    assert "12月1日" in step


def test_the_first_time_tells_what_has_to_be_there():
    first = errors.FirstBalanceError(available=25, required=30, missing=5)

    assert say(first)[:2] == ("还差 5\u00a0分", "第一次兑换，账户里要有 30\u00a0分")


def test_who_only_put_an_item_up_is_not_told_they_made_it_cheaper():
    own = errors.RewardSetBySelfError(days=7)

    assert say(own)[0] == "自己定的价或条件，自己要等7天"
