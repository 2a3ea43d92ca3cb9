"""Prices over time as a line of steps; the table beside it says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rewards.stock.types import Price

WIDTH, HEIGHT = 640, 160
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 16, 28
# Of a line that never moves, there is nothing to see.
PRICES_MIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A price on the scale at the left, or a moment below."""

    at: float
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing: `path` of the line, and the prices that stand beside it."""

    width: int
    height: int
    left: int
    right: int
    path: str
    marks: tuple[Mark, ...]
    since: datetime
    until: datetime


def draw(prices: Sequence[Price], *, until: datetime) -> Chart | None:
    """Return the drawing of *prices*, the newest first, or None of a price that never changed."""
    if len(prices) < PRICES_MIN:
        return None
    ordered = list(reversed(prices))
    since = ordered[0].valid_from
    span = max((until - since).total_seconds(), 1.0)
    values = [price.points for price in ordered]
    lowest, highest = min(values), max(values)

    def across(moment: datetime) -> float:
        part = min(max((moment - since).total_seconds() / span, 0.0), 1.0)
        return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)

    def down(points: int) -> float:
        part = (highest - points) / max(highest - lowest, 1)
        return round(TOP + part * (HEIGHT - TOP - BOTTOM), 1)

    steps = [
        f"M{across(since)} {down(values[0])}",
        *(f"H{across(price.valid_from)}V{down(price.points)}" for price in ordered[1:]),
        f"H{WIDTH - RIGHT}",
    ]
    marks = tuple(Mark(at=down(points), price=points) for points in sorted({lowest, highest}))
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        path="".join(steps),
        marks=marks,
        since=since,
        until=until,
    )
