"""Wishes of neighbours, what people gave to them, and the budgets of this quarter."""

from collections.abc import Sequence
from datetime import datetime

from rewards.access.types import Actor, ParticipantActor, ParticipantId
from rewards.core import clock
from rewards.core.unit import joined
from rewards.ledger import queries as ledger
from rewards.network.types import Node
from rewards.participants import queries as participants
from rewards.redemptions import service as redemptions
from rewards.wishes import service as wishes

# Title, what it is about, and how many points it takes.
WISHES = (
    (
        "给长者03一台收音机",
        "老人眼睛不好，想听新闻和戏。站里买好送上门，教会怎么用。",
        200,
    ),
    (
        "给家庭05的孩子配一盏护眼台灯",
        "晚上在饭桌上写作业，灯太暗。",
        150,
    ),
)
GIFT_POINTS = 20
# Who gives keeps enough to see what else there is.
KEPT_POINTS = 100
GIVERS_MAX = 6
CENTER_BUDGET = 20_000
STATION_BUDGET = 5_000


def add_giving(
    actor: Actor,
    center: Node,
    station: Node,
    people: Sequence[ParticipantId],
    *,
    now: datetime,
) -> None:
    """Set budgets, open wishes at a station, and let some people give to the first of them."""
    quarter = clock.local_date(now, clock.zone())
    for node, points in ((center, CENTER_BUDGET), (station, STATION_BUDGET)):
        joined(redemptions.set_budget)(
            actor=actor, node_id=node.id, quarter=quarter, points=points, now=now
        )
    opened = [
        joined(wishes.open_wish)(
            actor=actor,
            node_id=station.id,
            title=title,
            details=details,
            target_points=target,
            now=now,
        )
        for title, details, target in WISHES
    ]
    for participant_id in _choose(people, node_path=station.path):
        joined(redemptions.give)(
            actor=ParticipantActor(participant_id=participant_id),
            participant_id=participant_id,
            wish_id=opened[0].id,
            points=GIFT_POINTS,
            now=now,
        )


def _choose(people: Sequence[ParticipantId], *, node_path: str) -> list[ParticipantId]:
    # Not the first, to whom the demo's other pages belong.
    able = [
        each
        for each in people[1:]
        if ledger.get_balance(each).available >= KEPT_POINTS
        and participants.find_local_participant(each, node_path=node_path)
    ]
    return able[:GIVERS_MAX]
