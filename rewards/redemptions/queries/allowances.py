"""What somebody may still have, as the reservation would decide it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa

from rewards.access.types import ParticipantId, StaffActor
from rewards.core import clock
from rewards.core.db import UtcDateTime, db, table_of
from rewards.core.errors import RewardsError
from rewards.identity import queries as identity
from rewards.ledger import queries as ledger
from rewards.ledger.types import Balance
from rewards.network import queries as network
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantClosedError
from rewards.participants.types import Participant
from rewards.stock import queries as stock
from rewards.stock.types import LimitPeriod, Offer, Reward, RewardId

from .. import rules, store
from ..models import RedemptionRow
from ..types import Allowance, Budget, Circumstances, RedemptionStatus, Taken, Terms
from .budgets import list_budgets_above

_redemptions = table_of(RedemptionRow)
_rewards = stock.select_items().subquery()
# By what it was, not by what its item is now.
_is_gift = _redemptions.c.wish_id.is_not(None)
_PERIODS = (LimitPeriod.MONTH, LimitPeriod.QUARTER, LimitPeriod.YEAR)


def _since(period: LimitPeriod, column: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    start = sa.bindparam(f"since_{period}", type_=UtcDateTime)
    return sa.func.sum(sa.case((_redemptions.c.reserved_at >= start, column), else_=0))


# Built once: every reservation asks it. Whoever comes often has a few dozen rows.
_taken = (
    sa.select(
        _redemptions.c.reward_id,
        _is_gift.label("is_gift"),
        _rewards.c.counts_in_month,
        *(_since(period, _redemptions.c.quantity).label(period) for period in _PERIODS),
        sa.func.sum(_redemptions.c.quantity).label(LimitPeriod.EVER),
        _since(LimitPeriod.MONTH, _redemptions.c.points).label("month_points"),
    )
    .join(_rewards, _rewards.c.id == _redemptions.c.reward_id)
    .where(
        _redemptions.c.participant_id == sa.bindparam("participant", type_=sa.Uuid()),
        _redemptions.c.status.in_([RedemptionStatus.RESERVED, RedemptionStatus.FULFILLED]),
        _redemptions.c.returned_at.is_(None),
    )
    .group_by(_redemptions.c.reward_id, _is_gift, _rewards.c.counts_in_month)
)


def get_allowance(participant: Participant, reward: Reward, now: datetime) -> Allowance:
    """Return how many pieces of *reward* a participant may still reserve, and why not more."""
    return list_allowances(participant, (reward,), now)[reward.id]


def list_allowances(
    participant: Participant, rewards: Sequence[Reward], now: datetime
) -> dict[RewardId, Allowance]:
    """Return how many pieces of each of *rewards* a participant may still reserve."""
    today = clock.local_date(now, clock.zone())
    terms = store.terms()
    taken = list_taken(participant.id, now)
    balance = ledger.get_balance(participant.id)
    offers = stock.list_offers([each.id for each in rewards])
    quarter = rules.quarter_of(today)
    paths = {each.node_path for each in offers.values()}
    budgets = {path: list_budgets_above(path, quarter) for path in paths}
    circumstances = _list_circumstances(participant, rewards, balance=balance, taken=taken, now=now)
    return {
        each.id: _judge(
            terms,
            offers[each.id],
            participant,
            circumstances[each.id],
            budgets=budgets[offers[each.id].node_path],
            today=today,
        )
        for each in rewards
    }


def get_circumstances(
    participant: Participant,
    reward: Reward,
    *,
    balance: Balance,
    taken: Sequence[Taken],
    now: datetime,
) -> Circumstances:
    """Return what decides on *reward* for a participant; what it does not ask is not looked up."""
    found = _list_circumstances(participant, (reward,), balance=balance, taken=taken, now=now)
    return found[reward.id]


def _list_circumstances(
    participant: Participant,
    rewards: Sequence[Reward],
    *,
    balance: Balance,
    taken: Sequence[Taken],
    now: datetime,
) -> dict[RewardId, Circumstances]:
    today = clock.local_date(now, clock.zone())
    asks_home = any(each.visible_path for each in rewards)
    asks_age = {each.id for each in rewards if rules.has_age_limit(each)}
    home = network.get_node(participant.home_node_id).path if asks_home else ""
    standing = participants.get_standing(participant.id, today) if asks_age else None
    eased = _list_eased(participant, rewards, now=now)
    return {
        each.id: Circumstances(
            home_path=home,
            standing=standing if each.id in asks_age else None,
            balance=balance,
            taken=tuple(taken),
            has_eased=each.id in eased,
        )
        for each in rewards
    }


def _list_eased(
    participant: Participant, rewards: Sequence[Reward], *, now: datetime
) -> frozenset[RewardId]:
    """Return which items a participant made easier to have, as who they are among the staff."""
    staff = identity.find_linked_staff(participant.id)
    if staff is None:
        return frozenset()
    actor = StaffActor(staff_id=staff.id, name=staff.name, grants=())
    return stock.list_eased(
        [each.id for each in rewards], actor.principal, span=rules.OWN_TERMS_SPAN, now=now
    )


def list_taken(participant_id: ParticipantId, now: datetime) -> tuple[Taken, ...]:
    """Return what a participant has reserved or has, by reward item.

    Decisive only under the lock of the participant's account.
    """
    today = clock.local_date(now, clock.zone())
    starts = {f"since_{period}": _start(period, today) for period in _PERIODS}
    rows = db.session.execute(_taken, {"participant": participant_id, **starts})
    return tuple(
        Taken(
            reward_id=RewardId(row["reward_id"]),
            pieces={period: int(row[period]) for period in LimitPeriod},
            month_points=int(row["month_points"]),
            counts_in_month=row["counts_in_month"],
            is_gift=row["is_gift"],
        )
        for row in rows.mappings()
    )


def _start(period: LimitPeriod, today: date) -> datetime:
    return clock.day_bounds(rules.period_start(period, today), clock.zone())[0]


def _judge(
    terms: Terms,
    offer: Offer,
    participant: Participant,
    circumstances: Circumstances,
    *,
    budgets: Sequence[Budget],
    today: date,
) -> Allowance:
    reward = offer.reward
    found = rules.find_allowance(terms, reward, circumstances.taken, today=today)
    try:
        if participant.closed_at is not None:
            raise ParticipantClosedError
        rules.check_offer(offer, space_id=reward.space_id, quantity=1)
        rules.check_terms(terms, reward, circumstances, quantity=1, today=today)
        rules.check_left(budgets, required=reward.points)
    except RewardsError as error:
        # Only limits and budgets end by themselves, and say when.
        again_on = error.members.get("resets_on")
        resets_on = None if again_on is None else date.fromisoformat(str(again_on))
        return replace(found, left=0, refusal=error, resets_on=resets_on)
    return found
