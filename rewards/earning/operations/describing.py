"""Awards as plain values, for the books and the attendance."""

from dataclasses import asdict, fields
from typing import Any

from rewards.ledger.types import BoardKind

from ..types import Award, Why

# Those that came with a later version of the books are kept only if they say something.
_LATER = {"of", "factor_percent", "window", "quantity", "score", "needs", "excluded_by", "why"}
_AWARD_DEFAULTS = {each.name: each.default for each in fields(Award)}


def describe(award: Award) -> dict[str, Any]:
    """Return *award* as JSON-plain values, for the books and the attendance."""
    values = asdict(award) | {"board": award.board.value, "why": award.why.value}
    return {
        name: value
        for name, value in values.items()
        if name not in _LATER or value != _AWARD_DEFAULTS[name]
    }


def recall(values: dict[str, Any]) -> Award:
    """Return the award that `describe` was given, also by an earlier version of it.

    Other values that stand beside, such as a title, are left aside.
    """
    known = {name: values[name] for name in _AWARD_DEFAULTS if name in values}
    is_short = values["minutes_min"] and (values["minutes"] or 0) < values["minutes_min"]
    why = Why(values.get("why") or (Why.TOO_SHORT if is_short else Why.NONE))
    return Award(**(known | {"board": BoardKind(values["board"]), "why": why}))
