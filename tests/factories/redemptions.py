"""An offline space with a reward on its shelf, and people with points."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from rewards.access.types import Grant, ParticipantActor, Role, StaffActor, StaffId, SystemActor
from rewards.core.clock import local_date, zone
from rewards.core.db import Base, db
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.ledger import operations as ledger
from rewards.ledger import queries as ledger_queries
from rewards.ledger.types import Asset, BoardKind, EntryDraft, HoldId, Reason
from rewards.network.types import Node, NodeId
from rewards.participants import operations as participants
from rewards.participants.types import ConsentChannel
from rewards.redemptions import service
from rewards.redemptions.types import Redemption, RedemptionId, RedemptionStatus
from rewards.stock import queries as stock_queries
from rewards.stock import service as stock
from rewards.stock.models import RewardRow
from rewards.stock.types import (
    Desk,
    MovementKind,
    Offer,
    Reward,
    RewardId,
    RewardKind,
    Space,
    SpaceId,
    Span,
)
from tests.factories.world import act_as, build_participant, build_station

SYSTEM = SystemActor()


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A space at a station, one reward item at it, and a clerk of the station."""

    station: Node
    space: Space
    reward: Reward
    clerk: StaffActor

    @property
    def manager(self):
        """Return somebody who manages the stock of the station."""
        return build_staff(Role.STATION_ADMIN, self.station.path)


def build_staff(role, node_path, **changes):
    return StaffActor(
        staff_id=StaffId(new_id()),
        name="周航",
        grants=(Grant(role=role, node_path=node_path),),
        **changes,
    )


def add_reward(space, now, *, name="牙膏", points=60, on_hand=10, **values):
    reward = stock.create_reward(
        actor=SYSTEM, space_id=space.id, name=name, unit="支", points=points, now=now, **values
    )
    if on_hand:
        reward = stock.record_movement(
            actor=SYSTEM,
            reward_id=reward.id,
            kind=MovementKind.RECEIVE,
            quantity=on_hand,
            now=now,
        )
    return reward


def add_giving(space, now):
    return add_reward(
        space, now, name="把积分捐给微心愿", points=10, on_hand=0, kind=RewardKind.GIVING
    )


def limit(reward, **conditions):
    """Give a reward item conditions that its maker did not ask for."""
    db.session.execute(sa.update(RewardRow).where(RewardRow.id == reward.id).values(**conditions))
    db.session.commit()


def add_shop(now, *, points=60, on_hand=10):
    station = build_station()
    space = stock.create_space(
        actor=SYSTEM, node_id=station.id, name="某社区线下空间", hours="9:00-17:00", now=now
    )
    return Shop(
        station=station,
        space=space,
        reward=add_reward(space, now, points=points, on_hand=on_hand),
        clerk=build_staff(Role.CLERK, station.path),
    )


def add_participant(station, now, *, points=0):
    """Register a participant who has earned *points*."""
    participant = build_participant(station, now=now)
    person = ParticipantActor(participant_id=participant.id)
    if points:
        credit(person, station, points, now)
    return person


@use_case
def credit(person, station, points, now):
    account = ledger.lock_account(participant_id=person.participant_id, asset=Asset.POINTS)
    draft = EntryDraft(
        participant_id=person.participant_id,
        asset=Asset.POINTS,
        amount=points,
        reason=Reason.ATTENDANCE,
        source_id=new_id(),
        occasion_id=None,
        rule_code="ACT_JOIN",
        rule_version=1,
        board=BoardKind.NONE,
        node_id=station.id,
        node_path=station.path,
        actor="system",
        occurred_at=now,
        business_date=local_date(now, zone()),
        details={},
    )
    ledger.post_entry(draft, account=account, now=now)


@use_case
def close_account(person, now):
    participants.close(
        participant_id=person.participant_id,
        channel=ConsentChannel.SELF,
        recorded_by=None,
        now=now,
    )


def reserve(shop, person, now, *, reward=None, quantity=1, actor=None, **changes):
    return service.reserve(
        actor=actor or person,
        participant_id=person.participant_id,
        space_id=shop.space.id,
        reward_id=(reward or shop.reward).id,
        quantity=quantity,
        now=now,
        **changes,
    )


def reserve_for(participant, reward, now, *, quantity=1, actor=None):
    """Reserve at the space of *reward* what a participant may choose on the phone."""
    return service.reserve(
        actor=actor or act_as(participant),
        participant_id=participant.id,
        space_id=reward.space_id,
        reward_id=reward.id,
        quantity=quantity,
        now=now,
    )


