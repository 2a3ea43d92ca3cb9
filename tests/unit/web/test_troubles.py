"""Each reason for which somebody is refused at the door has words for staff: what to do."""

import inspect

from rewards.activities import errors as activities
from rewards.checkins import errors as checkins
from rewards.core.errors import RewardsError
from rewards.pages.console.troubles import TROUBLES, judge
from rewards.web.sentences.hours import HOURS

# What nobody meets with a phone or at a gate: it is about deciding, importing and printing.
ELSEWHERE = {"poster-not-found", "poster-place", "poster-label", "attendance-settled"}
AT_THE_DOOR = {
    "age-limit",
    "age-unknown",
    "guardian-consent-required",
    "occasion-full",
    "occasion-not-found",
    "qualification-required",
    "training-required",
}


def codes_of(module):
    return {
        each.code
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, RewardsError) and each.__module__ == module.__name__
    }


def test_each_refusal_of_check_in_says_to_staff_what_to_do():
    met = (codes_of(checkins) - HOURS.keys() - ELSEWHERE) | (codes_of(activities) & AT_THE_DOOR)

    assert sorted(met - TROUBLES.keys()) == []
    assert codes_of(activities) >= AT_THE_DOOR


def test_what_is_not_known_still_has_a_next_step():
    assert str(judge("something-new").hint)
