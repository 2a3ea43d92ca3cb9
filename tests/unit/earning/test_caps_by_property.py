"""What holds for the awards of any acts under any rules."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from rewards.core.periods import Period, period_bounds
from rewards.earning import rules
from rewards.earning.types import Given
from tests.factories.rules import build_act, build_rules, do_all, total

SHANGHAI = timezone(timedelta(hours=8))
RULES = build_rules(ORDER_GOOD={"enabled": True}, XXQG_TIER={"enabled": True})
CODES = sorted(RULES.rules)
# Around a border of year, quarter, month and week at once, and further off.
DAYS = [date(2026, 12, day) for day in (1, 27, 28, 31)] + [date(2027, 1, day) for day in (1, 3, 4)]

codes = st.lists(st.sampled_from(CODES), min_size=1, max_size=3).map(tuple)


@st.composite
def acts(draw, codes=codes):
    day = draw(st.sampled_from(DAYS))
    ended_at = datetime(day.year, day.month, day.day, draw(st.integers(0, 23)), tzinfo=SHANGHAI)
    return build_act(
        *draw(codes),
        day=day,
        minutes=draw(st.none() | st.integers(0, 24 * 60)),
        ended_at=draw(st.sampled_from([None, ended_at])),
        quantity=draw(st.integers(1, 5)),
        score=draw(st.none() | st.integers(0, 1000)),
        amount=draw(st.integers(20, 100)),
        verified=draw(st.sampled_from([frozenset(), frozenset({"qualification"})])),
    )


def list_over(rule_set, acts, results):
    """Return the caps that the awards together went over."""
    sums = defaultdict(int)
    for act, awards in zip(acts, results, strict=True):
        for award in awards:
            rule = rule_set.rules[award.rule]
            owners = {award.rule: rule.caps, "": rule_set.guard}
            if rule.shares_caps:
                owners[rule.of] = rule_set.rules[rule.of].caps
            for code, caps in owners.items():
                for period, limit in caps.items():
                    sums[code, period_bounds(period, act.day), limit] += award.points
    return [(key, points) for key, points in sums.items() if points > key[2]]


@settings(deadline=None)
@given(done=st.lists(acts(), max_size=25))
def test_no_sequence_of_acts_goes_over_any_cap(done):
    results = do_all(RULES, done)

    assert list_over(RULES, done, results) == []
    assert all(0 <= award.points <= award.uncapped for awards in results for award in awards)


def test_acts_go_over_caps_that_nobody_heeds():
    # The property above would notice: without caps the same acts go over.
    free = replace(
        RULES,
        rules={code: replace(rule, caps={}) for code, rule in RULES.rules.items()},
        guard={},
    )
    done = [build_act("ACT_JOIN", day=DAYS[0])] * 3

    assert list_over(RULES, done, do_all(free, done))


@settings(deadline=None)
@given(act=acts(), more=st.integers(0, 600), usage=st.lists(acts(), max_size=8))
def test_more_minutes_never_give_less(act, more, usage):
    given_before = [
        Given(award.rule, each.day, award.points)
        for each, awards in zip(usage, do_all(RULES, usage), strict=True)
        for award in awards
    ]
    # The time grows at its beginning, so that the hours it has stay in it.
    longer = replace(act, minutes=(act.minutes or 0) + more)

    assert total(do_all(RULES, [act], given_before)) <= total(do_all(RULES, [longer], given_before))


@settings(deadline=None)
@given(act=acts(), data=st.data())
def test_the_order_of_rules_does_not_matter(act, data):
    turned = replace(RULES, rules=dict(data.draw(st.permutations(sorted(RULES.rules.items())))))
    shuffled = replace(act, codes=tuple(data.draw(st.permutations(act.codes))))

    assert rules.evaluate(turned, shuffled, ()) == rules.evaluate(RULES, act, ())


@settings(deadline=None)
@given(act=acts(), off=st.sets(st.sampled_from(CODES)))
def test_what_is_switched_off_gives_nothing(act, off):
    rule_set = build_rules(**{code: {"enabled": False} for code in off})

    awards = rules.evaluate(rule_set, act, ())

    assert [award for award in awards if award.rule in off and award.points] == []


@settings(deadline=None)
@given(act=acts(), usage=st.lists(acts(), max_size=8))
def test_days_outside_the_span_do_not_matter(act, usage):
    given_before = [
        Given(award.rule, each.day, award.points)
        for each, awards in zip(usage, do_all(RULES, usage), strict=True)
        for award in awards
    ]
    start, end = rules.usage_span(RULES, act)
    concerned = [each for each in given_before if start <= each.business_date <= end]

    assert rules.evaluate(RULES, act, given_before) == rules.evaluate(RULES, act, concerned)


@settings(deadline=None)
@given(day=st.dates(date(2020, 1, 1), date(2040, 12, 31)), period=st.sampled_from(Period))
def test_every_day_of_a_period_has_the_same_bounds(day, period):
    start, end = period_bounds(period, day)

    assert start <= day <= end
    assert period_bounds(period, start) == period_bounds(period, end) == (start, end)
    if period is Period.WEEK:
        assert (start.weekday(), end.weekday()) == (0, 6)
