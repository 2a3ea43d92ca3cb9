"""Whom an occasion is for. Of a birth only the year is known, so that an age is one of two."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.activities import rules
from rewards.activities.errors import (
    AgeLimitError,
    AgeUnknownError,
    GuardianConsentRequiredError,
    OccasionRequirementsError,
    QualificationRequiredError,
    TrainingRequiredError,
)
from rewards.activities.types import OccasionKind
from rewards.participants.rules import span_age
from rewards.participants.types import Profession, Standing, Training

YEAR = 2026


def ask(kind=OccasionKind.ACTIVITY, **required):
    nothing = {"age_min": None, "age_max": None, "qualification": "", "training": ""}
    return SimpleNamespace(kind=kind, **nothing | required)


def born(year, **more):
    least, most = span_age(year, year=YEAR)
    nothing = {"professions": frozenset(), "trainings": frozenset(), "has_guardian_consent": False}
    return Standing(age_least=least, age_most=most, **nothing | more)


def test_whoever_may_come_to_what_asks_for_nothing():
    rules.check_eligible(ask(), born(None))
    rules.check_eligible(ask(), born(1950))
    rules.check_eligible(ask(OccasionKind.SERVICE_SHIFT), born(None))


@pytest.mark.parametrize(
    ("kind", "year", "is_refused"),
    [
        # 14 in the course of the year: 13 still, in doubt.
        (OccasionKind.ACTIVITY, 2012, True),
        (OccasionKind.ACTIVITY, 2011, False),
        (OccasionKind.STUDY_SESSION, 2012, True),
        (OccasionKind.SERVICE_SHIFT, 2011, True),
        (OccasionKind.SERVICE_SHIFT, 2008, True),
        (OccasionKind.SERVICE_SHIFT, 2007, False),
    ],
)
def test_minors_come_with_a_guardians_consent(kind, year, is_refused):
    rules.check_eligible(ask(kind), born(year, has_guardian_consent=True))

    if is_refused:
        with pytest.raises(GuardianConsentRequiredError):
            rules.check_eligible(ask(kind), born(year))
    else:
        rules.check_eligible(ask(kind), born(year))


@pytest.mark.parametrize(
    ("limits", "allowed", "refused"),
    [
        ({"age_min": 16}, 2010, 2011),
        ({"age_max": 12}, 2013, 2012),
        ({"age_min": 60, "age_max": 70}, 1966, 1967),
        ({"age_min": 60, "age_max": 70}, 1955, 1954),
    ],
)
def test_an_age_in_doubt_is_taken_for_the_one_that_fits(limits, allowed, refused):
    rules.check_eligible(ask(**limits), born(allowed, has_guardian_consent=True))

    with pytest.raises(AgeLimitError) as error:
        rules.check_eligible(ask(**limits), born(refused, has_guardian_consent=True))
    assert error.value.members == {"age_min": None, "age_max": None} | limits


def test_an_age_that_nobody_knows_keeps_out_only_where_there_is_a_limit():
    with pytest.raises(AgeUnknownError):
        rules.check_eligible(ask(age_min=18), born(None))


def test_a_certificate_of_something_else_is_none():
    occasion = ask(OccasionKind.SERVICE_SHIFT, qualification="medical", training="first_aid")
    doctor = born(1980, professions=frozenset({Profession.MEDICAL}))
    lawyer = born(1980, professions=frozenset({Profession.LEGAL}))

    with pytest.raises(QualificationRequiredError) as unqualified:
        rules.check_eligible(occasion, lawyer)
    with pytest.raises(TrainingRequiredError) as untrained:
        rules.check_eligible(occasion, doctor)
    rules.check_eligible(occasion, replace(doctor, trainings=frozenset({Training.FIRST_AID})))
    assert unqualified.value.members == {"qualification": "medical"}
    assert untrained.value.members == {"training": "first_aid"}


@pytest.mark.parametrize(
    ("field", "required"),
    [
        ("age_min", {"age_min": -1}),
        ("age_min", {"age_max": 121}),
        ("age_max", {"age_min": 61, "age_max": 60}),
        ("qualification", {"qualification": "first_aid"}),
        ("training", {"training": "medical"}),
    ],
)
def test_what_nobody_could_meet_is_not_required(field, required):
    with pytest.raises(OccasionRequirementsError) as error:
        rules.check_terms(required)

    assert error.value.members == {"field": field}


def test_one_end_of_an_age_is_weighed_against_the_one_there_is():
    rules.check_terms({"age_max": 60}, before=ask(age_min=60))

    with pytest.raises(OccasionRequirementsError):
        rules.check_terms({"age_max": 59}, before=ask(age_min=60))


@given(st.integers(1900, YEAR), st.integers(0, 120), st.integers(0, 120), st.booleans())
def test_nobody_is_kept_out_by_age_who_may_be_of_it(year, one, other, is_agreed):
    least, most = sorted((one, other))
    standing = born(year, has_guardian_consent=is_agreed)
    ages = {YEAR - year - 1, YEAR - year}

    try:
        rules.check_eligible(ask(age_min=least, age_max=most), standing)
        is_in = True
    except AgeLimitError:
        is_in = False
    except GuardianConsentRequiredError:
        assert min(ages) < 14
        return

    assert is_in == any(least <= max(age, 0) <= most for age in ages)
