import pytest

from rewards.stock import rules
from rewards.stock.errors import InvalidMovementError, InvalidRewardError, InvalidSpaceError
from rewards.stock.types import MovementKind, Zone, ZoneKind

SPACE = {"name": "某社区线下空间", "address": "", "hours": "", "phone": "", "zones": ()}
REWARD = {"name": "牙膏", "unit": "支", "picture": "gift", "points": 60}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"name": "空" * 80},
        {"address": "路" * 120},
        {"hours": "时" * 80},
        {"phone": "1" * 32},
        {"zones": (Zone(kind=ZoneKind.READING, name="阅" * 40),) * 20},
    ],
)
def test_a_space_that_fits_is_accepted(change):
    rules.check_space(**SPACE | change)


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"name": "空" * 81},
        {"address": "路" * 121},
        {"hours": "时" * 81},
        {"phone": "1" * 33},
        {"zones": (Zone(kind=ZoneKind.READING, name="阅" * 41),)},
        {"zones": (Zone(kind=ZoneKind.READING, name=""),)},
        {"zones": (Zone(kind=ZoneKind.READING, name="阅读区"),) * 21},
    ],
)
def test_a_space_that_does_not_fit_is_refused_by_field(change):
    with pytest.raises(InvalidSpaceError) as refusal:
        rules.check_space(**SPACE | change)

    assert refusal.value.members == {"field": next(iter(change))}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"name": "牙" * 40},
        {"unit": "支" * 8},
        {"picture": rules.DRAWINGS[-1]},
        {"points": 1},
        {"points": rules.POINTS_MAX},
    ],
)
def test_a_reward_that_fits_is_accepted(change):
    rules.check_reward(REWARD | change)


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"name": "牙" * 41},
        {"unit": ""},
        {"unit": "支" * 9},
        {"picture": "a" * 25},
        {"picture": "../gift"},
        {"points": 0},
        {"points": rules.POINTS_MAX + 1},
    ],
)
def test_a_reward_that_does_not_fit_is_refused_by_field(change):
    with pytest.raises(InvalidRewardError) as refusal:
        rules.check_reward(REWARD | change)

    assert refusal.value.members == {"field": next(iter(change))}


@pytest.mark.parametrize(
    ("kind", "quantity"),
    [
        (MovementKind.RECEIVE, 1),
        (MovementKind.RECEIVE, rules.QUANTITY_MAX),
        (MovementKind.ADJUST, 1),
        (MovementKind.ADJUST, -1),
        (MovementKind.ADJUST, -rules.QUANTITY_MAX),
    ],
)
def test_staff_receive_and_adjust(kind, quantity):
    rules.check_movement(kind=kind, quantity=quantity, note="盘" * 120)


@pytest.mark.parametrize(
    ("kind", "quantity", "note", "field"),
    [
        (MovementKind.RECEIVE, 0, "", "quantity"),
        (MovementKind.RECEIVE, -1, "", "quantity"),
        (MovementKind.RECEIVE, rules.QUANTITY_MAX + 1, "", "quantity"),
        (MovementKind.ADJUST, 0, "", "quantity"),
        (MovementKind.ADJUST, -rules.QUANTITY_MAX - 1, "", "quantity"),
        (MovementKind.ADJUST, 1, "盘" * 121, "note"),
        (MovementKind.RESERVE, 1, "", "kind"),
        (MovementKind.RELEASE, 1, "", "kind"),
        (MovementKind.FULFIL, 1, "", "kind"),
    ],
)
def test_other_movements_are_refused(kind, quantity, note, field):
    with pytest.raises(InvalidMovementError) as refusal:
        rules.check_movement(kind=kind, quantity=quantity, note=note)

    assert refusal.value.members == {"field": field}
