"""What a participant has, what comes next, and how an occasion stands for them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _

from rewards.activities import queries as activities
from rewards.activities.rules import LEFT_ANY_TIME
from rewards.activities.types import NO_POINTS, Occasion, OccasionStatus
from rewards.checkins import queries as checkins
from rewards.checkins import rules as checkin_rules
from rewards.checkins.types import Receipt
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.core.periods import Period
from rewards.earning import queries as earning
from rewards.earning import rules as earning_rules
from rewards.leaderboards import queries as leaderboards
from rewards.leaderboards.types import OwnStanding
from rewards.ledger import queries as ledger
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.participants.types import Participant
from rewards.signups import queries as signups
from rewards.signups.types import SignUpState
from rewards.stock import queries as stock
from rewards.stock.types import Reward, Space
from rewards.web import formats

from . import offers


class State(StrEnum):
    """How an occasion stands for whoever scanned its code."""

    READY = "ready"
    ALREADY = "already"
    CHECK_OUT = "check_out"
    EARLY = "early"
    CLOSED = "closed"
    FULL = "full"
    WAITING = "waiting"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DayTotal:
    """Points of one day, and the most that a day may give."""

    points: int
    limit: int


@dataclass(frozen=True, slots=True)
class Goal:
    """The next reward that is out of reach by a little; `rule` may ask for more than it takes."""

    reward: Reward
    available: int
    missing: int
    rule: str

    @property
    def required(self) -> int:
        """Return the points that have to be there."""
        return self.available + self.missing


@dataclass(frozen=True, slots=True)
class Line:
    """An occasion of today with what the participant did there, and the places left or kept."""

    occasion: Occasion
    receipt: Receipt | None
    places: int | None
    is_open: bool
    is_kept: bool = False


def judge(occasion: Occasion, me: Participant | None, *, at: datetime) -> State:
    """Return how *occasion* stands at the moment *at* of a scan.

    Whoever has not signed in is taken for one who comes, and for one who leaves once
    nobody can come any more.
    """
    receipt = _find_receipt(occasion, me)
    if receipt is not None:
        return State.CHECK_OUT if _may_leave(occasion, receipt, at=at) else State.ALREADY
    if occasion.status is OccasionStatus.CANCELLED:
        return State.CANCELLED
    if at < occasion.opens_at:
        return State.EARLY
    if at >= occasion.closes_at:
        leaves = me is None and _is_leaving_time(occasion, at=at)
        return State.CHECK_OUT if leaves else State.CLOSED
    if count_places(occasion) != 0:
        return State.READY
    return _judge_full(occasion, me)


def may_leave(occasion: Occasion, me: Participant | None, *, at: datetime) -> bool:
    """Tell whether *me* has come to *occasion* and can leave it at the moment *at* of a scan."""
    receipt = _find_receipt(occasion, me)
    return receipt is not None and _may_leave(occasion, receipt, at=at)


def count_places(occasion: Occasion) -> int | None:
    """Return how many places are left, or None where nobody counts them."""
    return activities.count_free([occasion.id]).get(occasion.id)


def describe_offer(occasion: Occasion) -> str:
    """Return in words what attending *occasion* gives."""
    rule_set, place = earning.get_rule_set(clock.now()), occasion.node_path
    rule = earning_rules.find_rule(rule_set, occasion.rule_code, node_path=place)
    if rule is not None and rule.of:
        rule = earning_rules.find_rule(rule_set, rule.of, node_path=place)
    if rule is None or not rule.enabled:
        return ""
    if rule.per_minutes:
        return _offer(rule.base, rule.per_minutes)
    return formats.points(rule.base)


def find_too_short(
    occasion: Occasion, me: Participant | None, *, at: datetime
) -> tuple[int, int] | None:
    """Return how long somebody had been there at a scan, and how long it takes to give anything.

    Nothing if it was long enough. Only where each leaves when they like: a second tap by
    mistake would end it.
    """
    if occasion.rule_code not in LEFT_ANY_TIME:
        return None
    receipt = _find_receipt(occasion, me)
    rule = earning_rules.find_rule(
        earning.get_rule_set(clock.now()), occasion.rule_code, node_path=occasion.node_path
    )
    if receipt is None or rule is None:
        return None
    minutes = checkin_rules.count_minutes(
        occasion, checked_in_at=receipt.checked_in_at, checked_out_at=at
    )
    return (minutes, rule.minutes_min) if minutes < rule.minutes_min else None


def count_today(me: Participant, *, day_of: Occasion) -> DayTotal:
    """Return the points of the day that *day_of* counts for, and the day's limit."""
    day = clock.local_date(day_of.starts_at, clock.zone())
    given = ledger.list_usage(participant_id=me.id, start=day, end=day)
    limit = earning.get_rule_set(clock.now()).guard.get(Period.DAY, 0)
    return DayTotal(points=sum(item.points for item in given), limit=limit)


