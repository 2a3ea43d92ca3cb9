"""What a rule may not say, and the field that is named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from rewards.earning import rules
from rewards.earning.errors import (
    RuleCapError,
    RuleContradictionError,
    RuleFieldError,
    RuleNotFoundError,
    RulePeriodError,
    RuleReferenceError,
    RuleTiersError,
    RuleUnchangedError,
    RuleWindowError,
)
from tests.factories.rules import build_version, default_definitions, default_versions

DEFINITIONS = default_definitions()
VERSIONS = default_versions()
NOW = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
HOUR = timedelta(hours=1)
NODE_ID = UUID(int=7)


@pytest.mark.parametrize("code", sorted(DEFINITIONS))
def test_every_default_rule_is_sound(code):
    rules.check_definition(code, DEFINITIONS[code], others=DEFINITIONS)


REFUSED = [
    ("ACT_JOIN", {"cap_day": 0}, RuleCapError, "cap_day", None),
    ("ACT_JOIN", {"cap_day": -1}, RuleCapError, "cap_day", None),
    ("ACT_JOIN", {"cap_day": 61}, RuleCapError, "cap_day", "cap_month"),
    ("ACT_JOIN", {"cap_week": 9}, RuleCapError, "cap_day", "cap_week"),
    ("ACT_JOIN", {"base": 11}, RuleContradictionError, "cap_day", "base"),
    ("ACT_JOIN", {"base": 0}, RuleFieldError, "base", None),
    ("ACT_JOIN", {"base": -5}, RuleFieldError, "base", None),
    ("ACT_JOIN", {"colour": "red"}, RuleFieldError, "colour", None),
    ("ACT_JOIN", {"needs": "luck"}, RuleFieldError, "needs", None),
    ("ACT_JOIN", {"tiers": [[1, 2]]}, RuleContradictionError, "tiers", "base"),
    ("ACT_JOIN", {"factor_percent": 150}, RuleContradictionError, "factor_percent", "of"),
    ("ACT_JOIN", {"shares_caps": True}, RuleContradictionError, "shares_caps", "of"),
    ("ACT_JOIN", {"approvers": 2}, RuleContradictionError, "approvers", "amount_max"),
    ("ACT_JOIN", {"minutes_fixed": 9}, RuleContradictionError, "minutes_fixed", "counts_minutes"),
    ("ACT_JOIN", {"excludes": ["ACT_JOIN"]}, RuleReferenceError, "excludes", None),
    ("ACT_JOIN", {"excludes": ["NOTHING"]}, RuleReferenceError, "excludes", None),
    ("ACT_JOIN", {"excludes": ["SVC_NIGHT"]}, RuleReferenceError, "excludes", None),
    # The other one excludes this one already: both together would give nothing.
    ("SVC_TIME", {"excludes": ["LECTURE_GIVE"]}, RuleReferenceError, "excludes", None),
    ("SVC_MUSTER", {"of": "NOTHING"}, RuleReferenceError, "of", None),
    ("SVC_MUSTER", {"of": "SVC_NIGHT"}, RuleReferenceError, "of", None),
    ("SVC_MUSTER", {"of": "SVC_MUSTER"}, RuleReferenceError, "of", None),
    ("SVC_MUSTER", {"of": "GUARD"}, RuleReferenceError, "of", None),
    ("SVC_MUSTER", {"factor_percent": 100}, RuleFieldError, "factor_percent", None),
    ("SVC_MUSTER", {"base": 5}, RuleContradictionError, "of", "base"),
    ("SVC_MUSTER", {"counts_minutes": True}, RuleContradictionError, "counts_minutes", "of"),
    ("SVC_NIGHT", {"window": "22:00"}, RuleWindowError, "window", None),
    ("SVC_NIGHT", {"window": "22:00-25:00"}, RuleWindowError, "window", None),
    ("SVC_NIGHT", {"window": "22:00-22:00"}, RuleWindowError, "window", None),
    ("SVC_NIGHT", {"window": "22:00+08:00-06:00"}, RuleWindowError, "window", None),
    ("SVC_NIGHT", {"window": "22:00-06Z"}, RuleWindowError, "window", None),
    ("SVC_NIGHT", {"window": "2200-0600"}, RuleWindowError, "window", None),
    ("SVC_NIGHT", {"window": "22-06"}, RuleWindowError, "window", None),
    # Nobody says how long these took, so that no hours would ever fit.
    ("ACT_JOIN", {"window": "22:00-06:00"}, RuleContradictionError, "window", "per_minutes"),
    ("AUDIO", {"window": "22:00-06:00"}, RuleContradictionError, "window", "per_minutes"),
    # More than all rules together may give in a day.
    ("WISH_DONE", {"base": 101, "cap_month": None}, RuleContradictionError, "base", "cap_day"),
    (
        "AWARD",
        {"amount_max": 101, "cap_quarter": 300},
        RuleContradictionError,
        "amount_max",
        "cap_day",
    ),
    ("QUIZ", {"tiers": [[60, 4], [100, 2]]}, RuleTiersError, "tiers", None),
    ("QUIZ", {"tiers": [[60, 2], [60, 4]]}, RuleTiersError, "tiers", None),
    ("QUIZ", {"tiers": [[60, 0]]}, RuleTiersError, "tiers", None),
    ("QUIZ", {"tiers": [[60, 41]]}, RuleContradictionError, "cap_month", "tiers"),
    ("QUIZ", {"tiers": None}, RuleFieldError, "base", None),
    ("AWARD", {"amount_min": 101}, RuleContradictionError, "amount_min", "amount_max"),
    ("AWARD", {"approvers_above": 101}, RuleContradictionError, "approvers_above", "amount_max"),
    ("AWARD", {"approvers": 1}, RuleFieldError, "approvers", None),
    ("GUARD", {"cap_day": 900}, RuleCapError, "cap_day", "cap_month"),
    ("GUARD", {"base": 1}, RuleFieldError, "base", None),
]


@pytest.mark.parametrize(("code", "changes", "error", "field", "other"), REFUSED)
def test_a_rule_that_makes_no_sense_is_refused(code, changes, error, field, other):
    with pytest.raises(error) as refused:
        rules.propose(VERSIONS, code, node_path="", at=NOW, changes=changes)

    assert refused.value.members.get("field") == field
    assert refused.value.members.get("other") == other


def test_a_change_leaves_the_rest_as_it_was():
    definition = rules.propose(VERSIONS, "ACT_JOIN", node_path="", at=NOW, changes={"base": 6})

    assert definition == {"base": 6, "cap_day": 10, "cap_month": 60, "board": "study"}


def test_null_puts_the_default_back():
    definition = rules.propose(
        VERSIONS, "ACT_JOIN", node_path="", at=NOW, changes={"cap_day": None}
    )

    assert "cap_day" not in definition


def test_a_node_keeps_what_differs_there_alone():
    changes = {"base": 6, "cap_month": None}

    assert rules.propose(VERSIONS, "ACT_JOIN", node_path="aa/", at=NOW, changes=changes) == changes


@pytest.mark.parametrize(
    "changes", [{"board": "none"}, {"of": "SVC_TIME"}, {"window": "1:00-2:00"}]
)
def test_only_amounts_caps_and_whether_it_is_on_may_differ_at_a_node(changes):
    with pytest.raises(RuleFieldError):
        rules.propose(VERSIONS, "ACT_JOIN", node_path="aa/", at=NOW, changes=changes)


def test_what_differs_at_a_node_has_to_fit_the_rest():
    with pytest.raises(RuleCapError):
        rules.propose(VERSIONS, "ACT_JOIN", node_path="aa/", at=NOW, changes={"cap_day": 61})


def test_a_change_has_to_fit_what_differs_at_nodes():
    here = build_version("ACT_JOIN", {"cap_day": 50}, version=2, node_path="aa/")

    with pytest.raises(RuleCapError):
        rules.propose(
            [*VERSIONS, here], "ACT_JOIN", node_path="", at=NOW, changes={"cap_month": 40}
        )


def test_the_guard_is_the_same_everywhere():
    with pytest.raises(RuleFieldError):
        rules.propose(VERSIONS, "GUARD", node_path="aa/", at=NOW, changes={"cap_day": 50})


def test_a_rule_that_does_not_exist_is_not_found():
    with pytest.raises(RuleNotFoundError):
        rules.propose(VERSIONS, "SHARE_LINK", node_path="", at=NOW, changes={"base": 5})


def test_a_rule_above_a_lowered_guard_can_still_be_switched_off():
    lowered = build_version("GUARD", {"cap_day": 10, "cap_month": 800}, version=2)

    changed = rules.propose(
        [*VERSIONS, lowered], "AWARD", node_path="", at=NOW, changes={"enabled": False}
    )

    assert changed["enabled"] is False


def test_a_change_of_a_guard_that_lies_below_some_rules_is_no_contradiction():
    changes = {"cap_day": 10}

    assert rules.propose(VERSIONS, "GUARD", node_path="", at=NOW, changes=changes)["cap_day"] == 10


def test_what_differed_at_a_node_and_has_ended_is_in_the_way_of_nothing():
    here = build_version("ACT_JOIN", {"cap_day": 50}, version=2, node_path="aa/", valid_to=NOW)

    changed = rules.propose(
        [*VERSIONS, here], "ACT_JOIN", node_path="", at=NOW, changes={"cap_month": 40}
    )

    assert changed["cap_month"] == 40


@pytest.mark.parametrize("starts_in", [-HOUR, HOUR], ids=["runs", "is planned"])
def test_a_change_names_the_node_that_it_does_not_fit(starts_in):
    here = build_version(
        "ACT_JOIN", {"cap_day": 50}, version=2, node_path="aa/", valid_from=NOW + starts_in
    )
    here = replace(here, node_id=NODE_ID)

    with pytest.raises(RuleCapError) as refused:
        rules.propose(
            [*VERSIONS, here], "ACT_JOIN", node_path="", at=NOW, changes={"cap_month": 40}
        )

    assert refused.value.members["node_id"] == str(NODE_ID)


def test_what_differs_at_a_node_has_to_fit_what_is_planned():
    planned = build_version("ACT_JOIN", {"base": 5}, version=2, valid_from=NOW + HOUR)

    with pytest.raises(RuleContradictionError):
        rules.propose(
            [*VERSIONS, planned], "ACT_JOIN", node_path="aa/", at=NOW, changes={"tiers": [[1, 2]]}
        )


def test_a_change_is_of_what_runs_when_it_starts():
    planned = build_version("ACT_JOIN", {"base": 9}, version=2, valid_from=NOW + HOUR)

    def propose(at):
        changes = {"board": "study"}
        versions = [*VERSIONS, planned]
        return rules.propose(versions, "ACT_JOIN", node_path="", at=at, changes=changes)["base"]

    assert (propose(NOW), propose(NOW + HOUR)) == (5, 9)


def check_period(starts_in, lasts=None):
    start = NOW + starts_in
    end = None if lasts is None else start + lasts
    rules.check_period(valid_from=start, valid_to=end, now=NOW)


def test_a_version_runs_from_now_or_later_to_an_end_after_that():
    check_period(timedelta(0))
    check_period(HOUR, HOUR)
    with pytest.raises(RulePeriodError):
        check_period(-timedelta(seconds=1))
    with pytest.raises(RulePeriodError):
        check_period(HOUR, timedelta(0))


def test_a_version_is_planned_a_year_ahead_at_most():
    check_period(timedelta(days=366))
    with pytest.raises(RulePeriodError) as refused:
        check_period(timedelta(days=366, seconds=1))

    assert refused.value.members["field"] == "valid_from"


def check_changed(*own, definition, node_path="", valid_to=None):
    rules.check_changed(
        own, definition, node_path=node_path, valid_from=NOW + HOUR, valid_to=valid_to
    )


def test_a_version_says_something_new():
    first = build_version("ACT_JOIN", {"base": 5})
    planned = build_version("ACT_JOIN", {"base": 6}, version=2, valid_from=NOW + 2 * HOUR)

    check_changed(first, definition={"base": 6})
    check_changed(first, definition={"base": 5}, valid_to=NOW + 2 * HOUR)
    check_changed(first, planned, definition={"base": 5})
    for node_path, definition in (("", {"base": 5}), ("aa/", {})):
        with pytest.raises(RuleUnchangedError):
            check_changed(first, definition=definition, node_path=node_path)


def test_of_versions_to_come_one_gives_way_to_a_newer_one_that_starts_first():
    def plan(version, hours, **place):
        return build_version(
            "ACT_JOIN", {"base": 5}, version=version, valid_from=NOW + hours * HOUR, **place
        )

    own = [build_version("ACT_JOIN", {"base": 5}), plan(2, 9), plan(3, 4), plan(4, 6)]
    elsewhere = plan(5, 1, node_path="aa/")

    planned = rules.list_planned([*own, elsewhere], at=NOW)

    assert [each.version for each in planned] == [3, 4, 5]
