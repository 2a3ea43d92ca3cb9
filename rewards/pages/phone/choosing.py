"""Which board a phone shows: read from the address of the page, and the addresses of the others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from flask import url_for

from rewards.core import clock
from rewards.leaderboards import rules
from rewards.leaderboards.types import Measure, Period, Subject
from rewards.network import queries as network
from rewards.network.types import Level, Node

E = TypeVar("E", bound=StrEnum)

# There was no board to look at before.
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The board that is asked for: of what, where and when. `day` is any day of its period."""

    node: Node
    subject: Subject
    counted: Measure
    period: Period
    day: date
    now: datetime

    @property
    def today(self) -> date:
        """Return the day it is where the center is."""
        return clock.local_date(self.now, clock.zone())

    @property
    def start(self) -> date:
        """Return the first day of the period."""
        return rules.period_bounds(self.period, self.day)[0] or self.day

    @property
    def end(self) -> date:
        """Return the last day of the period."""
        return rules.period_bounds(self.period, self.day)[1] or self.day

    @property
    def is_current(self) -> bool:
        """Tell whether the period goes on."""
        return self.period is Period.ALL or self.start <= self.today <= self.end

    @property
    def is_usual(self) -> bool:
        """Tell whether this is a board of people as it is now."""
        return self.subject is Subject.PARTICIPANT and self.is_current

    @property
    def before(self) -> date:
        """Return the last day of the period before."""
        return self.start - timedelta(days=1)

    @property
    def after(self) -> date:
        """Return the first day of the next period."""
        return self.end + timedelta(days=1)

    def address(
        self,
        *,
        period: str | None = None,
        counted: str | None = None,
        subject: str | None = None,
        node: str | None = None,
        day: date | None = None,
    ) -> str:
        """Return the address of this board with something else about it; periods are of today."""
        shown = self.day if period is None and not self.is_current else self.today
        chosen = replace(self, period=Period(period or self.period), day=day or shown)
        return url_for(
            "board.board",
            period=chosen.period.value,
            kind=counted or self.counted.value,
            subject=subject or self.subject.value,
            node=node or self.node.label,
            on=None if chosen.is_current else chosen.start.isoformat(),
        )


def read_wanted(args: Mapping[str, str], *, home: Node | None, now: datetime) -> Wanted | None:
    """Return the board that an address asks for, or the usual one; None if there is no node."""
    node = _find_node(args.get("node", ""), home)
    if node is None:
        return None
    subject = _choose(Subject.PARTICIPANT, args.get("subject"))
    if subject is Subject.NODE and node.level is Level.POINT:
        subject = Subject.PARTICIPANT
    return Wanted(
        node=node,
        subject=subject,
        counted=_choose(Measure.ALL, args.get("kind")),
        period=_choose(Period.MONTH, args.get("period")),
        day=_read_day(args.get("on", ""), today=clock.local_date(now, clock.zone())),
        now=now,
    )


def list_nodes(wanted: Wanted, home: Node | None) -> tuple[Node, ...]:
    """Return where else one may look: up from the node, up from home, or the other centers."""
    above = network.list_ancestors(wanted.node.path)
    own = network.list_ancestors(home.path) if home else network.list_centers()
    found = {node.id: node for node in (*own, *above)}
    return tuple(node for node in found.values() if node.id != wanted.node.id)


def _find_node(label: str, home: Node | None) -> Node | None:
    usual = home or next(iter(network.list_centers()), None)
    node = network.find_node_by_label(label) if label else None
    if node is None or usual is None or node.closed_at is not None:
        return usual
    if home is None:
        # Who is not signed in is shown the widest boards alone.
        return node if node.level is Level.CENTER else usual
    is_near = rules.find_center(node.path) == rules.find_center(home.path)
    return node if is_near else usual


def _read_day(text: str, *, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if EARLIEST <= day <= today else today


def _choose(usual: E, value: str | None) -> E:
    try:
        return type(usual)(value or usual.value)
    except ValueError:
        return usual
