"""What a space, its hours, a reward item and a movement may be. Pure."""

from .hours import (
    LOOK_AHEAD_DAYS,
    check_slots,
    check_special_days,
    collect_until,
    is_open_day,
    judge_open,
    last_pickup_day,
    list_openings,
    list_spans,
)
from .items import (
    AGE_MAX,
    DESCRIPTION_LENGTH_MAX,
    DRAWINGS,
    LIMIT_MAX,
    POINTS_MAX,
    REWARD_NAME_LENGTH_MAX,
    UNIT_LENGTH_MAX,
    check_reward,
    is_shown_to,
)
from .shelves import (
    ADDRESS_LENGTH_MAX,
    EFFECTS,
    HOURS_LENGTH_MAX,
    NAME_LENGTH_MAX,
    NOTE_LENGTH_MAX,
    PHONE_LENGTH_MAX,
    QUANTITY_MAX,
    ZONE_NAME_LENGTH_MAX,
    ZONES_MAX,
    check_movement,
    check_space,
    check_zone_name,
    effect,
)
from .slots import (
    offer_slots,
)
from .spans import (
    check_week,
    read_spans,
    write_spans,
)
from .usual import (
    USUAL_ITEMS,
)

__all__ = [
    "ADDRESS_LENGTH_MAX",
    "AGE_MAX",
    "DESCRIPTION_LENGTH_MAX",
    "DRAWINGS",
    "EFFECTS",
    "HOURS_LENGTH_MAX",
    "LIMIT_MAX",
    "LOOK_AHEAD_DAYS",
    "NAME_LENGTH_MAX",
    "NOTE_LENGTH_MAX",
    "PHONE_LENGTH_MAX",
    "POINTS_MAX",
    "QUANTITY_MAX",
    "REWARD_NAME_LENGTH_MAX",
    "UNIT_LENGTH_MAX",
    "USUAL_ITEMS",
    "ZONES_MAX",
    "ZONE_NAME_LENGTH_MAX",
    "check_movement",
    "check_reward",
    "check_slots",
    "check_space",
    "check_special_days",
    "check_week",
    "check_zone_name",
    "collect_until",
    "effect",
    "is_open_day",
    "is_shown_to",
    "judge_open",
    "last_pickup_day",
    "list_openings",
    "list_spans",
    "offer_slots",
    "read_spans",
    "write_spans",
]
