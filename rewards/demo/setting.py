"""Puts the setting of the demo in place: nodes, staff, people, and the space with its shelf."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from rewards.access.types import (
    Actor,
    Grant,
    ParticipantId,
    StaffActor,
    StaffId,
    SystemActor,
)
from rewards.core.unit import joined
from rewards.identity import service as identity
from rewards.network import service as network
from rewards.network.types import Node
from rewards.stock import service as stock
from rewards.stock.rules import USUAL_ITEMS, read_spans
from rewards.stock.types import Desk, MovementKind, Space

from . import facts
from .attendance import dice
from .facts import Person, StaffMember
from .sign_ins import new_password

OPENING = time(10, 0)
NUMBER_MIN, NUMBER_MAX = 10_000_000, 99_999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class HiredStaff:
    """A staff member and the password made for the account."""

    member: StaffMember
    actor: StaffActor
    password: str


def open_network(*, now: datetime) -> dict[str, Node]:
    """Create the nodes of both networks; return them by their keys in the facts."""
    nodes: dict[str, Node] = {}
    for place in facts.list_places():
        nodes[place.key] = joined(network.create_node)(
            actor=SystemActor(),
            level=place.level,
            name=place.name,
            parent_id=nodes[place.parent].id if place.parent else None,
            address=place.address,
            phone=place.phone,
            now=now,
        )
    return nodes


def hire_staff(nodes: Mapping[str, Node], *, now: datetime) -> dict[str, HiredStaff]:
    """Create the staff accounts with their roles and random passwords; return them by name."""
    hired = {}
    for member in facts.list_staff():
        password = new_password()
        staff = joined(identity.create_staff)(
            actor=SystemActor(), name=member.name, password=password, now=now
        )
        for key in member.nodes:
            joined(identity.grant_role)(
                actor=SystemActor(),
                staff_id=staff.id,
                role=member.role,
                node_id=nodes[key].id,
                now=now,
            )
        grants = tuple(Grant(role=member.role, node_path=nodes[key].path) for key in member.nodes)
        actor = StaffActor(staff_id=StaffId(staff.id), name=staff.name, grants=grants)
        hired[member.name] = HiredStaff(member=member, actor=actor, password=password)
    return hired


def register_people(
    actor: Actor, nodes: Mapping[str, Node], *, joined_on: Sequence[date], zone: ZoneInfo
) -> tuple[ParticipantId, ...]:
    """Register the people, each on the day given; return them in the order of the facts."""
    return tuple(
        _register(actor, person, nodes[person.home], day=day, zone=zone)
        for person, day in zip(facts.list_people(), joined_on, strict=True)
    )


def open_space(actor: Actor, nodes: Mapping[str, Node], *, now: datetime) -> Space:
    """Open the offline space and fill its shelf."""
    told = facts.get_space()
    space = joined(stock.create_space)(
        actor=actor,
        node_id=nodes[told.node].id,
        name=told.name,
        address=told.address,
        hours=told.hours,
        phone=told.phone,
        zones=told.zones,
        now=now,
    )
    week = [read_spans(text) for text in told.week]
    joined(stock.set_week)(actor=actor, space_id=space.id, desk=Desk.SPACE, week=week, now=now)
    pieces = {item.name: item.pieces for item in USUAL_ITEMS}
    for reward in joined(stock.create_usual_rewards)(actor=actor, space_id=space.id, now=now):
        if pieces[reward.name]:
            joined(stock.record_movement)(
                actor=actor,
                reward_id=reward.id,
                kind=MovementKind.RECEIVE,
                quantity=pieces[reward.name],
                note="首批入库",
                now=now,
            )
    return space


def _register(
    actor: Actor, person: Person, node: Node, *, day: date, zone: ZoneInfo
) -> ParticipantId:
    moment = datetime.combine(day, OPENING, tzinfo=zone)
    participant = joined(identity.register_participant)(
        actor=actor,
        name=person.name,
        phone=person.phone or None,
        node_id=node.id,
        agreed=True,
        birth_year=day.year - person.age,
        board_display=person.display,
        nickname=person.nickname,
        number=str(dice("number", person.name, person.age).randint(NUMBER_MIN, NUMBER_MAX)),
        now=moment,
    )
    if participant.is_minor:
        # As the parents of the demo are called, who signed when their child was registered.
        joined(identity.give_guardian_consent)(
            actor=actor,
            participant_id=participant.id,
            guardian_name=f"{person.name[0]}海",
            now=moment,
        )
    return participant.id
