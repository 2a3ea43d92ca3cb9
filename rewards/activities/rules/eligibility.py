"""Whom an occasion is for: age, qualification, training, a guardian's consent."""

from collections.abc import Mapping
from typing import Any

from rewards.participants.rules import ADULT_AGE, GUARDED_AGE
from rewards.participants.types import Profession, Standing, Training

from ..errors import (
    AgeLimitError,
    AgeUnknownError,
    GuardianConsentRequiredError,
    OccasionRequirementsError,
    QualificationRequiredError,
    TrainingRequiredError,
)
from ..types import Occasion, OccasionKind

AGE_MAX = 120
REQUIREMENTS = ("age_min", "age_max", "qualification", "training")


def check_terms(terms: Mapping[str, Any], *, before: Occasion | None = None) -> None:
    """Check what is asked of those who come; what *terms* leave out is as *before*.

    :raises OccasionRequirementsError: if the ages are out of order, or the register does not
        know what is asked for.
    """
    asked = {each: terms.get(each, before and getattr(before, each)) for each in REQUIREMENTS}
    age_min, age_max = asked["age_min"], asked["age_max"]
    if any(age is not None and not 0 <= age <= AGE_MAX for age in (age_min, age_max)):
        raise OccasionRequirementsError(field="age_min")
    if age_min is not None and age_max is not None and age_min > age_max:
        raise OccasionRequirementsError(field="age_max")
    for field, known in (("qualification", Profession), ("training", Training)):
        if asked[field] and asked[field] not in set(known):
            raise OccasionRequirementsError(field=field)


def check_eligible(occasion: Occasion, standing: Standing) -> None:
    """Check that somebody of that *standing* may take part in *occasion*.

    Of two ages that somebody may have, either will do for a limit; where a
    minor has to be protected, the lower one counts.

    :raises GuardianConsentRequiredError: if a guardian has to agree first.
    :raises AgeUnknownError: if the occasion has a limit, and the year of birth is unknown.
    :raises AgeLimitError: if they are too young or too old.
    :raises QualificationRequiredError: if they lack the qualification.
    :raises TrainingRequiredError: if they lack the training.
    """
    _check_guardian(occasion, standing)
    _check_age(occasion, standing)
    if occasion.qualification and occasion.qualification not in standing.professions:
        raise QualificationRequiredError(qualification=occasion.qualification)
    if occasion.training and occasion.training not in standing.trainings:
        raise TrainingRequiredError(training=occasion.training)


def _check_guardian(occasion: Occasion, standing: Standing) -> None:
    if standing.has_guardian_consent or standing.age_least is None:
        return
    is_service = occasion.kind is OccasionKind.SERVICE_SHIFT
    if standing.age_least < (ADULT_AGE if is_service else GUARDED_AGE):
        raise GuardianConsentRequiredError


def _check_age(occasion: Occasion, standing: Standing) -> None:
    if occasion.age_min is None and occasion.age_max is None:
        return
    limits: dict[str, Any] = {"age_min": occasion.age_min, "age_max": occasion.age_max}
    if standing.age_least is None or standing.age_most is None:
        raise AgeUnknownError(**limits)
    is_too_young = occasion.age_min is not None and standing.age_most < occasion.age_min
    is_too_old = occasion.age_max is not None and standing.age_least > occasion.age_max
    if is_too_young or is_too_old:
        raise AgeLimitError(**limits)
