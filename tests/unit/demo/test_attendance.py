from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from rewards.demo import attendance, facts, programme

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 9, 1)
EVERYBODY_LONG_AGO = [FIRST - timedelta(days=7)] * len(facts.list_people())


def visits_of(*, days=28, live=False, joined_on=EVERYBODY_LONG_AGO):
    visits = []
    for number in range(days):
        plans = programme.plan_day(FIRST + timedelta(days=number), SHANGHAI, live=live)
        visits += attendance.attend_day(plans, joined_on=joined_on)
    return visits


def test_the_dice_fall_alike_every_time():
    assert visits_of() == visits_of()


def test_companies_come_and_leave_together():
    people = facts.list_people()
    first, second = [number for number, person in enumerate(people) if person.company == "together"]
    visits = visits_of()

    def plans_of(number):
        return [visit.plan for visit in visits if visit.number == number]

    assert plans_of(first)
    assert plans_of(first) == plans_of(second)


def test_no_place_overflows():
    plan = next(
        plan
        for plan in programme.plan_day(FIRST, SHANGHAI, live=False)
        if plan.title == "强国TV线上集中学习"
    )
    small = replace(plan, entry=replace(plan.entry, capacity=2))

    assert len(attendance.attend_day([plan], joined_on=EVERYBODY_LONG_AGO)) > 2
    assert len(attendance.attend_day([small], joined_on=EVERYBODY_LONG_AGO)) == 2


def test_on_one_day_nobody_is_at_two_occasions_at_once():
    taken = {}
    for visit in visits_of(live=True, days=5):
        if visit.plan.entry.rule is None:
            taken.setdefault((visit.plan.day, visit.number), []).append(visit.plan)

    assert any(len(plans) > 1 for plans in taken.values())
    assert all(
        one.ends_at <= other.starts_at for plans in taken.values() for one, other in pairwise(plans)
    )


def test_nobody_comes_before_they_are_registered():
    later = [FIRST + timedelta(days=10)] * len(EVERYBODY_LONG_AGO)

    visits = visits_of(joined_on=later)

    assert visits
    assert min(visit.plan.day for visit in visits) == FIRST + timedelta(days=11)
