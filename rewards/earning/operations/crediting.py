"""Crediting acts: points by the rules in force, minutes as they were served."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rewards.access.types import Actor, ParticipantId
from rewards.activities.types import Occasion
from rewards.core import clock
from rewards.core.unit import operation
from rewards.ledger import operations as ledger
from rewards.ledger import queries as ledger_queries
from rewards.ledger.types import Asset, Balance, BoardKind, EntryDraft, Posted, Reason
from rewards.teams.types import TeamId

from .. import queries, rules
from ..types import Act, Award, Credit, RuleSet, Why, Withheld
from . import keeping
from .describing import describe
from .teams import find_team

_NOTHING_VERIFIED: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cause:
    """What the entries of one act have in common."""

    participant_id: ParticipantId
    reason: Reason
    source_id: UUID
    occasion_id: UUID | None
    node_id: UUID
    node_path: str
    team_id: TeamId | None = None
    title: str
    principal: str
    occurred_at: datetime
    renewal: int = 0


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
    verified: frozenset[str] = _NOTHING_VERIFIED,
    minutes_max: int | None = None,
    renewal: int = 0,
    rule_set: RuleSet | None = None,
    now: datetime,
) -> Credit:
    """Credit an attendance under the lock of *account*, the participant's points.

    It counts for the local day on which the occasion starts, so that one that
    runs past midnight has one day's caps. *verified* names what staff made
    sure of, such as "qualification": there is no register of it. At most
    *minutes_max* minutes are written down as service, where that is given.
    *renewal* is how often this attendance was undone before. It is judged by
    *rule_set*, else by the rules in force.

    :raises AlreadyCreditedError: if this attendance was credited before.
    """
    attended = Withheld(
        source_id=source_id,
        participant_id=participant_id,
        occasion_id=occasion.id,
        minutes=minutes,
        verified=verified,
        principal=actor.principal,
        occurred_at=occurred_at,
    )
    if account.is_frozen:
        keeping.withhold(attended, now=now)
        return Credit(awards=(), points=0, balance=account.balance, is_withheld=True)
    return _credit_attended(
        rule_set or queries.get_rule_set(now),
        attended,
        occasion,
        account=account,
        minutes_max=minutes_max,
        renewal=renewal,
        now=now,
    )


@operation
def credit_withheld(
    withheld: Withheld,
    occasion: Occasion,
    *,
    account: Balance,
    rule_set: RuleSet,
    minutes_max: int | None = None,
    posted: Collection[Posted] = (),
    renewal: int = 0,
    now: datetime,
) -> Credit | None:
    """Credit an attendance that was recorded while the books were frozen, if that is still due.

    It is judged as it would have been then: by *rule_set*, the rules of that
    moment, under the caps of its own day. What is *posted* of it stays.

    :raises AlreadyCreditedError: if this attendance was credited before.
    """
    if not keeping.settle_withheld(source_id=withheld.source_id, now=now):
        return None
    return _credit_attended(
        rule_set,
        withheld,
        occasion,
        account=account,
        minutes_max=minutes_max,
        posted=posted,
        renewal=renewal,
        now=now,
    )


def count_served(
    occasion: Occasion,
    *,
    minutes: int,
    at: datetime,
    rule_set: RuleSet | None = None,
    now: datetime,
) -> int:
    """Return how many minutes attended are service by *rule_set*, else by the rules in force."""
    act = rules.attend(
        occasion, minutes=minutes, at=at, verified=_NOTHING_VERIFIED, zone=clock.zone()
    )
    served = rules.find_served(rule_set or queries.get_rule_set(now), act)
    return 0 if served is None else served[1]


@operation
def credit_act(
    *,
    participant_id: ParticipantId,
    act: Act,
    source_id: UUID,
    node_id: UUID,
    title: str,
    account: Balance,
    actor: Actor,
    occurred_at: datetime,
    now: datetime,
) -> Credit:
    """Credit an act that is no occasion under the lock of *account*, the participant's points.

    *source_id* is the row that says what was done; it is credited once. What
    staff made sure of, and who stands behind an amount, the act itself says.
    Where the first attempt of a day counts, one that fails is kept though the
    unit is refused for giving nothing.

    :raises UnknownRuleError: if a rule of the act is not in force.
    :raises AmountOutOfRangeError: if the rule does not give so much, or so little.
    :raises ApprovalMissingError: if too few people stand behind the amount.
    :raises AlreadyPostedError: if it was credited before.
    """
    rule_set = queries.get_rule_set(now)
    rules.check_act(rule_set, act)
    is_once = any(rule.first_per_day for rule in rules.list_main(rule_set, act))
    if is_once:
        act = keeping.number_attempt(act, participant_id=participant_id)
    cause = _Cause(
        participant_id=participant_id,
        reason=Reason.AWARD,
        source_id=source_id,
        occasion_id=None,
        node_id=node_id,
        node_path=act.node_path,
        title=title,
        principal=actor.principal,
        occurred_at=occurred_at,
    )
    credit = _credit(rule_set, act, cause, account=account, now=now)
    if is_once and any(award.why is Why.SCORE_TOO_LOW for award in credit.awards):
        keeping.note_failed(
            act, participant_id, source_id=source_id, principal=actor.principal, now=now
        )
    return credit


def _credit_attended(
    rule_set: RuleSet,
    attended: Withheld,
    occasion: Occasion,
    *,
    account: Balance,
    minutes_max: int | None,
    posted: Collection[Posted] = (),
    renewal: int,
    now: datetime,
) -> Credit:
    act = rules.attend(
        occasion,
        minutes=attended.minutes,
        at=attended.occurred_at,
        verified=attended.verified,
        zone=clock.zone(),
    )
    cause = _Cause(
        participant_id=attended.participant_id,
        reason=Reason.ATTENDANCE,
        source_id=attended.source_id,
        occasion_id=occasion.id,
        node_id=occasion.node_id,
        node_path=occasion.node_path,
        team_id=find_team(occasion, attended.participant_id),
        title=occasion.title,
        principal=attended.principal,
        occurred_at=attended.occurred_at,
        renewal=renewal,
    )
    return _credit(
        rule_set, act, cause, account=account, minutes_max=minutes_max, posted=posted, now=now
    )


def _credit(
    rule_set: RuleSet,
    act: Act,
    cause: _Cause,
    *,
    account: Balance,
    minutes_max: int | None = None,
    posted: Collection[Posted] = (),
    now: datetime,
) -> Credit:
    start, end = rules.usage_span(rule_set, act)
    usage = ledger_queries.list_usage(participant_id=cause.participant_id, start=start, end=end)
    # What the act has had does not stand in its own way.
    had = [replace(each, points=-each.points) for each in posted]
    awards = rules.evaluate(rule_set, act, (*usage, *had))
    done = {(each.rule_code, each.asset) for each in posted}
    for award in awards:
        if award.points and (award.rule, Asset.POINTS) not in done:
            draft = _draft(act, cause, award, asset=Asset.POINTS, amount=award.points)
            ledger.post_entry(draft, account=account, now=now)
    if not any(each.asset is Asset.SERVICE_MINUTES for each in posted):
        _credit_minutes(rule_set, act, cause, awards, minutes_max=minutes_max, now=now)
    points = sum(award.points for award in awards)
    return Credit(awards=awards, points=points, balance=account.balance + points)


def _credit_minutes(
    rule_set: RuleSet,
    act: Act,
    cause: _Cause,
    awards: Iterable[Award],
    *,
    minutes_max: int | None,
    now: datetime,
) -> None:
    served = rules.find_served(rule_set, act)
    if served is None:
        return
    rule, minutes = served
    if minutes_max is not None:
        minutes = min(minutes, minutes_max)
    if not minutes:
        return
    award = next(each for each in awards if each.rule == rule.code)
    locked = ledger.lock_account(participant_id=cause.participant_id, asset=Asset.SERVICE_MINUTES)
    draft = _draft(act, cause, award, asset=Asset.SERVICE_MINUTES, amount=minutes)
    ledger.post_entry(draft, account=locked, now=now)


def _draft(act: Act, cause: _Cause, award: Award, *, asset: Asset, amount: int) -> EntryDraft:
    return EntryDraft(
        participant_id=cause.participant_id,
        asset=asset,
        amount=amount,
        reason=cause.reason,
        source_id=cause.source_id,
        occasion_id=cause.occasion_id,
        rule_code=award.rule,
        rule_version=award.version,
        board=award.board if asset is Asset.POINTS else BoardKind.SERVICE,
        node_id=cause.node_id,
        node_path=cause.node_path,
        actor=cause.principal,
        occurred_at=cause.occurred_at,
        business_date=act.day,
        details=describe(award) | {"title": cause.title},
        team_id=cause.team_id,
        renewal=cause.renewal,
    )
