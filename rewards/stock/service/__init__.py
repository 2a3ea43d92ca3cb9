"""Use cases of staff: spaces and their zones, reward items and what comes onto the shelf."""

from .hours import describe_space, drop_special_days, set_slots, set_special_days, set_week
from .items import create_reward, create_usual_rewards, update_reward
from .pictures import remove_picture, set_picture
from .shelves import close_space, create_space, record_movement, reopen_space
from .zones import add_zone, change_zone

__all__ = [
    "add_zone",
    "change_zone",
    "close_space",
    "create_reward",
    "create_space",
    "create_usual_rewards",
    "describe_space",
    "drop_special_days",
    "record_movement",
    "remove_picture",
    "reopen_space",
    "set_picture",
    "set_slots",
    "set_special_days",
    "set_week",
    "update_reward",
]
