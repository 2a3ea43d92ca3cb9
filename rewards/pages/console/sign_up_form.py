"""The part of an occasion's form that is about signing up."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from rewards.activities.types import Details, Occasion
from rewards.core import clock

MINUTE = timedelta(minutes=1)
_MINUTES = re.compile(r"-?\d{1,6}", re.ASCII)


def read(
    typed: Mapping[str, str], starts_at: datetime | None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was chosen, and what is wrong with it.

    An end of signing up that is as it was shown moves along with the start.
    """
    values: dict[str, Any] = {
        "takes_sign_ups": typed.get("sign_up") == "yes",
        "sign_up_closes_at": None,
    }
    text = typed.get("sign_up_until", "").strip()
    if not values["takes_sign_ups"] or not text:
        return values, {}
    before = typed.get("sign_up_before", "")
    is_as_shown = text == typed.get("sign_up_shown") and _MINUTES.fullmatch(before)
    if is_as_shown and starts_at is not None:
        values["sign_up_closes_at"] = starts_at - int(before) * MINUTE
        return values, {}
    try:
        until = datetime.fromisoformat(text).replace(tzinfo=clock.zone())
        values["sign_up_closes_at"] = until.astimezone(UTC)
    except (ValueError, OverflowError):
        return values, {"sign_up_until": _("请选日期和时间，不另外截止就空着")}
    return values, {}


def fill(occasion: Occasion) -> dict[str, str]:
    """Return what the form of *occasion* shows at first."""
    until = occasion.sign_up_closes_at
    return {
        "sign_up": "yes" if occasion.takes_sign_ups else "",
        "sign_up_until": "" if until is None else _write(until),
    }


def fill_again(details: Details, starts_at: datetime) -> dict[str, str]:
    """Return what the form of another occasion like *details* shows for one that starts then."""
    filled = {"sign_up": "yes" if details.takes_sign_ups else ""}
    before = details.sign_up_closes_before
    if before is None:
        return filled
    until = _write(starts_at - before * MINUTE)
    return {
        **filled,
        "sign_up_until": until,
        "sign_up_shown": until,
        "sign_up_before": str(before),
    }


def _write(moment: datetime) -> str:
    return f"{moment.astimezone(clock.zone()):%Y-%m-%dT%H:%M}"
