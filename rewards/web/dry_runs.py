"""Trying a changed rule out on what people did lately, as pages and the API do it."""

from datetime import datetime, timedelta

from rewards.access.types import Actor
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.earning import service
from rewards.earning.rules import Definition
from rewards.earning.types import DryRun
from rewards.network.types import NodeId

LOOKS_BACK = timedelta(days=30)


def try_out(
    *,
    actor: Actor,
    code: str,
    changes: Definition,
    node_id: NodeId | None,
    valid_from: datetime | None = None,
    now: datetime,
) -> DryRun:
    """Return what a changed rule would have given over the last thirty days.

    :raises RewardsError: as the use case does.
    """
    today = clock.local_date(now, clock.zone())
    return service.try_out(
        actor=actor,
        code=code,
        changes=changes,
        node_id=node_id,
        valid_from=valid_from,
        read_past=lambda: checkins.list_past_acts(start=today - LOOKS_BACK, end=today),
        now=now,
    )
