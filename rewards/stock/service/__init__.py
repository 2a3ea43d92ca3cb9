"""Use cases of staff: spaces and their zones, reward items and what comes onto the shelf."""

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
    "record_movement",
    "remove_picture",
    "reopen_space",
    "set_picture",
    "update_reward",
]
