"""The part of an occasion's form that is about signing up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from rewards.activities.types import Occasion
from rewards.core import clock


def read(typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was chosen, and what is wrong with it."""
    values: dict[str, Any] = {
        "takes_sign_ups": typed.get("sign_up") == "yes",
        "sign_up_closes_at": None,
    }
    text = typed.get("sign_up_until", "").strip()
    if not values["takes_sign_ups"] or not text:
        return values, {}
    try:
        values["sign_up_closes_at"] = datetime.fromisoformat(text).replace(tzinfo=clock.zone())
    except ValueError:
        return values, {"sign_up_until": _("请选日期和时间，不另外截止就空着")}
    return values, {}


def fill(occasion: Occasion) -> dict[str, str]:
    """Return what the form of *occasion* shows at first."""
    until = occasion.sign_up_closes_at
    return {
        "sign_up": "yes" if occasion.takes_sign_ups else "",
        "sign_up_until": ""
        if until is None
        else f"{until.astimezone(clock.zone()):%Y-%m-%dT%H:%M}",
    }
