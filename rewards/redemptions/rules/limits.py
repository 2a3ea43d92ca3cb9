"""How much of what somebody may still have, and from when on there is more again."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from rewards.core.periods import FOREVER, Period, period_bounds
from rewards.ledger import rules as ledger
from rewards.participants.types import Standing
from rewards.stock import rules as stock
from rewards.stock.types import LimitPeriod, Reward, RewardKind

from ..errors import (
    FirstBalanceError,
    MonthPiecesLimitError,
    MonthPointsLimitError,
    RewardAgeError,
    RewardAgeUnknownError,
    RewardBalanceError,
    RewardLimitError,
    RewardNotForHomeError,
    RewardSetBySelfError,
)
from ..types import Allowance, Circumstances, Taken, Terms

# Source: domain defaults 7.1.
DEFAULT_TERMS = Terms(month_pieces=4, month_points=300, first_balance=30)
UNLIMITED = Allowance()
# So long staff do without what they made easier to have; everybody else sees it meanwhile.
OWN_TERMS_SPAN = timedelta(days=7)

_PERIODS = {
    LimitPeriod.MONTH: Period.MONTH,
    LimitPeriod.QUARTER: Period.QUARTER,
    LimitPeriod.YEAR: Period.YEAR,
    LimitPeriod.EVER: Period.LIFETIME,
}


def period_start(period: LimitPeriod, today: date) -> date:
    """Return the first day of the period of a limit in which *today* lies."""
    return period_bounds(_PERIODS[period], today)[0]


def find_allowance(
    terms: Terms, reward: Reward, taken: Sequence[Taken], *, today: date
) -> Allowance:
    """Return how many pieces of *reward* the limits leave to somebody who has *taken* so much.

    Of several limits the narrowest counts, and of equal ones that which lasts longest.
    """
    return min(
        _list_limits(terms, reward, taken, today),
        key=lambda each: (each.left or 0, -(each.resets_on or date.max).toordinal()),
        default=UNLIMITED,
    )


def check_terms(
    terms: Terms, reward: Reward, circumstances: Circumstances, *, quantity: int, today: date
) -> None:
    """Check that somebody in such *circumstances* may have *quantity* pieces of an item.

    What cannot change comes first, so that nobody saves up for what is not for them.

    :raises RewardNotForHomeError: if it is for residents of another branch.
    :raises RewardAgeUnknownError: if it has an age limit, and the year of birth is unknown.
    :raises RewardAgeError: if they are too young or too old.
    :raises RewardSetBySelfError: if they made it easier to have, as staff, and lately.
    :raises AccountInDebtError: if points that were taken back are still owed.
    :raises RewardLimitError: if the item's own limit is exceeded.
    :raises MonthPiecesLimitError: if the month's pieces are.
    :raises MonthPointsLimitError: if the month's points are.
    :raises RewardBalanceError: if the item asks for more points to be there.
    :raises FirstBalanceError: if they never had anything, and the first time asks for more.
    """
    check_home(reward, circumstances.home_path)
    if circumstances.standing is not None:
        check_age(reward, circumstances.standing)
    if circumstances.has_eased:
        raise RewardSetBySelfError(days=OWN_TERMS_SPAN.days)
    ledger.check_available(circumstances.balance, required=0)
    check_limits(terms, reward, circumstances.taken, quantity=quantity, today=today)
    check_balance(
        terms,
        reward,
        circumstances.taken,
        quantity=quantity,
        available=circumstances.balance.available,
    )


def check_limits(
    terms: Terms, reward: Reward, taken: Sequence[Taken], *, quantity: int, today: date
) -> None:
    """Check that *quantity* pieces more are within every limit.

    :raises RewardLimitError: if the item's own limit is exceeded.
    :raises MonthPiecesLimitError: if the month's pieces are.
    :raises MonthPointsLimitError: if the month's points are.
    """
    allowance = find_allowance(terms, reward, taken, today=today)
    if allowance.limit is not None and not allowance.admits(quantity):
        raise allowance.limit


def check_balance(
    terms: Terms, reward: Reward, taken: Sequence[Taken], *, quantity: int, available: int
) -> None:
    """Check that somebody with *available* points has as many as the item asks them to have.

    Only where that is more than they spend: otherwise the price is what is missing,
    and whoever sets the points aside refuses for all of it.

    :raises RewardBalanceError: if the item asks for more.
    :raises FirstBalanceError: if they never had anything, and the first time asks for more.
    """
    if reward.kind is RewardKind.GIVING:
        return
    required = reward.min_balance
    refusal: type[RewardBalanceError | FirstBalanceError] = RewardBalanceError
    is_first = not any(each.pieces[LimitPeriod.EVER] for each in taken if not each.is_gift)
    if is_first and terms.first_balance > required:
        required, refusal = terms.first_balance, FirstBalanceError
    if available < required and required > reward.points * quantity:
        raise refusal(**_shortage(available, required))


def check_age(reward: Reward, standing: Standing) -> None:
    """Check that somebody is of the age that an item is for.

    Only the year of birth is known: of two ages either will do.

    :raises RewardAgeUnknownError: if the item has a limit, and not even that is known.
    :raises RewardAgeError: if they are too young or too old.
    """
    limits: dict[str, Any] = {"age_min": reward.age_min, "age_max": reward.age_max}
    if standing.age_least is None or standing.age_most is None:
        raise RewardAgeUnknownError(**limits)
    is_too_young = reward.age_min is not None and standing.age_most < reward.age_min
    is_too_old = reward.age_max is not None and standing.age_least > reward.age_max
    if is_too_young or is_too_old:
        raise RewardAgeError(**limits)


def has_age_limit(reward: Reward) -> bool:
    """Tell whether an item is not for every age."""
    return reward.age_min is not None or reward.age_max is not None


def check_home(reward: Reward, home_path: str) -> None:
    """Check that an item is for residents of the node at *home_path*.

    :raises RewardNotForHomeError: if it is for those of another branch.
    """
    if not stock.is_shown_to(reward, home_path):
        raise RewardNotForHomeError


def _list_limits(
    terms: Terms, reward: Reward, taken: Sequence[Taken], today: date
) -> Iterator[Allowance]:
    if reward.kind is RewardKind.GIVING:
        return
    if reward.limit_count is not None and reward.limit_period is not None:
        yield _limit_own(reward, reward.limit_count, reward.limit_period, taken, today)
    if reward.counts_in_month:
        yield from _limit_month(terms, reward, taken, today)


def _limit_own(
    reward: Reward, most: int, period: LimitPeriod, taken: Sequence[Taken], today: date
) -> Allowance:
    own = [each for each in taken if each.reward_id == reward.id and not each.is_gift]
    had = sum(each.pieces[period] for each in own)
    left = max(0, most - had)
    resets_on = _next_start(period, today)
    refusal = RewardLimitError(
        pieces_max=most,
        pieces_taken=had,
        pieces_left=left,
        unit=reward.unit,
        period=period.value,
        resets_on=_tell(resets_on),
    )
    return Allowance(left=left, period=period, resets_on=resets_on, limit=refusal)


def _limit_month(
    terms: Terms, reward: Reward, taken: Sequence[Taken], today: date
) -> Iterator[Allowance]:
    month = LimitPeriod.MONTH
    resets_on = _next_start(month, today)
    counted = [each for each in taken if each.counts_in_month and not each.is_gift]
    pieces = sum(each.pieces[month] for each in counted)
    left = max(0, terms.month_pieces - pieces)
    yield Allowance(
        left=left,
        period=month,
        resets_on=resets_on,
        limit=MonthPiecesLimitError(
            pieces_max=terms.month_pieces,
            pieces_taken=pieces,
            pieces_left=left,
            resets_on=_tell(resets_on),
        ),
    )
    points = sum(each.month_points for each in counted)
    rest = max(0, terms.month_points - points)
    # What costs more than a whole month allows cannot be had next month either.
    again_on = resets_on if reward.points <= terms.month_points else None
    yield Allowance(
        left=rest // reward.points,
        period=month,
        resets_on=again_on,
        limit=MonthPointsLimitError(
            points_max=terms.month_points,
            points_taken=points,
            points_left=rest,
            resets_on=_tell(again_on),
        ),
    )


def _next_start(period: LimitPeriod, today: date) -> date | None:
    end = period_bounds(_PERIODS[period], today)[1]
    return None if end == FOREVER[1] else end + timedelta(days=1)


def _tell(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _shortage(available: int, required: int) -> dict[str, Any]:
    return {"available": available, "required": required, "missing": required - available}
