"""Reads of spaces, reward items and their levels, as read models, and checks of them."""

from .flow import list_flows
from .hours import (
    count_booked,
    find_slot,
    get_hours,
    judge_open,
    last_pickup_day,
    list_closed_slots,
    list_hours,
    list_slots,
    list_slots_by_ids,
)
from .movements import list_sourced, list_unsourced, page_movements, sum_movements
from .pictures import get_picture
from .prices import list_price_changes, list_prices
from .rewards import (
    get_offer,
    get_reward,
    list_giving,
    list_low,
    list_offers,
    list_rewards,
)
from .selections import select_items, select_reward_ids, select_space_ids, select_space_paths
from .spaces import get_space, get_space_of_zone, is_zone_closed, list_spaces, name_spaces
from .terms import list_eased
from .verification import count_places, list_wrong_levels, stream_movements

__all__ = [
    "count_booked",
    "count_places",
    "find_slot",
    "get_hours",
    "get_offer",
    "get_picture",
    "get_reward",
    "get_space",
    "get_space_of_zone",
    "is_zone_closed",
    "judge_open",
    "last_pickup_day",
    "list_closed_slots",
    "list_eased",
    "list_flows",
    "list_giving",
    "list_hours",
    "list_low",
    "list_offers",
    "list_price_changes",
    "list_prices",
    "list_rewards",
    "list_slots",
    "list_slots_by_ids",
    "list_sourced",
    "list_spaces",
    "list_unsourced",
    "list_wrong_levels",
    "name_spaces",
    "page_movements",
    "select_items",
    "select_reward_ids",
    "select_space_ids",
    "select_space_paths",
    "stream_movements",
    "sum_movements",
]