def hand_over(shop, redemption, now, **changes):
    arguments = {"actor": shop.clerk, "redemption_id": redemption.id, "code": redemption.code}
    return service.fulfil(**arguments | changes, now=now)


def open_slots(shop, now, *, capacity=2):
    """Open the space day and night in slots of an hour; return when the next of them begin."""
    week = ((Span(opens=0, closes=1440),),) * 7
    stock.set_week(actor=SYSTEM, space_id=shop.space.id, desk=Desk.SPACE, week=week, now=now)
    stock.set_slots(actor=SYSTEM, space_id=shop.space.id, minutes=60, capacity=capacity, now=now)
    return [slot.starts_at for slot in stock_queries.list_slots(shop.space.id, now)]


def build_offer(**changes):
    """Return an offer that was never stored."""
    reward = Reward(
        id=RewardId(UUID(int=1)),
        space_id=SpaceId(UUID(int=2)),
        name="牙膏",
        unit="支",
        kind=RewardKind.GOODS,
        picture="gift",
        points=60,
        on_hand=10,
        reserved=0,
        is_listed=changes.pop("is_listed", True),
    )
    offer = Offer(
        reward=reward,
        node_id=NodeId(UUID(int=3)),
        node_path="center/institute/station/",
        space_name="某社区线下空间",
        space_closed_at=None,
    )
    return replace(offer, **changes)


def build_redemption(now, **changes):
    """Return a redemption that was never stored."""
    redemption = Redemption(
        id=RedemptionId(UUID(int=4)),
        participant_id=UUID(int=5),
        masked_name="王*英",
        number="12345678",
        masked_phone="",
        space_id=SpaceId(UUID(int=2)),
        space_name="某社区线下空间",
        space_node_id=NodeId(UUID(int=3)),
        space_node_path="center/institute/station/",
        reward_id=RewardId(UUID(int=1)),
        reward_name="牙膏",
        unit="支",
        picture="gift",
        quantity=1,
        points=60,
        status=RedemptionStatus.RESERVED,
        code="48213907",
        hold_id=HoldId(UUID(int=6)),
        reserved_at=now,
        expires_at=now + timedelta(days=7),
        closed_at=None,
        closed_by="",
    )
    return replace(redemption, **changes)


def read_balance(person):
    """Return what is on the account of somebody, what is held of it, and what they earned."""
    db.session.rollback()
    balance = ledger_queries.get_balance(person.participant_id)
    return balance.balance, balance.held, balance.earned


def read_shelf(shop):
    """Return how many pieces of the shop's reward are on the shelf, and how many set aside."""
    db.session.rollback()
    reward = stock_queries.get_reward(shop.reward.id)
    return reward.on_hand, reward.reserved


def read_rows():
    """Return every row of every table, to show that a refusal changed none."""
    db.session.rollback()
    rows = {
        name: sorted(map(repr, db.session.execute(sa.select(table)).all()))
        for name, table in Base.metadata.tables.items()
    }
    db.session.rollback()
    return rows


def count_inconsistencies():
    """Return what does not agree between redemptions, shelves, holds and books."""
    db.session.rollback()
    counts = {
        name: db.session.execute(sa.text(statement)).scalar_one()
        for name, statement in _INCONSISTENCIES.items()
    }
    db.session.rollback()
    return {name: number for name, number in counts.items() if number}


def _sum(kind):
    return f"COALESCE(SUM(CASE WHEN m.kind = '{kind}' THEN m.quantity ELSE 0 END), 0)"


