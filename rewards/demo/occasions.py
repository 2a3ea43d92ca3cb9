"""Plans the occasions of the programme, each of them once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from rewards.access.types import SystemActor
from rewards.activities import queries
from rewards.activities import service as activities
from rewards.activities.types import Occasion
from rewards.core.unit import joined
from rewards.network.types import Node
from rewards.stock import queries as stock
from rewards.stock.types import ZoneId
from rewards.teams.types import TeamId

from . import facts, programme
from .facts import Entry
from .programme import Plan

# What was planned as series, by the line of the programme and the day.
Planned = Mapping[tuple[Entry, date], Occasion]

ANNOUNCED_BEFORE = timedelta(days=14)


def create_occasion(
    plan: Plan, nodes: Mapping[str, Node], teams: Mapping[str, TeamId], *, now: datetime
) -> Occasion:
    """Create the occasion of *plan*, announced two weeks ahead, or now if that is earlier."""
    entry = plan.entry
    node = nodes[entry.node]
    return joined(activities.create_occasion)(
        actor=SystemActor(),
        kind=entry.kind,
        title=plan.title,
        node_id=node.id,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        capacity=entry.capacity,
        rule_code=entry.rule,
        place=entry.place,
        team=entry.team,
        team_id=teams.get(entry.team),
        closes_at=plan.closes_at,
        takes_sign_ups=entry.signs_up,
        zone_id=_find_zone(entry.zone, node) if entry.zone else None,
        now=min(now, plan.starts_at - ANNOUNCED_BEFORE),
    )


def plan_series(
    nodes: Mapping[str, Node], teams: Mapping[str, TeamId], *, first: date, now: datetime
) -> Planned:
    """Plan all of the programme that goes on for ever, as series from *first* on."""
    planned: dict[tuple[Entry, date], Occasion] = {}
    for entry in facts.list_entries():
        if entry.live or entry.node not in nodes:
            continue
        for title, rule, starts_on in programme.series_of(entry, first):
            series = joined(activities.create_series)(
                actor=SystemActor(),
                node_id=nodes[entry.node].id,
                kind=entry.kind,
                title=title,
                rule=rule,
                starts_on=starts_on,
                start=entry.start,
                minutes=entry.minutes,
                rule_code=entry.rule,
                place=entry.place,
                team=entry.team,
                team_id=teams.get(entry.team),
                capacity=entry.capacity,
                takes_sign_ups=entry.signs_up,
                zone_id=_find_zone(entry.zone, nodes[entry.node]) if entry.zone else None,
                closes_after=_closes_after(entry),
                now=now,
            )
            for occasion in queries.list_of_series(series.id):
                assert occasion.series_slot is not None
                planned[entry, occasion.series_slot] = occasion
    return planned


def has_series() -> bool:
    """Tell whether anything is planned as a series, ended ones included."""
    return bool(queries.list_series(node_path="", day=date.min))


def _closes_after(entry: Entry) -> int | None:
    before_end = entry.closes_before_end
    return None if before_end is None else entry.minutes - before_end


def _find_zone(name: str, node: Node) -> ZoneId | None:
    zones = (zone for space in stock.list_spaces(node.path) for zone in space.zones)
    return next((zone.id for zone in zones if zone.name == name), None)


def is_planned(plans: Sequence[Plan], nodes: Mapping[str, Node]) -> bool:
    """Tell whether a day has been planned: all its occasions were created together.

    One of them is enough, so that staff may rename or move the others.
    """
    for plan in plans:
        there = queries.list_occasions(
            node_path=nodes[plan.entry.node].path,
            starts_from=plan.starts_at,
            starts_before=plan.starts_at + timedelta(minutes=1),
        )
        if any(occasion.title == plan.title for occasion in there):
            return True
    return False
