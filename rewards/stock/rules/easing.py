"""Who made an item easier to have, and whether all have seen it since."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ..types import LimitPeriod, TermsAct

_SHORTER_FIRST = list(LimitPeriod)


def _is_less(before: int | None, after: int | None) -> bool:
    # Without a number nothing is asked for.
    return before is not None and (after is None or after < before)


def _is_more(before: int | None, after: int | None) -> bool:
    # Without a number nothing is in the way.
    return before is not None and (after is None or after > before)


def _is_shorter(before: str | None, after: str | None) -> bool:
    if before is None or after is None:
        return before is not None
    return _SHORTER_FIRST.index(LimitPeriod(after)) < _SHORTER_FIRST.index(LimitPeriod(before))


# For what and to whom an item is given, and what of it makes it easier to have.
_EASES: Mapping[str, Callable[[Any, Any], bool]] = {
    "points": _is_less,
    "min_balance": _is_less,
    "age_min": _is_less,
    "age_max": _is_more,
    "limit_count": _is_more,
    "limit_period": _is_shorter,
    "counts_in_month": lambda before, after: before and not after,
    "visible_node_id": lambda before, after: before is not None and after != before,
}


def find_seen_since(
    acts: Sequence[TermsAct],
    filled: Sequence[tuple[datetime, bool]],
    *,
    span: timedelta,
    now: datetime,
) -> datetime | None:
    """Return since when an item was there for everybody for *span* in all; None: it never was.

    It is there while it is listed and pieces of it stand on the shelf. *acts* are told from
    the first on, and so is in *filled* when the shelf got its first piece and lost its last.
    """
    left, until = span, now
    for at, is_there in reversed(_merge(acts, filled)):
        if is_there:
            if until - at >= left:
                return until - left
            left -= until - at
        until = at
    return None


def has_eased(acts: Sequence[TermsAct], principal: str, *, since: datetime | None) -> bool:
    """Tell whether *principal* made an item easier to have after a moment (None: at any time).

    That is: cheaper than it was or under fewer conditions, or put up as they liked it. What they
    only set back to what others said, or what was there before that moment, is nothing.
    """
    settled: dict[str, Any] = {}
    for act in acts:
        is_own = act.principal == principal and (since is None or act.at > since)
        if act.is_new and is_own and not act.is_usual:
            return True
        for name in _EASES.keys() & act.values.keys():
            if not is_own or act.is_new:
                settled[name] = act.values[name]
            elif _is_eased(name, act, settled):
                return True
    return False


def _is_eased(name: str, act: TermsAct, settled: dict[str, Any]) -> bool:
    if name not in settled:
        if name not in act.before:
            return True
        settled[name] = act.before[name]
    return _EASES[name](settled[name], act.values[name])


def _merge(
    acts: Sequence[TermsAct], filled: Sequence[tuple[datetime, bool]]
) -> list[tuple[datetime, bool]]:
    """Return when the item came to be there for everybody, and when it went."""
    listed = [(act.at, bool(act.values["is_listed"])) for act in acts if "is_listed" in act.values]
    # What was taken off first had been there before.
    is_listed, is_filled = not listed or not listed[0][1], False
    merged = []
    for at in sorted({at for at, _value in (*listed, *filled)}):
        is_listed = _last(listed, at, is_listed)
        is_filled = _last(filled, at, is_filled)
        merged.append((at, is_listed and is_filled))
    return merged


def _last(told: Sequence[tuple[datetime, bool]], moment: datetime, before: bool) -> bool:  # noqa: FBT001
    return next((value for at, value in reversed(told) if at == moment), before)