def find_goal(me: Participant) -> Goal | None:
    """Return the nearest reward of the participant's district that they can have by saving."""
    shown = [reward for space in list_spaces(me) for reward in offers.list_shown(space, me)]
    judged = offers.judge([reward for reward in shown if reward.available], me)
    ahead = [each for each in judged if each.state is offers.State.SAVING]
    if not ahead:
        return None
    nearest = min(ahead, key=lambda each: (each.missing, each.reward.points))
    return Goal(
        reward=nearest.reward,
        available=ledger.get_balance(me.id).available,
        missing=nearest.missing,
        rule=nearest.rule,
    )


def list_spaces(me: Participant | None) -> list[Space]:
    """Return the spaces of the participant's district, those of the home station first."""
    home = network.find_node(me.home_node_id) if me else None
    center = home.path.split("/")[0] + "/" if home else ""
    spaces = [space for space in stock.list_spaces(node_path=center) if space.closed_at is None]
    return sorted(spaces, key=lambda space: space.node_id != (home.id if home else None))


def find_standing(me: Participant) -> OwnStanding | None:
    """Return the participant's place on this month's board of the home station."""
    home = network.find_node(me.home_node_id)
    if home is None:
        return None
    now = clock.now()
    board = leaderboards.get_board(
        node=home, day=clock.local_date(now, clock.zone()), limit=1, around=me.id, now=now
    )
    return board.me if board.me and board.me.rank is not None else None


def list_today(
    home: Node | None, me: Participant | None, *, has_boards: bool = False
) -> list[Line]:
    """Return today's occasions around *home* that have not ended, in order.

    Photo boards hang there all day, so they are shown only where they are looked for.
    """
    now = clock.now()
    start, end = clock.day_bounds(clock.local_date(now, clock.zone()), clock.zone())
    occasions = [
        occasion
        for occasion in activities.list_occasions(
            node_path=home.path if home else "", starts_from=start, starts_before=end
        )
        if occasion.ends_at > now and occasion.status is OccasionStatus.SCHEDULED
        if has_boards or not _is_board(occasion)
    ]
    ids = [occasion.id for occasion in occasions]
    receipts = checkins.list_receipts(participant_id=me.id, occasion_ids=ids) if me else {}
    free = activities.count_free(ids)
    signed_up = signups.list_of(me.id, ids) if me else {}
    kept = {each.occasion_id for each in signed_up.values() if each.state is SignUpState.CONFIRMED}
    return [
        Line(
            occasion=occasion,
            receipt=receipts.get(occasion.id),
            places=free.get(occasion.id),
            is_kept=occasion.id in kept,
            is_open=not occasion.counts_heads and occasion.opens_at <= now < occasion.closes_at,
        )
        for occasion in occasions
    ]


def _is_board(occasion: Occasion) -> bool:
    gives_nothing = occasion.rule_code == NO_POINTS and not occasion.requires_check_out
    return gives_nothing and occasion.zone_id is not None


def list_open_occasions() -> list[Occasion]:
    """Return the occasions that take check-ins or check-outs now, by their times."""
    now = clock.now()
    return [
        occasion
        for occasion in activities.list_attended(node_path="", at=now)
        if now < occasion.closes_at or _is_leaving_time(occasion, at=now)
    ]


def _judge_full(occasion: Occasion, me: Participant | None) -> State:
    # Whoever signed up has a place that the others do not see.
    signed_up = None
    if occasion.takes_sign_ups and me is not None:
        signed_up = signups.find_sign_up(occasion_id=occasion.id, participant_id=me.id)
    if signed_up is None:
        return State.FULL
    by_sign_up = {SignUpState.CONFIRMED: State.READY, SignUpState.WAITING: State.WAITING}
    return by_sign_up.get(signed_up.state, State.FULL)


def _find_receipt(occasion: Occasion, me: Participant | None) -> Receipt | None:
    if me is None:
        return None
    return checkins.find_receipt(occasion_id=occasion.id, participant_id=me.id)


def _may_leave(occasion: Occasion, receipt: Receipt, *, at: datetime) -> bool:
    return (
        occasion.requires_check_out
        and receipt.checked_out_at is None
        and _is_leaving_time(occasion, at=at)
    )


def _is_leaving_time(occasion: Occasion, *, at: datetime) -> bool:
    try:
        checkin_rules.check_out_open(occasion, at=at, by_staff=False)
    except RewardsError:
        return False
    return True


def _offer(points: int, per_minutes: int) -> str:
    return str(_("每%(minutes)d分钟 %(points)d 分", minutes=per_minutes, points=points))
