"""Crediting attendance as far as it gives anything, and setting minutes aside for a review."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import Actor, ParticipantId
from rewards.activities.types import NO_POINTS, Occasion
from rewards.core import clock
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.earning import operations as earning
from rewards.earning.types import Credit, RuleSet
from rewards.ledger import operations as ledger
from rewards.ledger.types import Asset, Balance, BoardKind, EntryDraft, Reason
from rewards.network.types import NodeId
from rewards.participants import queries as participants
from rewards.participants.rules import CALLINGS
from rewards.teams.types import TeamId

from .. import queries, rules
from ..models import MinuteReviewRow
from ..types import CheckInId, DayShare, ReviewLevel, ReviewState

# The rule that pays for a profession, and what it needs to be sure of.
PROFESSIONAL_RULE = "SVC_PRO"
QUALIFIED = "qualification"


@operation
def credit(
    *,
    participant_id: ParticipantId,
    occasion: Occasion,
    check_in_id: CheckInId,
    minutes: int,
    account: Balance,
    actor: Actor,
    occurred_at: datetime,
    verified: frozenset[str] = frozenset(),
    renewal: int = 0,
    rule_set: RuleSet | None = None,
    now: datetime,
) -> tuple[Credit, dict[str, Any]]:
    """Credit an attendance of so many minutes under the lock of *account*.

    It is judged by *rule_set*, else by the rules in force. *renewal* is how often the same one
    was undone before.

    Return what it gave and what the attendance keeps of it. Of service above
    eight hours of a day, points and minutes wait for a review. *verified* is what staff made
    sure of beside what the register says.
    """
    if occasion.rule_code == NO_POINTS:
        return Credit(awards=(), points=0, balance=account.balance), {"awards": []}
    if _has_calling(participant_id, occasion):
        verified |= {QUALIFIED}
    share = None
    # While the books are frozen nothing counts, so nothing can be too much.
    if not account.is_frozen:
        share = share_day(
            participant_id,
            occasion,
            minutes=minutes,
            at=occurred_at,
            rule_set=rule_set,
            now=now,
        )
    given = earning.credit_attendance(
        participant_id=participant_id,
        occasion=occasion,
        source_id=check_in_id,
        minutes=minutes - share.held if share else minutes,
        minutes_max=share.automatic if share else None,
        account=account,
        actor=actor,
        occurred_at=occurred_at,
        verified=verified,
        renewal=renewal,
        rule_set=rule_set,
        now=now,
    )
    kept = keep_share(share, participant_id, occasion, check_in_id, now=now)
    return given, kept | {"awards": [earning.describe(award) for award in given.awards]}


def share_day(
    participant_id: ParticipantId,
    occasion: Occasion,
    *,
    minutes: int,
    at: datetime,
    rule_set: RuleSet | None = None,
    now: datetime,
) -> DayShare | None:
    """Return how minutes of service divide on the day of an occasion; None: they are no service.

    They count by *rule_set*, else by the rules in force.
    """
    served = earning.count_served(occasion, minutes=minutes, at=at, rule_set=rule_set, now=now)
    if not served:
        return None
    recorded = queries.count_day_minutes(participant_id, _day(occasion))
    return rules.split_minutes(served, recorded=recorded)


def keep_share(
    share: DayShare | None,
    participant_id: ParticipantId,
    occasion: Occasion,
    check_in_id: CheckInId,
    *,
    now: datetime,
) -> dict[str, Any]:
    """Set aside what waits for a review; return what the attendance keeps of it."""
    if share is None:
        return {}
    _set_aside(share, check_in_id, participant_id, occasion, now=now)
    return {"counted_minutes": share.automatic, "counted_on": _day(occasion)}


@operation
def post_minutes(
    *,
    participant_id: ParticipantId,
    minutes: int,
    reason: Reason,
    rule_code: str,
    source_id: UUID,
    occasion_id: UUID | None,
    node_id: NodeId,
    node_path: str,
    team_id: TeamId | None,
    title: str,
    day: date,
    occurred_at: datetime,
    actor: Actor,
    renewal: int = 0,
    now: datetime,
) -> None:
    """Write down minutes of service that somebody decided on.

    :raises AlreadyCreditedError: if those of this attendance were written down before.
    """
    account = ledger.lock_account(participant_id=participant_id, asset=Asset.SERVICE_MINUTES)
    draft = EntryDraft(
        participant_id=participant_id,
        asset=Asset.SERVICE_MINUTES,
        amount=minutes,
        reason=reason,
        source_id=source_id,
        occasion_id=occasion_id,
        rule_code=rule_code,
        rule_version=0,
        board=BoardKind.SERVICE,
        node_id=node_id,
        node_path=node_path,
        actor=actor.principal,
        occurred_at=occurred_at,
        business_date=day,
        details={"title": title},
        team_id=team_id,
        renewal=renewal,
    )
    ledger.post_entry(draft, account=account, now=now)


def _set_aside(
    share: DayShare,
    check_in_id: CheckInId,
    participant_id: ParticipantId,
    occasion: Occasion,
    *,
    now: datetime,
) -> None:
    parts = ((ReviewLevel.INSTITUTE, share.institute), (ReviewLevel.CENTER, share.center))
    for level, minutes in parts:
        if minutes:
            db.session.execute(
                sa.insert(MinuteReviewRow).values(
                    id=new_id(),
                    check_in_id=check_in_id,
                    participant_id=participant_id,
                    node_path=occasion.node_path,
                    level=level,
                    minutes=minutes,
                    business_date=_day(occasion),
                    state=ReviewState.WAITING,
                    requested_at=now,
                    reason="",
                )
            )


def _has_calling(participant_id: ParticipantId, occasion: Occasion) -> bool:
    if occasion.rule_code != PROFESSIONAL_RULE:
        return False
    held = participants.get_standing(participant_id, _day(occasion)).professions
    if occasion.qualification:
        return occasion.qualification in held
    return not held.isdisjoint(CALLINGS)


def _day(occasion: Occasion) -> date:
    return clock.local_date(occasion.starts_at, clock.zone())
