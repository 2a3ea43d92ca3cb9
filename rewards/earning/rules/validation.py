"""Whether what a rule says makes sense: each refusal names the field that does not."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise

from ..errors import (
    RuleCapError,
    RuleContradictionError,
    RuleFieldError,
    RulePeriodError,
    RuleReferenceError,
    RuleTiersError,
    RuleWindowError,
)
from ..types import GUARD
from .definitions import CAPS, NAMES, OVERRIDABLE, Definition, read_window

WHOLE_PERCENT = 100
# Whoever mistypes the year is told.
AHEAD_MAX = timedelta(days=366)
WINDOW = re.compile(r"[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}")
NEEDS = frozenset({"qualification"})
# Of these a rule has one: how it comes to its points.
WAYS = ("base", "tiers", "amount_max", "of")
# What stands beside another field only; without it, it would say nothing.
COMPANIONS = {
    "per_minutes": "base",
    "factor_percent": "of",
    "shares_caps": "of",
    "amount_min": "amount_max",
    "approvers": "amount_max",
    "approvers_above": "approvers",
    "minutes_fixed": "counts_minutes",
}
STRANGERS = {
    "of": ("minutes_min", "minutes_fixed", "counts_minutes", "first_per_day", "excludes"),
    "per_minutes": ("minutes_fixed",),
}


def check_definition(
    code: str, definition: Definition, *, others: Mapping[str, Definition]
) -> None:
    """Check the whole definition of rule *code* against itself and the *others* in general.

    :raises RuleFieldError: if a value is not one a rule can have.
    :raises RuleCapError: if a cap is below one, or above that of a longer period.
    :raises RuleContradictionError: if two fields cannot stand together.
    :raises RuleReferenceError: if `of` or `excludes` names what cannot stand there.
    :raises RuleTiersError: if the tiers do not rise.
    :raises RuleWindowError: if the hours are none.
    """
    known = NAMES if code != GUARD else frozenset(CAPS)
    check_names(definition, known)
    _check_values(definition)
    _check_caps(definition)
    if code == GUARD:
        return
    _check_ways(definition)
    _check_beside(definition)
    _check_tiers(definition)
    _check_window(definition)
    _check_amounts(definition)
    _check_most(definition)
    _check_references(code, definition, others)


def check_names(definition: Iterable[str], known: Iterable[str] = OVERRIDABLE) -> None:
    """Check that a definition says nothing but what is *known*, which may differ at a node.

    :raises RuleFieldError: if it does.
    """
    for name in sorted(set(definition) - set(known)):
        raise RuleFieldError(field=name)


def check_period(
    *,
    valid_from: datetime,
    valid_to: datetime | None,
    now: datetime,
) -> None:
    """Check when a new version is to run.

    :raises RulePeriodError: if it would start in the past or more than a year
        ahead, or end before it starts.
    """
    if not now <= valid_from <= now + AHEAD_MAX:
        raise RulePeriodError(field="valid_from")
    if valid_to is not None and valid_to <= valid_from:
        raise RulePeriodError(field="valid_to")


def check_under_guard(definition: Definition, changes: Iterable[str], *, guard: Definition) -> None:
    """Check that what one act gives, if that changes, fits under the caps over all rules.

    What stays as it is may be above: the guard can be lowered at once.

    :raises RuleContradictionError: if it does not.
    """
    changed = set(changes)
    for name, points in _list_most(definition).items():
        if name in changed:
            for cap in CAPS:
                if points > guard.get(cap, points):
                    raise RuleContradictionError(field=name, other=cap, rule=GUARD)


def _check_values(definition: Definition) -> None:
    for name, value in definition.items():
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if is_number and name not in CAPS and value < 0:
            raise RuleFieldError(field=name)
    if definition.get("needs", "") not in {"", *NEEDS}:
        raise RuleFieldError(field="needs")
    if definition.get("of") and definition.get("factor_percent", 0) <= WHOLE_PERCENT:
        raise RuleFieldError(field="factor_percent")


def _check_caps(definition: Definition) -> None:
    shorter: list[tuple[str, int]] = []
    for name in CAPS:
        limit = definition.get(name)
        if limit is None:
            continue
        if limit < 1:
            raise RuleCapError(field=name)
        for other, earlier in shorter:
            if earlier > limit:
                raise RuleCapError(field=other, other=name)
        shorter.append((name, limit))


def _check_ways(definition: Definition) -> None:
    ways = [name for name in WAYS if definition.get(name)]
    if len(ways) > 1:
        raise RuleContradictionError(field=ways[1], other=ways[0])
    if not ways:
        raise RuleFieldError(field="base")


def _check_beside(definition: Definition) -> None:
    for name, companion in COMPANIONS.items():
        if definition.get(name) and not definition.get(companion):
            raise RuleContradictionError(field=name, other=companion)
    for name, strangers in STRANGERS.items():
        for other in strangers:
            if definition.get(name) and definition.get(other):
                raise RuleContradictionError(field=other, other=name)


def _check_tiers(definition: Definition) -> None:
    tiers = definition.get("tiers") or []
    for (score, points), (next_score, next_points) in pairwise(tiers):
        if not (score < next_score and points < next_points):
            raise RuleTiersError(field="tiers")
    if any(score < 0 or points < 1 for score, points in tiers):
        raise RuleTiersError(field="tiers")


def _check_window(definition: Definition) -> None:
    text = definition.get("window", "")
    if not text:
        return
    # Without minutes that count, an act has no hours to be in.
    if not (definition.get("of") or definition.get("per_minutes")):
        raise RuleContradictionError(field="window", other="per_minutes")
    if not WINDOW.fullmatch(text):
        raise RuleWindowError(field="window")
    try:
        window = read_window(text)
    except ValueError as error:
        raise RuleWindowError(field="window") from error
    if window is not None and window.start == window.end:
        raise RuleWindowError(field="window")


def _check_amounts(definition: Definition) -> None:
    least, most = definition.get("amount_min", 0), definition.get("amount_max", 0)
    if least > most:
        raise RuleContradictionError(field="amount_min", other="amount_max")
    if definition.get("approvers_above", 0) > most:
        raise RuleContradictionError(field="approvers_above", other="amount_max")
    if definition.get("approvers") == 1:
        raise RuleFieldError(field="approvers")


def _check_most(definition: Definition) -> None:
    # What one act gives has to fit under every cap, or the cap is all that counts.
    for name, points in _list_most(definition).items():
        for cap in CAPS:
            if points > definition.get(cap, points):
                raise RuleContradictionError(field=cap, other=name)


def _list_most(definition: Definition) -> dict[str, int]:
    return {
        "base": definition.get("base", 0),
        "tiers": max((points for _, points in definition.get("tiers") or []), default=0),
        "amount_max": definition.get("amount_max", 0),
    }


def _check_references(code: str, definition: Definition, others: Mapping[str, Definition]) -> None:
    base = definition.get("of", "")
    if base:
        is_main = base in others and base not in {code, GUARD} and not others[base].get("of")
        has_bonuses = any(other.get("of") == code for other in others.values())
        if not is_main or has_bonuses:
            raise RuleReferenceError(field="of", rule=base)
    for other in definition.get("excludes", ()):
        is_known = other in others and other not in {code, GUARD}
        if not is_known or code in others[other].get("excludes", ()) or others[other].get("of"):
            raise RuleReferenceError(field="excludes", rule=other)
