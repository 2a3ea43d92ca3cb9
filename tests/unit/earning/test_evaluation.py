"""What acts are worth, rule by rule, and why."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from rewards.earning import rules
from rewards.earning.errors import (
    AmountOutOfRangeError,
    ApprovalMissingError,
    UnknownRuleError,
)
from rewards.earning.types import Given
from tests.factories.rules import NODE, TODAY, build_act, build_rules, build_version, do_all, total

SHANGHAI = timezone(timedelta(hours=8))
RULES = build_rules()


def serve(minutes, *codes, until=(18, 0), day=TODAY, **facts):
    ended_at = datetime(day.year, day.month, day.day, *until, tzinfo=SHANGHAI)
    codes = codes or ("SVC_TIME",)
    return build_act(*codes, minutes=minutes, ended_at=ended_at, day=day, **facts)


def evaluate(act, usage=(), rule_set=RULES):
    return rules.evaluate(rule_set, act, usage)


def points(act, usage=(), rule_set=RULES):
    return sum(award.points for award in evaluate(act, usage, rule_set))


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(140, 20), (29, 0), (30, 5), (59, 5), (60, 10), (0, 0), (480, 80), (510, 80), (None, 0)],
)
def test_service_gives_five_points_for_each_full_half_hour_up_to_eighty(minutes, expected):
    assert points(serve(minutes)) == expected


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (build_act("STUDY_GROUP", minutes=29), 0),
        (build_act("STUDY_GROUP", minutes=200), 5),
        (build_act("STUDY_GROUP"), 0),
        (build_act("AUDIO", minutes=15), 1),
        (build_act("CURTAIN"), 2),
        (build_act("SVC_LEAD"), 5),
        (build_act("WISH_DONE"), 10),
        (build_act("LECTURE_GIVE", minutes=45), 20),
        # Whoever was checked out before it began gave no lecture.
        (build_act("LECTURE_GIVE", minutes=0), 0),
        (build_act("TRAIN_PASS", minutes=180), 10),
        (build_act("TRAIN_PASS", minutes=179), 0),
        (build_act("TRAIN_PASS", quantity=2), 0),
        (build_act("TRAIN_PASS", quantity=2, is_vouched=True), 20),
        (build_act("FILM_JOIN"), 5),
        (build_act("STUDY_SHARE"), 5),
        (build_act("BOOK_NOTE"), 5),
        (build_act("BOOK_GIVE", quantity=4), 12),
        (build_act("BOOK_GIVE", quantity=9), 15),
        (build_act("REFER"), 5),
        (build_act("WELCOME"), 10),
        (build_act("AWARD", amount=40), 40),
        (build_act("QUIZ", score=59), 0),
        (build_act("QUIZ", score=99), 2),
        (build_act("QUIZ", score=100), 4),
        # Off by default.
        (build_act("ORDER_GOOD"), 0),
        (build_act("XXQG_TIER", score=900), 0),
    ],
)
def test_each_default_rule_gives_what_the_table_says(act, expected):
    assert points(act) == expected


@pytest.mark.parametrize(("score", "expected"), [(299, 0), (300, 10), (899, 20), (5000, 30)])
def test_the_highest_tier_that_is_reached_counts(score, expected):
    rule_set = build_rules(XXQG_TIER={"enabled": True})

    assert points(build_act("XXQG_TIER", score=score), rule_set=rule_set) == expected


@pytest.mark.parametrize(
    ("code", "before", "earlier_day", "left"),
    [
        ("BOOK_BACK", 4, date(2026, 11, 16), 0),  # Monday of the same week
        ("BOOK_BACK", 4, date(2026, 11, 15), 2),  # the Sunday before
        ("BOOK_GIVE", 15, date(2026, 10, 1), 0),
        ("BOOK_GIVE", 15, date(2026, 9, 30), 3),
        ("REFER", 25, date(2026, 1, 1), 0),
        ("REFER", 25, date(2025, 12, 31), 5),
        ("WELCOME", 10, date(2020, 1, 1), 0),
        ("AWARD", 90, date(2026, 12, 31), 10),
    ],
)
def test_caps_of_every_period_end_with_it(code, before, earlier_day, left):
    act = build_act(code, amount=20)

    assert points(act, [Given(code, earlier_day, before)]) == left


@pytest.mark.parametrize(
    ("act", "span"),
    [
        (build_act("SVC_TIME"), (date(2026, 11, 1), date(2026, 11, 30))),
        (build_act("AWARD"), (date(2026, 10, 1), date(2026, 12, 31))),
        (build_act("REFER"), (date(2026, 1, 1), date(2026, 12, 31))),
        (build_act("WELCOME"), (date(1, 1, 1), date(9999, 12, 31))),
        # A week may begin in the month before and end in the next.
        (build_act("BOOK_BACK", day=date(2026, 12, 1)), (date(2026, 11, 30), date(2026, 12, 31))),
    ],
)
def test_no_more_of_the_books_is_asked_for_than_the_widest_cap_needs(act, span):
    assert rules.usage_span(RULES, act) == span


def test_a_cap_leaves_what_is_left_of_it():
    (shift,) = evaluate(serve(120), [Given("SVC_TIME", TODAY, 70)])

    assert (shift.points, shift.uncapped, shift.cap) == (10, 20, "rule_day")


def test_the_guard_stands_over_all_rules():
    (joined,) = evaluate(build_act("ACT_JOIN"), [Given("SVC_TIME", TODAY, 98)])

    assert (joined.points, joined.cap, joined.cap_limit) == (2, "guard_day", 100)


@pytest.mark.parametrize(
    ("minutes", "until", "bonus"),
    [
        (120, (23, 0), 5),  # one hour of two after ten in the evening
        (120, (22, 0), 0),
        (360, (6, 0), 30),
        (480, (8, 0), 20),  # 30 without the guard of the day
        (60, (6, 20), 2),  # forty minutes before six: one half hour
    ],
)
def test_the_night_gives_half_as_much_again_for_its_own_hours(minutes, until, bonus):
    awards = evaluate(serve(minutes, until=until))

    assert sum(each.points for each in awards if each.rule == "SVC_NIGHT") == bonus


def test_the_larger_bonus_counts_even_if_it_is_cut_by_its_cap():
    used = [Given("SVC_MUSTER", TODAY, 38)]

    _shift, bonus = evaluate(serve(120, "SVC_MUSTER", until=(23, 0)), used)

    assert (bonus.rule, bonus.points) == ("SVC_NIGHT", 5)


def test_a_professional_shift_needs_the_qualification_that_staff_verified():
    _shift, without = evaluate(serve(120, "SVC_PRO"))
    _shift, bonus = evaluate(serve(120, "SVC_PRO", verified=frozenset({"qualification"})))

    assert (without.points, without.why) == (0, "not_verified")
    assert bonus.points == 4


def test_the_professional_bonus_stays_inside_the_cap_of_service():
    act = serve(480, "SVC_PRO", verified=frozenset({"qualification"}))

    shift, bonus = evaluate(act)

    assert (shift.points, bonus.points, bonus.uncapped) == (80, 0, 16)
    assert (bonus.cap, bonus.cap_limit) == ("base_day", 80)


def test_points_of_a_professional_bonus_use_up_the_cap_of_service():
    (shift,) = evaluate(serve(480), [Given("SVC_PRO", TODAY, 16)])

    assert shift.points == 64


def test_a_lecture_within_a_shift_counts_once():
    lecture, shift = evaluate(serve(120, "SVC_TIME", "LECTURE_GIVE"))

    assert (lecture.rule, lecture.points) == ("LECTURE_GIVE", 20)
    assert (shift.points, shift.why, shift.excluded_by) == (0, "excluded", "LECTURE_GIVE")


@pytest.mark.parametrize(
    ("act", "served"),
    [
        (serve(45), ("SVC_TIME", 45)),
        (serve(45, "SVC_MUSTER"), ("SVC_TIME", 45)),
        (serve(45, "SVC_TIME", "LECTURE_GIVE"), ("LECTURE_GIVE", 45)),
        (build_act("CURTAIN", minutes=600), ("CURTAIN", 10)),
        (serve(0), None),
        (build_act("ACT_JOIN", minutes=60), None),
    ],
)
def test_minutes_count_once_by_the_rule_that_counts_them(act, served):
    found = rules.find_served(RULES, act)

    assert (found and (found[0].code, found[1])) == served


def test_minutes_count_where_points_are_switched_off():
    rule_set = build_rules(SVC_TIME={"enabled": False})

    (shift,) = evaluate(serve(120), rule_set=rule_set)

    assert (shift.points, shift.why) == (0, "off")
    assert rules.find_served(rule_set, serve(120))[1] == 120


def test_a_rule_whose_time_has_passed_gives_nothing():
    over = build_version(
        "ACT_JOIN",
        {"base": 5},
        version=2,
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_to=datetime(2026, 11, 1, tzinfo=UTC),
    )

    (joined,) = evaluate(build_act("ACT_JOIN"), rule_set=build_rules(over))

    assert (joined.points, joined.why, joined.version) == (0, "off", 2)


def test_the_nearest_override_at_or_above_the_node_counts():
    def override(version, path, **definition):
        return build_version("ACT_JOIN", definition, version=version, node_path=path)

    rule_set = build_rules(
        override(2, "aa/", base=6),
        override(3, NODE, base=7),
        override(4, "aa/xx/", base=9),
        override(5, "aa/ee/", enabled=False),
        override(6, "aa/ff/"),
    )

    def given(node_path):
        (award,) = evaluate(build_act("ACT_JOIN", node_path=node_path), rule_set=rule_set)
        return award.points, award.version

    assert given(NODE) == (7, 3)
    assert given(f"{NODE}dd/") == (7, 3)
    assert given("aa/yy/") == (6, 2)
    assert given("zz/") == (5, 1)
    assert given("aa/ee/") == (0, 5)
    # One that changes nothing has ended; the next above counts.
    assert given("aa/ff/gg/") == (6, 2)


def test_a_rule_that_is_not_in_force_is_refused():
    with pytest.raises(UnknownRuleError):
        evaluate(build_act("SHARE_LINK"))


@pytest.mark.parametrize("amount", [19, 101, 0, -20])
def test_an_award_outside_its_range_is_refused(amount):
    with pytest.raises(AmountOutOfRangeError):
        rules.check_act(RULES, build_act("AWARD", amount=amount))


def test_an_award_above_fifty_needs_two_people():
    def check(amount, *people):
        act = build_act("AWARD", amount=amount, approved_by=frozenset(people))
        rules.check_act(RULES, act)

    check(50, "staff:1")
    check(51, "staff:1", "staff:2")
    with pytest.raises(ApprovalMissingError):
        check(51, "staff:1")


def test_usage_of_other_days_and_rules_is_left_aside():
    usage = [Given("SVC_TIME", date(2026, 10, 31), 900), Given("ACT_JOIN", TODAY, 5)]

    assert total(do_all(RULES, [serve(480)], usage)) == 80
