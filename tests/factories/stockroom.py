"""Spaces of one center with things on their shelves, and the staff who keep them."""

from dataclasses import dataclass

from rewards.access.types import Role, StaffActor
from rewards.core import checks
from rewards.core.db import db, snapshot
from rewards.network.types import Level
from rewards.stock import queries as stock
from rewards.stock import service as shelves
from rewards.stock.types import Reward, Space
from rewards.stockroom import queries, service
from rewards.stockroom.types import ChangeKind
from tests.factories.people import make_branch, make_node
from tests.factories.redemptions import SYSTEM, add_reward, build_staff


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A space with a towel on its shelf, a clerk who asks and two who may decide."""

    space: Space
    towel: Reward
    clerk: StaffActor
    admin: StaffActor
    institute: StaffActor


def add_shelf(node, above, now, *, name="线下空间", on_hand=10):
    space = shelves.create_space(actor=SYSTEM, node_id=node.id, name=name, now=now)
    return Shelf(
        space=space,
        towel=add_reward(space, now, name="毛巾", on_hand=on_hand),
        clerk=build_staff(Role.CLERK, node.path),
        admin=build_staff(Role.STATION_ADMIN, node.path),
        institute=build_staff(Role.INSTITUTE_ADMIN, above.path),
    )


def open_shelf(now, name="千峰", **changes):
    _, institute, station = make_branch(now, name)
    return add_shelf(station, institute, now, **changes)


def open_two(now):
    """Return the shelves of two stations of one institute."""
    _, institute, station = make_branch(now, "千峰")
    other = make_node(Level.STATION, "兴华社区站", institute, now)
    return (
        add_shelf(station, institute, now),
        add_shelf(other, institute, now, name="兴华线下空间", on_hand=3),
    )


def level(reward):
    db.session.rollback()
    found = stock.get_reward(reward.id)
    return found.on_hand, found.reserved


def ask(shelf, now, *, quantity=-2, kind=ChangeKind.DAMAGE, actor=None, reward=None):
    return service.request_change(
        actor=actor or shelf.clerk,
        reward_id=(reward or shelf.towel).id,
        kind=kind,
        quantity=quantity,
        note="淋湿了",
        now=now,
    )


def find_faults(now):
    """Return what the checks of the books find about shelves."""
    scope = checks.Scope(after=0, through=0, now=now, is_whole=True)
    db.session.rollback()
    with snapshot() as connection:
        return (
            *stock.list_wrong_levels(connection, scope),
            *queries.list_unmatched_shelves(connection, scope),
            *queries.list_unaudited(connection, scope),
        )
