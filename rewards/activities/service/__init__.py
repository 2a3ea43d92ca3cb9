"""Use cases of planning: single occasions, series of them, templates."""

from .ahead import extend_series, plan_ahead
from .extending import extend_occasion
from .feeds import close_feed, open_feed
from .imports import OccasionLine, import_occasions
from .occasions import cancel_occasion, create_occasion, flag_failure, update_occasion
from .series import change_series, create_series, restore_day, set_end, skip_day
from .slots import DAYS_AHEAD
from .templates import keep_template, remove_template

__all__ = [
    "DAYS_AHEAD",
    "OccasionLine",
    "cancel_occasion",
    "change_series",
    "close_feed",
    "create_occasion",
    "create_series",
    "extend_occasion",
    "extend_series",
    "flag_failure",
    "import_occasions",
    "keep_template",
    "open_feed",
    "plan_ahead",
    "remove_template",
    "restore_day",
    "set_end",
    "skip_day",
    "update_occasion",
]
