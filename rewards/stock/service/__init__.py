"""Use cases of staff: spaces and their zones, reward items and what comes onto the shelf."""

from .shelves import (
    close_space,
    create_reward,
    create_space,
    record_movement,
    reopen_space,
    update_reward,
)
from .zones import add_zone, change_zone

__all__ = [
    "add_zone",
    "change_zone",
    "close_space",
    "create_reward",
    "create_space",
    "record_movement",
    "reopen_space",
    "update_reward",
]
