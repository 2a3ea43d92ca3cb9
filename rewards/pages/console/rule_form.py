"""The form of a point rule: what was typed, what it changes, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _

from rewards.core import clock
from rewards.earning.rules import Definition
from rewards.earning.types import GUARD
from rewards.ledger.types import BoardKind

CAPS = ("cap_day", "cap_week", "cap_month", "cap_quarter", "cap_year", "cap_lifetime")
DIGITS_MAX = 6
NOTE_LENGTH_MAX = 120
PERCENT = 100


@dataclass(slots=True)
class Draft:
    """What the form holds. What the use case needs is there once `errors` is empty."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    note: str = ""


def list_numbers(code: str, definition: Definition, *, is_placed: bool) -> tuple[str, ...]:
    """Return the fields of numbers that the form of a rule has, in order.

    *is_placed*: of what differs at a node, which is less.
    """
    if code == GUARD or definition.get("of") or definition.get("tiers"):
        return CAPS
    if definition.get("amount_max"):
        amounts = ("amount_min", "amount_max")
        return (*amounts, *CAPS) if is_placed else (*amounts, "approvers_above", *CAPS)
    times = tuple(name for name in ("per_minutes", "minutes_min") if definition.get(name))
    return ("base", *CAPS) if is_placed else ("base", *times, *CAPS)


def fill(code: str, definition: Definition, *, is_placed: bool) -> dict[str, str]:
    """Return what the form of a rule shows at first."""
    numbers = list_numbers(code, definition, is_placed=is_placed)
    typed = {name: str(definition.get(name) or "") for name in numbers}
    typed["window"] = definition.get("window", "")
    typed["board"] = definition.get("board", BoardKind.NONE.value)
    typed["enabled"] = "yes" if definition.get("enabled", True) else ""
    if definition.get("factor_percent"):
        typed["factor"] = f"{definition['factor_percent'] / PERCENT:g}"
    for place, (score, points) in enumerate(definition.get("tiers") or []):
        typed |= {f"score_{place}": str(score), f"points_{place}": str(points)}
    return typed


def read(
    form: Mapping[str, str],
    code: str,
    definition: Definition,
    *,
    is_placed: bool,
    today: date,
) -> Draft:
    """Return the draft of a rule that is to become different from *definition*."""
    draft = Draft(typed=form)
    wanted: dict[str, Any] = dict(
        _read_numbers(draft, list_numbers(code, definition, is_placed=is_placed))
    )
    if definition.get("tiers"):
        wanted["tiers"] = _read_tiers(draft)
    if definition.get("of"):
        wanted["factor_percent"] = _read_factor(draft)
    if code != GUARD:
        wanted["enabled"] = form.get("enabled") == "yes"
    if code != GUARD and not is_placed:
        wanted["board"] = _read_board(form)
        if definition.get("window"):
            wanted["window"] = form.get("window", "").strip().replace("\N{EN DASH}", "-")
    draft.changes = {
        name: value for name, value in wanted.items() if value != _now(definition, name)
    }
    draft.note = form.get("note", "").strip()[:NOTE_LENGTH_MAX]
    draft.valid_from = _read_day(draft, "valid_from", today=today)
    draft.valid_to = _read_day(draft, "valid_to")
    return draft


def read_start(form: Mapping[str, str], *, now: datetime) -> datetime:
    """Return the moment from which what was typed is to hold: now, unless a later day is named."""
    day = _read_day(Draft(typed=form), "valid_from", today=clock.local_date(now, clock.zone()))
    return max(day or now, now)


def _now(definition: Definition, name: str) -> Any:
    defaults = {"enabled": True, "board": BoardKind.NONE.value}
    return definition.get(name, defaults.get(name))


def _read_numbers(draft: Draft, names: tuple[str, ...]) -> Iterator[tuple[str, int | None]]:
    for name in names:
        text = draft.typed.get(name, "").strip()
        if not text:
            yield name, None
        elif _is_number(text):
            yield name, int(text)
        else:
            draft.errors[name] = _("填数字，例如 10")


def _read_tiers(draft: Draft) -> list[list[int]]:
    tiers = []
    for place in range(sum(name.startswith("score_") for name in draft.typed)):
        pair = [draft.typed.get(f"{name}_{place}", "").strip() for name in ("score", "points")]
        if not any(pair):
            continue
        if not all(_is_number(text) for text in pair):
            draft.errors["tiers"] = _("每一档都要填达到多少、得几分")
            continue
        tiers.append([int(text) for text in pair])
    return tiers


def _read_factor(draft: Draft) -> int | None:
    text = draft.typed.get("factor", "").strip()
    whole, _dot, part = text.partition(".")
    if not (_is_number(whole) and (not part or _is_number(part)) and len(part) <= 2):
        draft.errors["factor_percent"] = _("填倍数，例如 1.5")
        return None
    return int(whole) * PERCENT + int(f"{part:0<2}")


def _read_board(form: Mapping[str, str]) -> str:
    try:
        return BoardKind(form.get("board", "")).value
    except ValueError:
        return BoardKind.NONE.value


def _read_day(draft: Draft, name: str, *, today: date | None = None) -> datetime | None:
    text = draft.typed.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        draft.errors[name] = _("请选日期")
        return None
    # Whoever names today means now.
    return None if day == today else datetime.combine(day, time.min, tzinfo=clock.zone())


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX
