"""Use cases of the demo: load it whole into an empty database, and keep its programme going.

Loading is one transaction. Interrupted at any moment it leaves nothing, so
the next start loads anew, and nothing is ever there twice.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access import queries as access
from rewards.access.types import SystemActor
from rewards.activities.types import Occasion
from rewards.core import clock
from rewards.core.db import db, is_sqlite
from rewards.core.unit import operation, use_case
from rewards.network import queries as network
from rewards.network.rules import center_path
from rewards.network.types import Node
from rewards.participants import queries as participants
from rewards.teams.types import TeamId

from . import (
    attendance,
    desk_work,
    facts,
    giving,
    history,
    occasions,
    programme,
    setting,
    sign_ups,
    teams,
)
from .errors import DatabaseInUseError
from .history import Cast, OnProgress, Timeline
from .programme import Plan
from .setting import HiredStaff
from .sign_ins import ParticipantSignIn, SignIns, StaffSignIn

# How many days of the past each size of the demo has.
HISTORY_DAYS = {"demo": 90}
SUBJECT, LOADED_ACTION = "demo", "demo.loaded"
SET_UP_DAYS = 10
ADMINISTRATOR, MANAGER, HOST, CLERK = "吴桐", "郑涛", "何静", "周航"
# Redemptions begin when people have earned something, and come twice a day.
REDEMPTIONS_AFTER_DAYS = 12
REDEMPTION_HOURS = (10, 14)
SUNDAY = 6
WAITING_MINUTES = 35
WAITING_REWARD = "牙膏"
REFUSED_REASONS = ("code-expired", "check-in-not-open", "code-expired", "check-in-closed")
# How many people `flask up` names to sign in as.
PEOPLE_TOLD = 3
REFRESH_LOCK = 0x5245_5744  # an arbitrary number: nothing else takes a lock of this kind


@use_case
def load(
    *,
    size: str,
    now: datetime,
    keep_sign_ins: Callable[[SignIns], None],
    on_progress: OnProgress,
) -> SignIns:
    """Load the demo into an empty database; return how to sign in to it.

    :raises DatabaseInUseError: if there are participants.
    """
    if is_in_use():
        raise DatabaseInUseError
    zone = clock.zone()
    today = clock.local_date(now, zone)
    first = today - timedelta(days=HISTORY_DAYS[size])
    opened_at = now - timedelta(days=HISTORY_DAYS[size] + SET_UP_DAYS)
    nodes = setting.open_network(now=opened_at)
    staff = setting.hire_staff(nodes, now=opened_at)
    joined_on = [
        attendance.joined_on(number, first=first, last=today)
        for number in range(len(facts.list_people()))
    ]
    people = setting.register_people(
        staff[ADMINISTRATOR].actor, nodes, joined_on=joined_on, zone=zone
    )
    cast = Cast(
        people=people,
        teams=teams.form_teams(people, nodes, joined_on=joined_on, today=today, now=opened_at),
        administrator=staff[ADMINISTRATOR].actor,
        manager=staff[MANAGER].actor,
        host=staff[HOST].actor,
        clerk=staff[CLERK].actor,
        space_id=setting.open_space(staff[ADMINISTRATOR].actor, nodes, now=opened_at).id,
    )
    planned = occasions.plan_series(nodes, cast.teams, first=first, now=now)
    line = Timeline(until=now, on_progress=on_progress)
    # First the programme, one day after the other, then what people did.
    for number, plans in enumerate(_plans(first, today)):
        act = partial(_plan_day, line, cast, nodes, plans, planned=planned, joined_on=joined_on)
        line.add(opened_at + timedelta(seconds=number), act)
    _plan_redemptions(line, cast, first=first, today=today)
    desk_work.add_desk_work(line, cast)
    line.run()
    station = nodes[facts.get_space().node]
    giving.add_giving(cast.administrator, _center_of(nodes, station), station, people, now=now)
    mark_loaded(size=size, now=now)
    sign_ins = _tell(staff)
    # Last and before the commit: two loads at once wait for each other in the
    # database, so the file is that of the one that commits.
    keep_sign_ins(sign_ins)
    return sign_ins


@use_case
def refresh_demo_occasions(*, now: datetime) -> int:
    """Add what is on around the clock on the days ahead, if it is not yet; return how many.

    The rest of the programme are series, which are planned ahead as any others.
    Does nothing in a database without the demo.
    """
    if not is_loaded():
        return 0
    if not is_sqlite():
        # Two that refresh at once would both find the same days empty.
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(REFRESH_LOCK)))
    nodes = _find_nodes()
    today = clock.local_date(now, clock.zone())
    first = today - timedelta(days=1)
    formed = teams.find_teams(nodes)
    added = 0
    if not occasions.has_series():
        # Loaded when each day was planned by itself: what follows is planned as series.
        added += len(_begin_series(nodes, formed, today, now=now))
    for day_plans in _plans(first, today):
        plans = tuple(plan for plan in day_plans if plan.entry.live and plan.entry.node in nodes)
        if not occasions.is_planned(plans, nodes):
            added += len(_create(plans, nodes, formed, now=now))
    return added


@operation
def _begin_series(
    nodes: Mapping[str, Node], formed: Mapping[str, TeamId], today: date, *, now: datetime
) -> occasions.Planned:
    days = _plans(today, today)
    unplanned = (
        plans[0].day
        for plans in days
        if not occasions.is_planned(
            [each for each in plans if not each.entry.live and each.entry.node in nodes], nodes
        )
    )
    first = next(unplanned, today + timedelta(days=programme.DAYS_AHEAD + 1))
    return occasions.plan_series(nodes, formed, first=first, now=now)


@operation
def mark_loaded(*, size: str, now: datetime) -> None:
    """Write into the database, for good, that it is one of the demo."""
    audit_trail.audit(
        actor=SystemActor(),
        action=LOADED_ACTION,
        node_id=None,
        subject=SUBJECT,
        details={"size": size},
        now=now,
    )


def is_loaded() -> bool:
    """Tell whether the database began as the demo."""
    return access.is_recorded(subject=SUBJECT, action=LOADED_ACTION)


def is_in_use() -> bool:
    """Tell whether the database has participants, so that no demo can be loaded."""
    return bool(participants.page_participants(node_path="", cursor=None, limit=1).items)


@operation
def _create(
    plans: tuple[Plan, ...],
    nodes: Mapping[str, Node],
    formed: Mapping[str, TeamId],
    *,
    now: datetime,
) -> dict[Plan, Occasion]:
    return {plan: occasions.create_occasion(plan, nodes, formed, now=now) for plan in plans}


def _plans(first: date, today: date) -> list[tuple[Plan, ...]]:
    last = today + timedelta(days=programme.DAYS_AHEAD)
    # What began late yesterday may still be open.
    live_from = today - timedelta(days=1)
    return list(programme.plan_days(first, last, clock.zone(), live_from=live_from))


def _plan_day(
    line: Timeline,
    cast: Cast,
    nodes: Mapping[str, Node],
    plans: tuple[Plan, ...],
    now: datetime,
    *,
    planned: occasions.Planned,
    joined_on: list[date],
) -> None:
    created = {plan: planned[plan.entry, plan.day] for plan in plans if not plan.entry.live}
    alone = tuple(plan for plan in plans if plan.entry.live)
    created |= _create(alone, nodes, cast.teams, now=now)
    for plan, occasion in created.items():
        sign_ups.add_sign_ups(line, cast, plan, occasion)
    visits = attendance.attend_day(plans, joined_on=joined_on)
    for visit in visits:
        history.add_visit(line, cast, visit, created[visit.plan])
        if visit.left_at is None and created[visit.plan].requires_check_out:
            desk_work.add_confirmation(line, cast, visit, created[visit.plan])
    if plans[0].day == clock.local_date(line.until, clock.zone()) - timedelta(days=1):
        for visit, reason in zip(visits, REFUSED_REASONS, strict=False):
            history.add_refusal(line, cast, visit, created[visit.plan], reason=reason)


def _plan_redemptions(line: Timeline, cast: Cast, *, first: date, today: date) -> None:
    turn = 0
    for number in range(REDEMPTIONS_AFTER_DAYS, (today - first).days + 1):
        day = first + timedelta(days=number)
        if day.weekday() == SUNDAY:
            continue
        for hour in REDEMPTION_HOURS:
            throw = attendance.dice("redemption", "minute", turn)
            moment = datetime(day.year, day.month, day.day, hour, tzinfo=clock.zone())
            moment += timedelta(seconds=throw.randrange(2 * 60 * 60))
            history.add_redemption(line, cast, moment, turn=turn)
            turn += 1
    waits_from = line.until - timedelta(minutes=WAITING_MINUTES)
    history.add_waiting_redemption(line, cast, waits_from, number=0, reward_name=WAITING_REWARD)


def _center_of(nodes: Mapping[str, Node], node: Node) -> Node:
    return next(each for each in nodes.values() if each.path == center_path(node.path))


def _find_nodes() -> dict[str, Node]:
    """Return the nodes of the demo that are still called so and open, by their keys."""
    found: dict[str, Node] = {}
    for place in facts.list_places():
        if place.parent and place.parent not in found:
            continue
        parent_id = found[place.parent].id if place.parent else None
        node = network.find_child(parent_id, place.name)
        if node is not None and node.closed_at is None:
            found[place.key] = node
    return found


def _tell(staff: Mapping[str, HiredStaff]) -> SignIns:
    people = [person for person in facts.list_people() if person.phone][:PEOPLE_TOLD]
    return SignIns(
        staff=tuple(
            StaffSignIn(name=name, role=hired.member.role.value, password=hired.password)
            for name, hired in staff.items()
        ),
        participants=tuple(
            ParticipantSignIn(name=person.name, phone=person.phone) for person in people
        ),
    )
