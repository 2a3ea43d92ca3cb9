"""The part of an occasion's form that says who may come."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from rewards.activities.rules import AGE_MAX
from rewards.activities.types import Details, Occasion
from rewards.participants.types import Profession, Training

LISTS = {"qualification": Profession, "training": Training}


def read(typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was chosen, and what is wrong with it."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    # A page of before does not ask for it, and takes nothing away.
    if "age_min" not in typed:
        return values, errors
    for name in ("age_min", "age_max"):
        text = typed.get(name, "").strip()
        is_age = text.isascii() and text.isdigit() and int(text) <= AGE_MAX
        values[name] = int(text) if is_age else None
        if text and not is_age:
            errors[name] = _("填岁数，不限就空着")
    least, most = values["age_min"], values["age_max"]
    if least is not None and most is not None and least > most:
        errors["age_max"] = _("最大岁数不能比最小的小")
    for name, known in LISTS.items():
        values[name] = typed.get(name, "")
        if values[name] and values[name] not in set(known):
            errors[name] = _("请从列表里选")
    return values, errors


def fill(asked: Occasion | Details) -> dict[str, str]:
    """Return what the form of what *asked* for it shows at first."""
    return {
        "age_min": "" if asked.age_min is None else str(asked.age_min),
        "age_max": "" if asked.age_max is None else str(asked.age_max),
        "qualification": asked.qualification,
        "training": asked.training,
    }
