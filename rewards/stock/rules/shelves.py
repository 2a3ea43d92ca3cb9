"""What a space and a movement may be."""

from collections.abc import Mapping, Sequence

from ..errors import InvalidMovementError, InvalidSpaceError
from ..types import MovementKind, Zone

NAME_LENGTH_MAX = 80
ADDRESS_LENGTH_MAX = 120
HOURS_LENGTH_MAX = 80
PHONE_LENGTH_MAX = 32
ZONES_MAX = 20
ZONE_NAME_LENGTH_MAX = 40
QUANTITY_MAX = 100_000
NOTE_LENGTH_MAX = 120

# What a piece that moves does to the level: on hand, and how many of those are reserved.
EFFECTS: Mapping[MovementKind, tuple[int, int]] = {
    MovementKind.RECEIVE: (1, 0),
    MovementKind.RESERVE: (0, 1),
    MovementKind.RELEASE: (0, -1),
    MovementKind.FULFIL: (-1, -1),
    MovementKind.RETURN: (1, 0),
    MovementKind.REPLACE: (-1, 0),
    MovementKind.DAMAGE: (-1, 0),
    MovementKind.TRANSFER_OUT: (-1, 0),
    MovementKind.TRANSFER_IN: (1, 0),
    MovementKind.STOCKTAKE: (1, 0),
    MovementKind.ADJUST: (1, 0),
}


def check_space(*, name: str, address: str, hours: str, phone: str, zones: Sequence[Zone]) -> None:
    """Check the description of a space.

    :raises InvalidSpaceError: naming the value that does not fit.
    """
    fits = {
        "name": len(name.strip()) > 0 and len(name) <= NAME_LENGTH_MAX,
        "address": len(address) <= ADDRESS_LENGTH_MAX,
        "hours": len(hours) <= HOURS_LENGTH_MAX,
        "phone": len(phone) <= PHONE_LENGTH_MAX,
        "zones": len(zones) <= ZONES_MAX
        and all(0 < len(zone.name) <= ZONE_NAME_LENGTH_MAX for zone in zones),
    }
    for field, is_fit in fits.items():
        if not is_fit:
            raise InvalidSpaceError(field=field)


def check_zone_name(name: str) -> str:
    """Return the name of a zone in one line.

    :raises InvalidSpaceError: if it is empty or too long.
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not 0 < len(line) <= ZONE_NAME_LENGTH_MAX:
        raise InvalidSpaceError(field="zones", length_max=ZONE_NAME_LENGTH_MAX)
    return line


def check_movement(*, kind: MovementKind, quantity: int, note: str) -> None:
    """Check a movement that staff want to record.

    The other kinds follow from a redemption alone.

    :raises InvalidMovementError: naming the value that does not fit.
    """
    if kind not in {MovementKind.RECEIVE, MovementKind.ADJUST}:
        raise InvalidMovementError(field="kind")
    lowest = 1 if kind is MovementKind.RECEIVE else -QUANTITY_MAX
    if quantity == 0 or not lowest <= quantity <= QUANTITY_MAX:
        raise InvalidMovementError(field="quantity")
    if len(note) > NOTE_LENGTH_MAX:
        raise InvalidMovementError(field="note")


def effect(kind: MovementKind, quantity: int) -> tuple[int, int]:
    """Return by how many pieces a movement changes what is on hand, and what is reserved of it."""
    on_hand, reserved = EFFECTS[kind]
    return on_hand * quantity, reserved * quantity
