"""Who came to what in the past, decided by dice that fall alike every time. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from rewards.network.types import Level

from . import facts
from .facts import Person, Place
from .programme import Plan

SEED = "rewards demo"
# How many of 100 who would come go to another part of their district, and to
# another station of it.
SHARE_OF_DISTRICT = 60
SHARE_ELSEWHERE = 6
# Every fourth person joined in the course of the history.
NEWCOMER_EVERY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One person at one occasion; `number` is the person's place in the list of people.

    `left_at` None: never checked out, or nothing to check out of. `by_staff`:
    entered at the desk, because the person has no phone at hand.
    """

    number: int
    plan: Plan
    came_at: datetime
    left_at: datetime | None
    by_staff: bool
    by_digits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Party:
    """One person, or several who come together."""

    key: str
    members: tuple[int, ...]
    person: Person


def dice(*what: object) -> Random:
    """Return dice that fall the same way each time they are thrown for *what*."""
    return Random(":".join(map(str, (SEED, *what))))  # noqa: S311 - invented lives, no secrets


def joined_on(number: int, *, first: date, last: date) -> date:
    """Return the day on which the person of that place in the list was registered."""
    person = facts.list_people()[number]
    before = first - timedelta(days=7)
    if person.company or number % NEWCOMER_EVERY:
        return before
    return first + (last - first) * dice("joined", number).random() * 0.7


def attend_day(plans: Iterable[Plan], *, joined_on: Sequence[date]) -> list[Visit]:
    """Return the visits of one day: nobody is at two places at once, no place overflows."""
    busy: dict[str, list[Plan]] = defaultdict(list)
    visits = []
    for plan in plans:
        came: list[Visit] = []
        for party in _PARTIES:
            throw = dice(plan.day, plan.entry.node, plan.title, plan.entry.start, party.key)
            if not _comes(plan, party, throw, busy[party.key], joined_on):
                continue
            came += _visits(plan, party, throw)
            if plan.entry.rule is None:
                busy[party.key].append(plan)
        visits += came[: plan.entry.capacity]
    return visits


def list_interested(plan: Plan) -> list[int]:
    """Return who signs up for what lies ahead: those of the same district, the keenest first."""
    people = facts.list_people()
    place = plan.entry.node

    def keenness(number: int) -> float:
        near = _nearness(people[number].home, place)
        return dice("signs up", plan.day, place, plan.title, number).random() * near

    ranked = sorted(range(len(people)), key=keenness, reverse=True)
    return [number for number in ranked if _nearness(people[number].home, place)]


def _comes(
    plan: Plan, party: _Party, throw: Random, busy: list[Plan], joined_on: Sequence[date]
) -> bool:
    near = _nearness(party.person.home, plan.entry.node)
    odds = party.person.zeal * plan.entry.share * near
    is_free = all(
        plan.ends_at <= other.starts_at or other.ends_at <= plan.starts_at for other in busy
    )
    is_member = all(joined_on[number] < plan.day for number in party.members)
    return is_free and is_member and throw.randrange(100**3) < odds


def _visits(plan: Plan, party: _Party, throw: Random) -> list[Visit]:
    is_all_day = plan.entry.rule is not None
    late = throw.random() < 0.15
    earliest, latest = (5, plan.entry.minutes - 10) if is_all_day else (-20, -1)
    if late and not is_all_day:
        earliest, latest = 1, 10
    seconds = throw.randrange(earliest * 60, latest * 60)
    came_at = plan.starts_at + timedelta(seconds=seconds)
    left_at = plan.ends_at + timedelta(seconds=throw.randrange(-8 * 60, 25 * 60))
    forgot = throw.random() < 0.05
    has_phone = bool(party.person.phone)
    return [
        Visit(
            number=number,
            plan=plan,
            came_at=came_at + timedelta(seconds=7 * place),
            left_at=None if is_all_day or forgot else left_at + timedelta(seconds=7 * place),
            by_staff=not has_phone or throw.random() < 0.05,
            by_digits=throw.random() < 0.1,
        )
        for place, number in enumerate(party.members)
    ]


def _nearness(home: str, node: str) -> int:
    """Return how many of 100 who would come if it were next door come to *node*."""
    if home == node:
        return 100
    home_line, node_line = _LINES[home], _LINES[node]
    if home_line[-1] != node_line[-1]:
        return 0
    if _PLACES[node].level is Level.STATION:
        return SHARE_ELSEWHERE
    return 100 if home in node_line else SHARE_OF_DISTRICT


def _line(key: str) -> tuple[str, ...]:
    place = _PLACES[key]
    return (key, *_line(place.parent)) if place.parent else (key,)


def _parties() -> tuple[_Party, ...]:
    people = facts.list_people()
    members: dict[str, list[int]] = defaultdict(list)
    for number, person in enumerate(people):
        members[person.company or str(number)].append(number)
    # Companies first: whoever is turned away at the door is not half of one.
    ordered = sorted(members.items(), key=lambda item: -len(item[1]))
    return tuple(
        _Party(key=key, members=tuple(numbers), person=people[numbers[0]])
        for key, numbers in ordered
    )


_PLACES: Mapping[str, Place] = {place.key: place for place in facts.list_places()}
_LINES = {key: _line(key) for key in _PLACES}
_PARTIES = _parties()
