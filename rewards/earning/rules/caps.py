"""Which caps held while points were given, as every version of the rules says."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from rewards.core.periods import Period

from ..types import GUARD, RuleVersion

# Every process sees a change of the rules within so long.
CHANGE_SEEN_WITHIN = timedelta(seconds=2)

Limit = int | None


def list_limits(versions: Iterable[RuleVersion], period: Period) -> dict[str, dict[int, Limit]]:
    """Return what each version of each rule allowed in a *period*; None for without limit.

    A rule that never had such a cap is left out. A version of a node that says
    nothing of it allowed the most that the rule in general ever did.
    """
    name = f"cap_{period}"
    by_code: dict[str, list[RuleVersion]] = {}
    for version in versions:
        if version.code != GUARD:
            by_code.setdefault(version.code, []).append(version)
    allowed = {code: _list_allowed(own, name) for code, own in by_code.items()}
    return {
        code: limits
        for code, limits in allowed.items()
        if any(limit is not None for limit in limits.values())
    }


def list_shared(versions: Iterable[RuleVersion]) -> dict[str, dict[str, frozenset[int]]]:
    """Return under whose caps bonuses stood too: rule, then bonus, then its versions."""
    shared: dict[str, dict[str, frozenset[int]]] = {}
    by_code: dict[str, str] = {}
    for version in versions:
        if version.node_path:
            base = by_code.get(version.code, "")
        else:
            base = version.definition.get("of", "") if _shares(version) else ""
            by_code[version.code] = base
        if base:
            own = shared.setdefault(base, {})
            own[version.code] = own.get(version.code, frozenset()) | {version.version}
    return shared


def list_guard_limits(
    versions: Iterable[RuleVersion], period: Period
) -> list[tuple[datetime, Limit]]:
    """Return what the caps over all rules allowed in a *period*: each from its moment on.

    Entries do not name the version of the guard, so the time decides. While a
    change was not seen everywhere, the higher of two holds.
    """
    caps = [
        (version.valid_from, _cap(version, f"cap_{period}"))
        for version in versions
        if version.code == GUARD
    ]
    if all(limit is None for _, limit in caps):
        return []
    moments = {moment + late for moment, _ in caps for late in (timedelta(0), CHANGE_SEEN_WITHIN)}
    return [(moment, _guard_at(caps, moment)) for moment in sorted(moments)]


def _guard_at(caps: list[tuple[datetime, Limit]], moment: datetime) -> Limit:
    begin = moment - CHANGE_SEEN_WITHIN
    earlier = [limit for start, limit in caps if start <= begin]
    return _highest(earlier[-1:] + [limit for start, limit in caps if begin < start <= moment])


def _shares(version: RuleVersion) -> bool:
    return bool(version.definition.get("shares_caps"))


def _list_allowed(versions: list[RuleVersion], name: str) -> dict[int, Limit]:
    general = _highest(_cap(version, name) for version in versions if not version.node_path)
    return {
        version.version: general
        if version.node_path and name not in version.definition
        else _cap(version, name)
        for version in versions
    }


def _cap(version: RuleVersion, name: str) -> Limit:
    return version.definition.get(name) or None


def _highest(limits: Iterable[Limit]) -> Limit:
    known = list(limits)
    return None if None in known else max((each for each in known if each), default=None)
