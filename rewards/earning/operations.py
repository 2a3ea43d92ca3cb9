"""Crediting attendance: points by the rules in force, minutes as they were served."""

from calendar import monthrange
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from rewards.access.types import Actor, ParticipantId
from rewards.activities.types import Occasion
from rewards.core import clock
from rewards.core.unit import operation
from rewards.ledger import operations as ledger
from rewards.ledger import queries as ledger_queries
from rewards.ledger.types import Asset, Balance, BoardKind, EntryDraft, Reason

from . import queries, rules
from .types import Award, Credit, RuleSet


@operation
def credit_attendance(
    *,
    participant_id: ParticipantId,
    occasion: Occasion,
    source_id: UUID,
    minutes: int | None,
    account: Balance,
    actor: Actor,
    occurred_at: datetime,
    now: datetime,
) -> Credit:
    """Credit an attendance under the lock of *account*, the participant's points.

    It counts for the local day on which the occasion starts, so that one that
    runs past midnight has one day's caps.

    :raises AlreadyCreditedError: if this attendance was credited before.
    """
    day = clock.local_date(occasion.starts_at, clock.zone())
    rule_set = queries.get_rule_set(now)
    award = _evaluate(rule_set, participant_id, occasion.rule_code, minutes=minutes, day=day)

    def post(asset: Asset, amount: int, board: BoardKind, *, locked: Balance) -> None:
        draft = EntryDraft(
            participant_id=participant_id,
            asset=asset,
            amount=amount,
            reason=Reason.ATTENDANCE,
            source_id=source_id,
            occasion_id=occasion.id,
            rule_code=award.rule,
            rule_version=award.version,
            board=board,
            node_id=occasion.node_id,
            node_path=occasion.node_path,
            actor=actor.principal,
            occurred_at=occurred_at,
            business_date=day,
            details=describe(award) | {"title": occasion.title},
        )
        ledger.post_entry(draft, account=locked, now=now)

    if award.points:
        post(Asset.POINTS, award.points, award.board, locked=account)
    if minutes and rule_set.rules[award.rule].counts_minutes:
        served = ledger.lock_account(participant_id=participant_id, asset=Asset.SERVICE_MINUTES)
        post(Asset.SERVICE_MINUTES, minutes, BoardKind.SERVICE, locked=served)
    return Credit(awards=(award,), points=award.points, balance=account.balance + award.points)


def describe(award: Award) -> dict[str, Any]:
    """Return *award* as JSON-plain values, for the books and the attendance."""
    return asdict(award) | {"board": award.board.value}


def recall(values: dict[str, Any]) -> Award:
    """Return the award that `describe` was given."""
    return Award(**(values | {"board": BoardKind(values["board"])}))


def _evaluate(
    rule_set: RuleSet,
    participant_id: ParticipantId,
    code: str,
    *,
    minutes: int | None,
    day: date,
) -> Award:
    given = ledger_queries.list_attendance_usage(
        participant_id=participant_id,
        start=clock.month_start(day),
        end=day.replace(day=monthrange(day.year, day.month)[1]),
    )
    usage = rules.build_usage(given, code=code, day=day)
    return rules.evaluate(rule_set, code=code, minutes=minutes, usage=usage)