_INCONSISTENCIES = {
    "levels are the sums of their movements": f"""
        SELECT COUNT(*) FROM (
            SELECT l.reward_id FROM stock_levels l
            LEFT JOIN stock_movements m ON m.reward_id = l.reward_id
            GROUP BY l.reward_id, l.on_hand, l.reserved
            HAVING l.on_hand <> {_sum("receive")} + {_sum("adjust")} - {_sum("fulfil")}
                + {_sum("return")} - {_sum("replace")} - {_sum("damage")}
                - {_sum("transfer_out")} + {_sum("transfer_in")} + {_sum("stocktake")}
            OR l.reserved <> {_sum("reserve")} - {_sum("release")} - {_sum("fulfil")}
        ) AS wrong""",
    "pieces are set aside for open redemptions alone": """
        SELECT COUNT(*) FROM stock_levels l WHERE l.reserved <> (
            SELECT COALESCE(SUM(r.quantity), 0) FROM redemptions r
            WHERE r.reward_id = l.reward_id AND r.status = 'reserved')""",
    "points are held for open redemptions alone": """
        SELECT COUNT(*) FROM ledger_accounts a
        WHERE a.asset = 'points' AND a.kind = 'participant' AND a.held <> (
            SELECT COALESCE(SUM(r.points), 0) FROM redemptions r
            WHERE r.participant_id = a.participant_id AND r.status = 'reserved')""",
    "held is the sum of the open holds": """
        SELECT COUNT(*) FROM ledger_accounts a WHERE a.held <> (
            SELECT COALESCE(SUM(h.amount), 0) FROM ledger_holds h
            WHERE h.account_id = a.id AND h.status = 'open')""",
    "balances are the sums of their postings": """
        SELECT COUNT(*) FROM ledger_accounts a
        WHERE a.kind = 'participant' AND a.balance <> (
            SELECT COALESCE(SUM(p.amount), 0) FROM ledger_postings p
            WHERE p.account_id = a.id)""",
    "holds and redemptions are in the same state": """
        SELECT COUNT(*) FROM redemptions r JOIN ledger_holds h ON h.id = r.hold_id
        WHERE h.amount <> r.points OR h.source_id <> r.id OR h.status <> CASE r.status
            WHEN 'reserved' THEN 'open' WHEN 'fulfilled' THEN 'captured' ELSE 'released' END""",
    "every hold has a redemption": """
        SELECT COUNT(*) FROM ledger_holds h
        LEFT JOIN redemptions r ON r.hold_id = h.id WHERE r.id IS NULL""",
    "each end has its one movement": f"""
        SELECT COUNT(*) FROM (
            SELECT r.id FROM redemptions r LEFT JOIN stock_movements m ON m.redemption_id = r.id
            WHERE r.wish_id IS NULL
            GROUP BY r.id, r.status, r.quantity
            HAVING {_sum("reserve")} - {_sum("release")}
                <> CASE WHEN r.status IN ('cancelled', 'expired') THEN 0 ELSE r.quantity END
            OR {_sum("fulfil")} <> CASE WHEN r.status = 'fulfilled' THEN r.quantity ELSE 0 END
        ) AS wrong""",
    "what a part leaves waiting is what the rest sets aside": """
        SELECT COUNT(*) FROM redemptions r
        WHERE r.status NOT IN ('cancelled', 'expired') AND r.wish_id IS NULL AND (
            SELECT COALESCE(SUM(m.quantity), 0) FROM stock_movements m
            WHERE m.redemption_id = r.id AND m.kind = 'release') <> (
            SELECT COALESCE(SUM(m.quantity), 0) FROM stock_movements m
            JOIN redemptions rest ON rest.id = m.redemption_id
            WHERE rest.split_from = r.id AND m.kind = 'reserve')""",
    "a slot counts those who wait with it": """
        SELECT COUNT(*) FROM pickup_slots p WHERE p.booked <> (
            SELECT COUNT(*) FROM redemptions r
            WHERE r.slot_id = p.id AND r.status = 'reserved')""",
    "what came back is one refund and what stands on the shelf again": """
        SELECT COUNT(*) FROM redemptions r
        LEFT JOIN redemption_returns b ON b.redemption_id = r.id
        WHERE (SELECT COALESCE(SUM(e.amount), 0) FROM ledger_entries e
                WHERE e.source_id = r.id AND e.reason = 'refund')
            <> CASE WHEN b.kind IN ('undone', 'refunded') THEN r.points ELSE 0 END
        OR (SELECT COALESCE(SUM(m.quantity), 0) FROM stock_movements m
                WHERE m.redemption_id = r.id AND m.kind = 'return')
            <> CASE b.kind WHEN 'undone' THEN r.quantity
                WHEN 'refunded' THEN r.quantity - b.quantity ELSE 0 END
        OR (SELECT COALESCE(SUM(m.quantity), 0) FROM stock_movements m
                WHERE m.redemption_id = r.id AND m.kind = 'replace')
            <> CASE b.kind WHEN 'replaced' THEN b.quantity ELSE 0 END
        OR (r.returned_at IS NOT NULL)
            <> (b.kind IS NOT NULL AND b.kind IN ('undone', 'refunded'))""",
    "each hand-over is one debit of its points": """
        SELECT COUNT(*) FROM redemptions r WHERE
            CASE WHEN r.status = 'fulfilled' THEN -r.points ELSE 0 END <> (
            SELECT COALESCE(SUM(e.amount), 0) FROM ledger_entries e
            WHERE e.source_id = r.id AND e.reason = 'redemption')""",
}
