"""What an occasion is like, written down and read again, and carried from one to the next."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime, time, timedelta
from enum import Enum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from ..types import Details, Occasion, OccasionKind
from .occasions import choose_window

_MINUTE = timedelta(minutes=1)
_NAMES = frozenset(field.name for field in fields(Details))
_OWN = {"kind": OccasionKind}
_IDS = frozenset(name for name in _NAMES if name.endswith("_id"))


def write_details(details: Details) -> dict[str, Any]:
    """Return *details* as plain JSON."""
    return {name: _plain(value) for name, value in asdict(details).items()}


def read_details(written: Mapping[str, Any]) -> Details:
    """Return what `write_details` wrote; what was not known then is as usual."""
    return Details(**{name: _read(name, value) for name, value in written.items()})


def details_of(occasion: Occasion) -> Details:
    """Return what *occasion* is like, to hold another one like it."""
    usual = choose_window(
        rule_code=occasion.rule_code,
        starts_at=occasion.starts_at,
        ends_at=occasion.ends_at,
        opens_at=None,
        closes_at=None,
    )
    values = {name: getattr(occasion, name) for name in _NAMES if hasattr(occasion, name)}
    details = Details(**values)
    if occasion.sign_up_closes_at is not None:
        before = (occasion.starts_at - occasion.sign_up_closes_at) // _MINUTE
        details = replace(details, sign_up_closes_before=before)
    if (occasion.opens_at, occasion.closes_at) == usual:
        return details
    return replace(
        details,
        opens_before=(occasion.starts_at - occasion.opens_at) // _MINUTE,
        closes_after=(occasion.closes_at - occasion.starts_at) // _MINUTE,
    )


def window_of(
    details: Details, *, starts_at: datetime, ends_at: datetime
) -> tuple[datetime, datetime]:
    """Return when check-in opens and closes at an occasion of *details*.

    :raises OccasionTimesError: if it would close before it opens or after the end.
    """
    opens, closes = details.opens_before, details.closes_after
    return choose_window(
        rule_code=details.rule_code,
        starts_at=starts_at,
        ends_at=ends_at,
        opens_at=None if opens is None else starts_at - opens * _MINUTE,
        # On the day that is an hour shorter people come as long as there is time.
        closes_at=None if closes is None else min(starts_at + closes * _MINUTE, ends_at),
    )


def wall_times(occasion: Occasion, zone: ZoneInfo) -> tuple[time, int]:
    """Return the time of day at which *occasion* starts, and for how many minutes of it."""
    start, end = (
        moment.astimezone(zone).replace(tzinfo=None)
        for moment in (occasion.starts_at, occasion.ends_at)
    )
    return start.time(), (end - start) // _MINUTE


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else value


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _IDS:
        return UUID(value)
    return _OWN[name](value) if name in _OWN else value
