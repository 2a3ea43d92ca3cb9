"""A rule as it is stored: names and plain values, those left out at their default."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import time
from typing import Any

from rewards.core.periods import Period
from rewards.ledger.types import BoardKind

from ..types import Rule, Tier, Window

Definition = Mapping[str, Any]

CAPS = {f"cap_{period}": period for period in Period}
# What a place may have otherwise than the rest: how much, how often, whether at all.
OVERRIDABLE = frozenset(
    {"base", "factor_percent", "tiers", "amount_min", "amount_max", "enabled", *CAPS}
)
_PLACED = {"code", "version", "caps", "node_path"}
PLAIN = {each.name: each.default for each in fields(Rule) if each.name not in _PLACED}
NAMES = frozenset(PLAIN) | frozenset(CAPS)


def read(
    code: str, version: int, definition: Definition, *, node_path: str = "", enabled: bool = True
) -> Rule:
    """Return the rule that *definition* describes; not *enabled*: switched off all the same."""
    values = {name: definition[name] for name in PLAIN if name in definition}
    if "window" in values:
        values["window"] = read_window(values["window"])
    if "tiers" in values:
        values["tiers"] = tuple(Tier(at_least, points) for at_least, points in values["tiers"])
    if "board" in values:
        values["board"] = BoardKind(values["board"])
    values["excludes"] = tuple(definition.get("excludes", ()))
    values["enabled"] = enabled and definition.get("enabled", True)
    return Rule(
        code=code, version=version, caps=read_caps(definition), node_path=node_path, **values
    )


def read_caps(definition: Definition) -> dict[Period, int]:
    """Return the caps of *definition*; 0 stands for none."""
    return {period: definition[name] for name, period in CAPS.items() if definition.get(name)}


def read_window(text: str) -> Window | None:
    """Return the hours that *text* names as 22:00-06:00, None of an empty one.

    :raises ValueError: if it does not.
    """
    if not text:
        return None
    start, separator, end = text.partition("-")
    if not separator:
        raise ValueError("no second time")
    return Window(time.fromisoformat(start), time.fromisoformat(end))


def merge(definition: Definition, changes: Definition) -> dict[str, Any]:
    """Return *definition* with *changes*; one of None puts the default back."""
    merged = {**definition, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def write_window(window: Window | None) -> str:
    """Return the hours as 22:00-06:00, nothing if there are none."""
    return f"{window.start:%H:%M}-{window.end:%H:%M}" if window else ""
