"""Lives through the past: visits and redemptions at their times, by the real use cases."""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from rewards.access import rules as access
from rewards.access.types import ParticipantActor, ParticipantId, StaffActor, Verb
from rewards.activities.types import Occasion
from rewards.checkins import queries as checkin_queries
from rewards.checkins import service as checkins
from rewards.checkins.types import DisplayCode
from rewards.core.errors import RewardsError
from rewards.core.unit import joined
from rewards.ledger import queries as ledger
from rewards.participants import queries as participants
from rewards.redemptions import queries as redemption_queries
from rewards.redemptions import service as redemptions
from rewards.redemptions.types import Redemption
from rewards.stock import queries as stock
from rewards.stock.types import Reward, SpaceId
from rewards.teams.types import TeamId

from .attendance import Visit, dice

Act = Callable[[datetime], None]
OnProgress = Callable[[int, int], None]
PROGRESS_EVERY = 20
OUTCOMES = ("fulfil", "fulfil", "cancel", "fulfil", "expire", "fulfil", "fulfil")


@dataclass(slots=True, kw_only=True)
class Timeline:
    """Acts in the order of their moments; an act may put further ones on the line."""

    until: datetime
    on_progress: OnProgress
    _acts: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _places: "count[int]" = field(default_factory=count)
    _total: int = 0

    def add(self, moment: datetime, act: Act) -> None:
        """Put *act* on the line, unless its moment has not come yet."""
        if moment <= self.until:
            heapq.heappush(self._acts, (moment, next(self._places), act))
            self._total += 1

    def run(self) -> None:
        """Let everything happen."""
        done = 0
        while self._acts:
            moment, _, act = heapq.heappop(self._acts)
            try:
                act(moment)
            except RewardsError as error:
                # The facts do not fit the rules. It is no refusal of anybody.
                raise RuntimeError(f"the demo was refused at {moment}: {error.code}") from error
            done += 1
            if done % PROGRESS_EVERY == 0 or not self._acts:
                self.on_progress(done, self._total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who acts in the history, their teams by name, and the space where they redeem."""

    people: tuple[ParticipantId, ...]
    teams: Mapping[str, TeamId]
    administrator: StaffActor
    manager: StaffActor
    host: StaffActor
    clerk: StaffActor
    space_id: SpaceId

    def person(self, number: int) -> ParticipantActor:
        """Return the actor of one of the people."""
        return ParticipantActor(participant_id=self.people[number])

    def desk(self, occasion: Occasion) -> StaffActor:
        """Return who enters people at an occasion: the host, or elsewhere the administrator."""
        is_host_there = access.may(self.host, Verb.CHECK_IN, occasion.node_path)
        return self.host if is_host_there else self.administrator


def add_visit(line: Timeline, cast: Cast, visit: Visit, occasion: Occasion) -> None:
    """Put coming to an occasion, and leaving it if that is recorded, on the line."""

    def come(now: datetime) -> None:
        _check_in(cast, visit, occasion, now=now)

    def leave(now: datetime) -> None:
        _check_out(cast, visit, occasion, now=now)

    line.add(visit.came_at, come)
    if occasion.requires_check_out and visit.left_at is not None:
        line.add(visit.left_at, leave)


def add_redemption(line: Timeline, cast: Cast, moment: datetime, *, turn: int) -> None:
    """Put a redemption on the line, by somebody who has the points at that moment."""

    def reserve(now: datetime) -> None:
        throw = dice("redemption", turn)
        order = throw.sample(range(len(cast.people)), k=len(cast.people))
        choice = _choose(cast, order, turn, now=now)
        if choice is not None:
            number, reward = choice
            redemption = _reserve(cast, number, reward, now=now)
            _add_outcome(line, cast, number, redemption, outcome=OUTCOMES[turn % len(OUTCOMES)])

    line.add(moment, reserve)


def add_waiting_redemption(
    line: Timeline, cast: Cast, moment: datetime, *, number: int, reward_name: str
) -> None:
    """Put a redemption on the line that waits to be collected."""

    def reserve(now: datetime) -> None:
        offered = stock.list_rewards(cast.space_id)
        reward = next(reward for reward in offered if reward.name == reward_name)
        _reserve(cast, number, reward, now=now)

    line.add(moment, reserve)


def add_refusal(
    line: Timeline, cast: Cast, visit: Visit, occasion: Occasion, *, reason: str
) -> None:
    """Put an attempt to check in that was refused, a minute before a visit, on the line."""

    def refuse(now: datetime) -> None:
        joined(checkins.note_refused_scan)(
            participant_id=cast.people[visit.number],
            occasion_id=occasion.id,
            reason=reason,
            raw="",
            now=now,
        )

    line.add(visit.came_at - timedelta(minutes=1), refuse)


def _check_in(cast: Cast, visit: Visit, occasion: Occasion, *, now: datetime) -> None:
    if visit.by_staff:
        joined(checkins.check_in_by_staff)(
            actor=cast.desk(occasion),
            occasion_id=occasion.id,
            participant_id=cast.people[visit.number],
            now=now,
        )
    elif visit.by_digits:
        joined(checkins.check_in_by_digits)(
            actor=cast.person(visit.number),
            occasion_id=occasion.id,
            digits=_code(occasion, now).digits,
            now=now,
        )
    else:
        joined(checkins.check_in_by_code)(
            actor=cast.person(visit.number), code=_code(occasion, now).token, now=now
        )


def _check_out(cast: Cast, visit: Visit, occasion: Occasion, *, now: datetime) -> None:
    if visit.by_staff:
        joined(checkins.check_out_by_staff)(
            actor=cast.desk(occasion),
            occasion_id=occasion.id,
            participant_id=cast.people[visit.number],
            now=now,
        )
    else:
        joined(checkins.check_out_by_code)(
            actor=cast.person(visit.number), code=_code(occasion, now).token, now=now
        )


def _code(occasion: Occasion, now: datetime) -> DisplayCode:
    return checkin_queries.get_display_code(occasion, now=now)


def _choose(cast: Cast, order: list[int], turn: int, *, now: datetime) -> tuple[int, Reward] | None:
    offered = [reward for reward in stock.list_rewards(cast.space_id) if reward.available]
    path = stock.get_space(cast.space_id).node_path
    for number in order:
        available = ledger.get_balance(cast.people[number]).available
        affordable = [reward for reward in offered if reward.points <= available]
        person = participants.find_local_participant(cast.people[number], node_path=path)
        if not affordable or person is None:
            continue
        allowances = redemption_queries.list_allowances(person, affordable, now)
        allowed = [reward for reward in affordable if allowances[reward.id].admits(1)]
        if allowed:
            return number, allowed[turn % len(allowed)]
    return None


def _reserve(cast: Cast, number: int, reward: Reward, *, now: datetime) -> Redemption:
    return joined(redemptions.reserve)(
        actor=cast.person(number),
        participant_id=cast.people[number],
        space_id=cast.space_id,
        reward_id=reward.id,
        quantity=1,
        now=now,
    )


def _add_outcome(
    line: Timeline, cast: Cast, number: int, redemption: Redemption, *, outcome: str
) -> None:
    def fulfil(now: datetime) -> None:
        joined(redemptions.fulfil)(
            actor=cast.clerk, redemption_id=redemption.id, code=redemption.code, now=now
        )

    def cancel(now: datetime) -> None:
        joined(redemptions.cancel)(actor=cast.person(number), redemption_id=redemption.id, now=now)

    def expire(now: datetime) -> None:
        joined(redemptions.expire)(redemption_id=redemption.id, now=now)

    moments: dict[str, tuple[datetime, Act]] = {
        "fulfil": (redemption.reserved_at + timedelta(minutes=25), fulfil),
        "cancel": (redemption.reserved_at + timedelta(minutes=50), cancel),
        "expire": (redemption.expires_at + timedelta(minutes=1), expire),
    }
    line.add(*moments[outcome])
