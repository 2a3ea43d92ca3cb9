"""What may be told of a reward item, and who is shown it."""

from ..errors import InvalidRewardError, RewardKeepsShelfError
from ..types import Reward, RewardKind, RewardValues
from .shelves import QUANTITY_MAX

REWARD_NAME_LENGTH_MAX = 40
UNIT_LENGTH_MAX = 8
DESCRIPTION_LENGTH_MAX = 300
POINTS_MAX = 1_000_000
LIMIT_MAX = 1_000
AGE_MAX = 120
# What the interface can draw where there is no photograph.
DRAWINGS = (
    "gift",
    "tissue",
    "soap",
    "towel",
    "toothpaste",
    "handwash",
    "detergent",
    "laundry",
    "rice",
    "umbrella",
    "thermos",
    "notebook",
    "book",
    "ticket",
    "brush",
    "dumbbell",
    "scissors",
    "wrench",
    "vest",
    "badge",
    "heart",
)
# A gift to a wish is told in tens.
GIVING_STEP = 10


def check_reward(values: RewardValues) -> None:
    """Check all that is told of a reward item; a value that is not told is no fault.

    :raises InvalidRewardError: naming the first value that does not fit.
    """
    for field in list_faults(values):
        raise InvalidRewardError(field=field)


def list_faults(values: RewardValues) -> tuple[str, ...]:
    """Return the names of the values of a reward item that do not fit."""
    fits = {**_judge_words(values), **_judge_numbers(values)}
    # Two that fit may still not fit each other.
    for field, is_fit in _judge_pairs(values).items():
        fits[field] = fits.get(field, True) and is_fit
    return tuple(field for field, is_fit in fits.items() if not is_fit)


def check_keeps_shelf(reward: Reward, kind: RewardKind) -> None:
    """Check that an item has a shelf after a change if it had one before, and none if not.

    Its pieces would stay where nobody counts them, and what was had of it would be a gift.

    :raises RewardKeepsShelfError: if it is otherwise.
    """
    if not keeps_shelf(reward, kind):
        raise RewardKeepsShelfError


def keeps_shelf(reward: Reward, kind: RewardKind) -> bool:
    """Tell whether an item has a shelf as it has now, if it is of such a kind."""
    return reward.has_shelf == (kind is not RewardKind.GIVING)


def is_shown_to(reward: Reward, home_path: str | None) -> bool:
    """Tell whether somebody whose home is at *home_path* is shown an item.

    Of those who did not say where they live (None), only what is for everybody is shown.
    """
    return not reward.visible_path or (
        home_path is not None and home_path.startswith(reward.visible_path)
    )


def _judge_words(values: RewardValues) -> dict[str, bool]:
    name, unit = values.get("name", "-"), values.get("unit", "-")
    return {
        "name": _is_line(name, REWARD_NAME_LENGTH_MAX) and bool(name),
        "unit": _is_line(unit, UNIT_LENGTH_MAX) and bool(unit),
        "description": _is_line(values.get("description", ""), DESCRIPTION_LENGTH_MAX),
        "picture": values.get("picture", DRAWINGS[0]) in DRAWINGS,
    }


def _judge_numbers(values: RewardValues) -> dict[str, bool]:
    points = values.get("points", GIVING_STEP)
    step = GIVING_STEP if values.get("kind") is RewardKind.GIVING else 1
    return {
        "points": 0 < points <= POINTS_MAX and points % step == 0,
        "min_balance": 0 <= values.get("min_balance", 0) <= POINTS_MAX,
        "low_at": _is_within(values.get("low_at"), 0, QUANTITY_MAX),
        "limit_count": _is_within(values.get("limit_count"), 1, LIMIT_MAX),
        "age_min": _is_within(values.get("age_min"), 0, AGE_MAX),
        "age_max": _is_within(values.get("age_max"), 0, AGE_MAX),
    }


def _judge_pairs(values: RewardValues) -> dict[str, bool]:
    has_count = values.get("limit_count") is not None
    has_period = values.get("limit_period") is not None
    youngest, oldest = values.get("age_min"), values.get("age_max")
    return {
        "limit_period": has_count == has_period,
        "age_max": _is_within(oldest, youngest or 0, AGE_MAX),
    }


def _is_line(text: str, length_max: int) -> bool:
    return len(text) <= length_max and text == text.strip() and text.isprintable()


def _is_within(value: int | None, least: int, most: int) -> bool:
    return value is None or least <= value <= most
