"""Plans the occasions of the programme, each of them once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from rewards.access.types import SystemActor
from rewards.activities import queries
from rewards.activities import service as activities
from rewards.activities.types import Occasion
from rewards.core.unit import joined
from rewards.network.types import Node
from rewards.stock import queries as stock
from rewards.stock.types import ZoneId
from rewards.teams.types import TeamId

from .programme import Plan

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
