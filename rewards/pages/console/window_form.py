"""The part of an occasion's form that says from when to when people check in."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from rewards.activities.types import Details

MINUTE = timedelta(minutes=1)
_MINUTES = re.compile(r"-?\d{1,4}", re.ASCII)


def read(typed: Mapping[str, str], starts_at: datetime, ends_at: datetime) -> dict[str, Any]:
    """Return from when to when people check in, where that is not the usual time."""
    if typed.get("what") == "board":
        # One looks at a board whenever the space is open.
        return {"opens_at": starts_at, "closes_at": ends_at}
    before, after = (typed.get(name, "") for name in ("opens_before", "closes_after"))
    is_kept = typed.get("window") == "kept"
    if not (is_kept and _MINUTES.fullmatch(before) and _MINUTES.fullmatch(after)):
        return {}
    return {
        "opens_at": starts_at - int(before) * MINUTE,
        "closes_at": min(starts_at + int(after) * MINUTE, ends_at),
    }


def fill_again(details: Details) -> dict[str, str]:
    """Return what the form of another occasion like *details* shows at first."""
    if details.opens_before is None or details.closes_after is None:
        return {}
    return {
        "window": "kept",
        "opens_before": str(details.opens_before),
        "closes_after": str(details.closes_after),
    }
