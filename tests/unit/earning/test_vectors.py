"""The test vectors of the domain (6.5) that rules alone decide, by their numbers.

Where the others are: 15 (the same check-in in parallel), 16 (a changed rule)
and 18 (a round of 35) in tests/integration/earning and
tests/integration/checkins; 7, 17, 19 and 20 (minutes confirmed, back-filled,
counted by head, and stars) with check-in and its minutes; 12, 13 and 14 (lots,
expiry, reversal) with the ledger; 10 after a failed first attempt with the
corrections. Of 4 and 9 the part of the points is here; that minutes and
attendance are kept is shown there. 11 is without loans: there are none.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from rewards.earning.types import Given
from tests.factories.rules import TODAY, build_act, build_rules, do_all, total

SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = build_rules()
STAMPS = tuple(Given("SPACE_STAMP", date(2026, 11, day), 1) for day in range(1, 21))


def serve(minutes, *codes, until="18:00"):
    ended_at = datetime.combine(TODAY, time.fromisoformat(until), tzinfo=SHANGHAI)
    return build_act(*(codes or ("SVC_TIME",)), minutes=minutes, ended_at=ended_at)


VECTORS = {
    "1 a shift from 14:00 to 16:20": ([serve(140)], (), 20),
    "2 a shift of 29 minutes": ([serve(29)], (), 0),
    "3 the shift of 1 under a muster call": ([serve(140, "SVC_MUSTER")], (), 30),
    "4 shifts of 3, 4 and 2 hours in one day": ([serve(180), serve(240), serve(120)], (), 80),
    "5 eight hours under a muster call": ([serve(480, "SVC_MUSTER")], (), 100),
    "6 two hours of a muster at night": ([serve(120, "SVC_MUSTER", until="23:59")], (), 30),
    "7 two hours that the leader confirmed": ([serve(120)], (), 20),
    "8 two stamps on a day": ([build_act("SPACE_STAMP")] * 2, (), 1),
    "9 the 21st stamp of a month": ([build_act("SPACE_STAMP")], STAMPS, 0),
    "10 a quiz with 6 of 10, then 10 of 10": (
        [build_act("QUIZ", score=60), build_act("QUIZ", score=100, attempt=2)],
        (),
        2,
    ),
    # Three in time of one week, where two count; one that is late is not entered.
    "11 books returned in time": ([build_act("BOOK_BACK")] * 3, (), 4),
    "11 one of a week when ten points are there": (
        [build_act("BOOK_BACK")],
        tuple(Given("BOOK_BACK", date(2026, 11, day), 2) for day in (1, 2, 3, 9, 10)),
        0,
    ),
}


@pytest.mark.parametrize(("acts", "usage", "points"), VECTORS.values(), ids=VECTORS)
def test_the_vector_gives(acts, usage, points):
    assert total(do_all(RULES, acts, usage)) == points


def test_vector_3_names_the_bonus_apart():
    ((shift, bonus),) = do_all(RULES, [serve(140, "SVC_MUSTER")])

    assert (shift.rule, shift.points) == ("SVC_TIME", 20)
    assert (bonus.rule, bonus.points, bonus.of) == ("SVC_MUSTER", 10, "SVC_TIME")


def test_vector_5_cuts_the_bonus_by_the_guard_of_the_day():
    ((shift, bonus),) = do_all(RULES, [serve(480, "SVC_MUSTER")])

    assert (shift.points, shift.cap) == (80, "")
    assert (bonus.points, bonus.uncapped, bonus.cap) == (20, 40, "guard_day")


def test_vector_6_takes_one_factor_alone():
    ((_shift, *bonuses),) = do_all(RULES, [serve(120, "SVC_MUSTER", until="23:59")])

    assert [bonus.points for bonus in bonuses] == [10]


def test_vector_9_says_that_the_month_is_full():
    ((stamp,),) = do_all(RULES, [build_act("SPACE_STAMP")], STAMPS)

    assert (stamp.uncapped, stamp.cap, stamp.cap_limit) == (1, "rule_month", 20)


def test_vector_10_says_that_it_was_not_the_first():
    _first, (second,) = do_all(
        RULES, [build_act("QUIZ", score=60), build_act("QUIZ", score=100, attempt=2)]
    )

    assert second.why == "not_first"
