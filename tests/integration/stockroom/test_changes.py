"""A level changes when a second person says so, and only then."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role
from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.stock import operations as levels
from rewards.stock import queries as stock
from rewards.stock import service as shelves
from rewards.stock.errors import InvalidMovementError, StockNeedsTwoError, StockReservedError
from rewards.stock.types import MovementKind, RewardKind
from rewards.stockroom import queries, service
from rewards.stockroom.errors import (
    ChangeDecidedError,
    InvalidChangeError,
    StockSecondPersonError,
    StocktakeOpenError,
)
from rewards.stockroom.types import ChangeKind, ChangeStatus
from tests.factories.redemptions import SYSTEM, build_staff, read_rows
from tests.factories.stockroom import ask, find_faults, level, open_shelf


@pytest.fixture
def shelf(app, now):
    return open_shelf(now)


def decide(shelf, change, now, *, approve=True, actor=None, note=""):
    return service.decide(
        actor=actor or shelf.admin, change_id=change.id, approve=approve, note=note, now=now
    )


def test_damage_leaves_the_shelf_when_somebody_else_approves(shelf, now):
    change = ask(shelf, now, quantity=-2)
    asked = level(shelf.towel)

    decided = decide(shelf, change, now)

    assert asked == (10, 0)
    assert level(shelf.towel) == (8, 0)
    assert decided.status is ChangeStatus.APPLIED
    moved = stock.page_movements(node_paths=("",)).items[0]
    assert (moved.kind, moved.quantity, moved.on_hand) == (MovementKind.DAMAGE, 2, -2)
    assert moved.source_id == change.id
    audited = db.session.scalars(
        sa.select(AuditRecordRow.action).where(AuditRecordRow.subject.like("stock-change:%"))
    ).all()
    assert sorted(audited) == ["stock.change_approved", "stock.change_requested"]
    assert find_faults(now) == ()


def test_whoever_asked_neither_approves_nor_refuses(shelf, now):
    change = ask(shelf, now, actor=shelf.admin)
    before = read_rows()

    for approve in (True, False):
        with pytest.raises(StockSecondPersonError):
            decide(shelf, change, now, approve=approve, note="不对", actor=shelf.admin)

    assert read_rows() == before


def test_the_database_refuses_one_person_for_both(shelf, now):
    change = ask(shelf, now)

    with pytest.raises(IntegrityError):
        db.session.execute(
            sa.text(
                "UPDATE stock_change_requests SET status = 'applied', decided_by = requested_by,"
                " decided_at = requested_at"
            )
        )
    db.session.rollback()

    assert queries.get_change(change.id).is_pending


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE stock_change_requests SET quantity = -9",
        "UPDATE stock_change_requests SET requested_by = 'system'",
        "UPDATE stock_change_requests SET status = 'pending', decided_by = '', decided_at = NULL",
        "DELETE FROM stock_change_requests",
    ],
)
def test_what_was_asked_and_its_end_are_final(shelf, now, edit):
    decide(shelf, ask(shelf, now), now)

    with pytest.raises(IntegrityError):
        db.session.execute(sa.text(edit))
    db.session.rollback()


def test_a_refusal_says_why_and_changes_no_level(shelf, now):
    change = ask(shelf, now)

    with pytest.raises(InvalidChangeError):
        decide(shelf, change, now, approve=False)
    refused = decide(shelf, change, now, approve=False, note="还能用")

    assert refused.status is ChangeStatus.REFUSED
    assert refused.decision_note == "还能用"
    assert level(shelf.towel) == (10, 0)
    with pytest.raises(ChangeDecidedError):
        decide(shelf, change, now)


def test_approving_again_answers_with_the_first_and_moves_nothing(shelf, now):
    change = ask(shelf, now)

    first, again = decide(shelf, change, now), decide(shelf, change, now)

    assert first == again
    assert level(shelf.towel) == (8, 0)


def test_only_whoever_asked_withdraws(shelf, now):
    change = ask(shelf, now)

    with pytest.raises(StockSecondPersonError):
        service.withdraw(actor=shelf.admin, change_id=change.id, now=now)
    withdrawn = service.withdraw(actor=shelf.clerk, change_id=change.id, now=now)

    assert withdrawn.status is ChangeStatus.WITHDRAWN
    with pytest.raises(ChangeDecidedError):
        decide(shelf, change, now)
    assert find_faults(now) == ()


def test_clerks_ask_and_do_not_decide(shelf, now):
    change = ask(shelf, now)
    other_clerk = build_staff(Role.CLERK, shelf.space.node_path)

    with pytest.raises(NotAllowedError):
        decide(shelf, change, now, actor=other_clerk)


def test_staff_of_another_station_do_neither(shelf, now):
    other = open_shelf(now, "兴华")

    with pytest.raises(NotAllowedError):
        ask(shelf, now, actor=other.clerk)
    with pytest.raises(NotAllowedError):
        decide(shelf, ask(shelf, now), now, actor=other.admin)


def test_a_level_does_not_fall_below_what_is_reserved(shelf, now):
    change = ask(shelf, now, quantity=-11, kind=ChangeKind.ADJUST)

    with pytest.raises(StockReservedError) as refused:
        decide(shelf, change, now)

    assert refused.value.members == {"on_hand": 10, "reserved": 0}
    assert queries.get_change(change.id).is_pending


@pytest.mark.parametrize(
    ("kind", "quantity", "note"),
    [
        (ChangeKind.DAMAGE, 2, "淋湿了"),
        (ChangeKind.DAMAGE, 0, "淋湿了"),
        (ChangeKind.ADJUST, 0, "数错了"),
        (ChangeKind.ADJUST, 100_001, "数错了"),
        (ChangeKind.STOCKTAKE, -1, "数错了"),
        (ChangeKind.ADJUST, 1, ""),
        (ChangeKind.ADJUST, 1, "。。。"),
        (ChangeKind.ADJUST, 1, "长" * 121),
    ],
)
def test_what_does_not_fit_is_refused(shelf, now, kind, quantity, note):
    before = read_rows()

    with pytest.raises(InvalidChangeError):
        service.request_change(
            actor=shelf.clerk,
            reward_id=shelf.towel.id,
            kind=kind,
            quantity=quantity,
            note=note,
            now=now,
        )

    assert read_rows() == before


def test_giving_has_no_pieces_that_move(shelf, now):
    giving = shelves.create_reward(
        actor=SYSTEM,
        space_id=shelf.space.id,
        name="微心愿",
        kind=RewardKind.GIVING,
        points=10,
        now=now,
    )

    with pytest.raises(InvalidChangeError) as refused:
        ask(shelf, now, reward=giving, quantity=5, kind=ChangeKind.ADJUST)
    with pytest.raises(InvalidMovementError):
        use_case(levels.move)(
            reward_id=giving.id,
            kind=MovementKind.RECEIVE,
            quantity=5,
            note="",
            actor=SYSTEM,
            now=now,
        )

    assert refused.value.members == {"field": "reward_id"}


def test_nothing_is_asked_for_while_the_shelf_is_counted(shelf, now):
    service.start(actor=shelf.clerk, space_id=shelf.space.id, now=now)

    with pytest.raises(StocktakeOpenError):
        ask(shelf, now)


def test_staff_correct_no_level_alone_any_more(shelf, now):
    with pytest.raises(StockNeedsTwoError):
        shelves.record_movement(
            actor=shelf.admin,
            reward_id=shelf.towel.id,
            kind=MovementKind.ADJUST,
            quantity=-1,
            note="数错了",
            now=now,
        )

    assert level(shelf.towel) == (10, 0)


def test_lists_are_of_the_branch_and_in_pages(shelf, now):
    other = open_shelf(now, "兴华")
    ask(other, now)
    asked = [ask(shelf, now, quantity=-number) for number in (1, 2, 3)]

    path = shelf.space.node_path
    first = queries.page_changes(node_paths=[path], limit=2)
    rest = queries.page_changes(node_paths=[path], limit=2, cursor=first.next)

    assert [each.id for each in (*first.items, *rest.items)] == [each.id for each in asked[::-1]]
    assert queries.count_waiting(node_paths=[path], not_by=shelf.clerk.principal) == 0
    assert queries.count_waiting(node_paths=[path], not_by=SYSTEM.principal) == 3
