"""What a changed rule would have given for acts of the past."""

from datetime import date

from rewards.earning import rules
from rewards.earning.types import NodeDifference, PastActs
from tests.factories.rules import build_act, build_rules

BEFORE = build_rules()
FIRST, SECOND = date(2026, 11, 1), date(2026, 11, 2)


def compare(*acts, after, is_sample=False):
    past = PastActs(start=FIRST, end=SECOND, acts=acts, is_sample=is_sample)
    return rules.compare(BEFORE, after, past)


def join(day=FIRST, node_path="aa/bb/"):
    return build_act("ACT_JOIN", day=day, node_path=node_path)


def test_points_are_counted_for_people_and_nodes():
    result = compare(
        ("a", join()),
        ("a", join(day=SECOND, node_path="aa/cc/")),
        ("b", join()),
        ("c", build_act("SPACE_STAMP", day=FIRST, node_path="aa/bb/")),
        after=build_rules(ACT_JOIN={"base": 8}),
    )

    assert (result.acts, result.people, result.before, result.after) == (4, 3, 16, 25)
    assert (result.gaining, result.losing) == (2, 0)
    assert result.nodes == (
        NodeDifference(node_path="aa/bb/", before=11, after=17),
        NodeDifference(node_path="aa/cc/", before=5, after=8),
    )
    assert result.largest == ((10, 16), (5, 8))


def test_caps_hold_in_what_would_have_been():
    result = compare(*[("a", join())] * 3, after=build_rules(ACT_JOIN={"base": 8}))

    assert (result.before, result.after) == (10, 10)
    assert (result.gaining, result.losing, result.largest) == (0, 0, ())


def test_a_rule_that_is_switched_off_takes_all():
    result = compare(("a", join()), after=build_rules(ACT_JOIN={"enabled": False}), is_sample=True)

    assert (result.before, result.after, result.losing, result.is_sample) == (5, 0, 1, True)


def test_nothing_done_changes_nothing():
    result = compare(after=build_rules(ACT_JOIN={"base": 8}))

    assert (result.acts, result.people, result.before, result.after) == (0, 0, 0, 0)
    assert result.nodes == result.largest == ()


def test_below_a_node_only_what_happened_there_is_told_of():
    past = PastActs(
        start=FIRST,
        end=SECOND,
        acts=(("a", join()), ("a", join(node_path="aa/cc/")), ("b", join(node_path="aa/cc/"))),
        is_sample=False,
    )

    result = rules.compare(BEFORE, build_rules(ACT_JOIN={"base": 8}), past, node_path="aa/cc/")

    assert (result.acts, result.people) == (2, 2)
    # The first act of the day leaves two points of ten to the second.
    assert (result.before, result.after) == (10, 10)
    assert [each.node_path for each in result.nodes] == ["aa/cc/"]
    assert result.largest == ((5, 2), (5, 8))
