"""Trying a changed rule out on what people did lately, as pages and the API do it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from rewards.access.types import Actor, ParticipantId
from rewards.checkins import queries as checkins
from rewards.core import clock
from rewards.earning import operations as earning
from rewards.earning import service
from rewards.earning.rules import Definition
from rewards.earning.types import Act, DryRun, PastActs
from rewards.ledger import queries as ledger
from rewards.network.types import NodeId

LOOKS_BACK = timedelta(days=30)
# Judged in about a second; as many check-ins come beside.
ENTERED_MAX = 10_000


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
        read_past=lambda: read_past(start=today - LOOKS_BACK, end=today),
        now=now,
    )


def read_past(*, start: date, end: date, limit: int = ENTERED_MAX) -> PastActs:
    """Return what people came to, and what staff entered for them, by person and day.

    Of too much, it is all of some people, or nothing.
    """
    past = checkins.list_past_acts(start=start, end=end)
    entered = _list_entered(start, end, limit=limit + 1)
    is_sample = len(entered) > limit
    acts = [*past.acts, *entered]
    # Both are in the order of people: each was cut off behind somebody.
    if past.is_sample:
        acts = [each for each in acts if past.acts and each[0] <= past.acts[-1][0]]
    if is_sample:
        # The last person's entries may go on behind the limit.
        acts = [each for each in acts if each[0] < entered[-1][0]]
    acts.sort(key=lambda each: (each[0], each[1].day))
    return replace(past, acts=tuple(acts), is_sample=past.is_sample or is_sample)


def _list_entered(start: date, end: date, *, limit: int) -> list[tuple[ParticipantId, Act]]:
    # What was done on a day is entered on that day or later.
    since = clock.day_bounds(start, clock.zone())[0]
    found = ledger.list_awarded(start=start, end=end, since=since, limit=limit)
    acts = []
    for each in found:
        award = earning.recall(dict(each.details))
        act = Act(
            codes=(award.rule,),
            node_path=each.node_path,
            day=each.business_date,
            minutes=award.minutes,
            quantity=award.quantity,
            score=award.score,
            # Other rules than those of an amount do not look at it.
            amount=award.uncapped,
            verified=frozenset({award.needs} - {""}),
            is_vouched=not award.minutes_min,
        )
        acts.append((each.participant_id, act))
    return acts
