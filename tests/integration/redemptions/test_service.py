from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role
from rewards.core import unit
from rewards.core.db import db
from rewards.ledger.errors import InsufficientPointsError
from rewards.ledger.models import HoldRow
from rewards.ledger.types import HoldStatus
from rewards.participants.errors import ParticipantClosedError, ParticipantNotFoundError
from rewards.redemptions import errors, events, operations, queries, service
from rewards.redemptions.types import RedemptionStatus
from rewards.stock import service as stock
from rewards.stock.errors import OutOfStockError, RewardNotFoundError
from tests.factories.redemptions import (
    SYSTEM,
    add_participant,
    add_shop,
    build_staff,
    close_account,
    count_inconsistencies,
    read_balance,
    read_rows,
    read_shelf,
    reserve,
)

WEEK_AND_A_DAY = timedelta(days=8)


@pytest.fixture
def person(shop, now):
    return add_participant(shop.station, now, points=146)


@pytest.fixture
def published(app):
    """The events that were published, in order."""
    heard = []
    kinds = (
        events.RedemptionReserved,
        events.RedemptionFulfilled,
        events.RedemptionCancelled,
        events.RedemptionExpired,
    )
    unit.connect({kind: [heard.append] for kind in kinds})
    yield heard
    unit.connect({})


def list_audited(redemption):
    return db.session.execute(
        sa.select(AuditRecordRow.principal, AuditRecordRow.action)
        .where(AuditRecordRow.subject == f"redemption:{redemption.id.hex}")
        .order_by(AuditRecordRow.id)
    ).all()


def fulfil(shop, redemption, now, **changes):
    arguments = {"actor": shop.clerk, "redemption_id": redemption.id, "code": redemption.code}
    return service.fulfil(**arguments | changes, now=now)


def test_reserving_sets_points_and_pieces_aside(shop, person, now, published):
    redemption = reserve(shop, person, now, quantity=2)

    assert read_balance(person) == (146, 120, 146)
    assert read_shelf(shop) == (10, 2)
    assert redemption.status is RedemptionStatus.RESERVED
    assert (redemption.points, redemption.quantity) == (120, 2)
    assert redemption.code.isdigit()
    assert len(redemption.code) == 8
    assert redemption.space_name == shop.space.name
    assert now + timedelta(days=7) < redemption.expires_at <= now + WEEK_AND_A_DAY
    assert [type(event) for event in published] == [events.RedemptionReserved]
    assert list_audited(redemption) == []
    assert count_inconsistencies() == {}


def test_staff_reserve_for_a_participant_under_their_own_name(shop, person, now):
    redemption = reserve(shop, person, now, actor=shop.clerk)

    assert redemption.participant_id == person.participant_id
    assert list_audited(redemption) == [(shop.clerk.principal, "redemption.reserved")]
    details = db.session.scalars(
        sa.select(AuditRecordRow.details).where(
            AuditRecordRow.subject == f"redemption:{redemption.id.hex}"
        )
    ).one()
    assert details["participant"] == person.participant_id.hex


def test_the_price_is_the_one_of_the_moment_of_reserving(shop, person, now):
    redemption = reserve(shop, person, now)
    stock.update_reward(actor=SYSTEM, reward_id=shop.reward.id, points=100, now=now)

    fulfil(shop, redemption, now)

    assert read_balance(person) == (86, 0, 146)


def test_a_code_that_is_taken_is_not_given_out_again(shop, person, now, monkeypatch):
    codes = iter(["48213907", "48213907", "48213907", "10203040"])
    monkeypatch.setattr(operations.closing, "new_digits", lambda _length: next(codes))

    first = reserve(shop, person, now)
    second = reserve(shop, person, now)

    assert (first.code, second.code) == ("48213907", "10203040")
    assert count_inconsistencies() == {}


def test_when_no_code_is_free_nothing_is_reserved(shop, person, now, monkeypatch):
    monkeypatch.setattr(operations.closing, "new_digits", lambda _length: "48213907")
    reserve(shop, person, now)
    before = read_rows()

    with pytest.raises(RuntimeError):
        reserve(shop, person, now)

    assert read_rows() == before


def test_handing_over_spends_the_points_and_takes_the_pieces(shop, person, now, published):
    redemption = reserve(shop, person, now, quantity=2)

    done = fulfil(shop, redemption, now, code="  ".join(redemption.code))

    assert (done.status, done.closed_at) == (RedemptionStatus.FULFILLED, now)
    assert done.closed_by == shop.clerk.principal
    assert done == queries.get_redemption(redemption.id)
    # What was earned, and so the place on the board, stays.
    assert read_balance(person) == (26, 0, 146)
    assert read_shelf(shop) == (8, 0)
    assert list_audited(redemption) == [(shop.clerk.principal, "redemption.fulfilled")]
    assert type(published[-1]) is events.RedemptionFulfilled
    assert count_inconsistencies() == {}


def test_cancelling_gives_points_and_pieces_back(shop, person, now, published):
    redemption = reserve(shop, person, now)

    done = service.cancel(actor=person, redemption_id=redemption.id, now=now)

    assert (done.status, done.closed_by) == (RedemptionStatus.CANCELLED, person.principal)
    assert read_balance(person) == (146, 0, 146)
    assert read_shelf(shop) == (10, 0)
    assert list_audited(redemption) == []
    assert type(published[-1]) is events.RedemptionCancelled
    assert count_inconsistencies() == {}


def test_a_clerk_cancels_under_their_own_name(shop, person, now):
    redemption = reserve(shop, person, now)

    service.cancel(actor=shop.clerk, redemption_id=redemption.id, now=now)

    assert list_audited(redemption) == [(shop.clerk.principal, "redemption.cancelled")]


def test_what_was_not_collected_in_time_is_given_back(shop, person, now, published):
    redemption = reserve(shop, person, now)
    kept = reserve(shop, person, now + timedelta(days=1))

    expired = service.expire_due(now=redemption.expires_at)

    assert expired == 1
    assert queries.get_redemption(redemption.id).status is RedemptionStatus.EXPIRED
    assert queries.get_redemption(redemption.id).closed_by == "system"
    assert queries.get_redemption(kept.id).status is RedemptionStatus.RESERVED
    assert read_balance(person) == (146, 60, 146)
    assert read_shelf(shop) == (10, 1)
    assert type(published[-1]) is events.RedemptionExpired
    assert count_inconsistencies() == {}


def test_nothing_expires_before_its_time(shop, person, now):
    redemption = reserve(shop, person, now)
    before = read_rows()

    moment = redemption.expires_at - timedelta(microseconds=1)

    assert service.expire_due(now=moment) == 0
    assert not service.expire(redemption_id=redemption.id, now=moment)
    assert read_rows() == before


def test_expiry_goes_on_where_a_full_batch_ended(shop, now):
    for _person in range(3):
        reserve(shop, add_participant(shop.station, now, points=60), now)
    later = now + WEEK_AND_A_DAY

    assert [service.expire_due(now=later, limit=2) for _run in range(3)] == [2, 1, 0]
    assert read_shelf(shop) == (10, 0)


def test_one_that_cannot_expire_does_not_stop_the_others(shop, now):
    broken, sound = (
        reserve(shop, add_participant(shop.station, now, points=60), now) for _person in range(2)
    )
    db.session.execute(
        sa.update(HoldRow)
        .where(HoldRow.id == broken.hold_id)
        .values(status=HoldStatus.RELEASED, closed_at=now)
    )
    db.session.commit()

    with capture_logs() as logs:
        assert service.expire_due(now=now + WEEK_AND_A_DAY) == 1

    assert queries.get_redemption(broken.id).status is RedemptionStatus.RESERVED
    assert queries.get_redemption(sound.id).status is RedemptionStatus.EXPIRED
    noted = [line for line in logs if line["event"] == "redemption.not_expired"]
    assert [line["redemption_id"] for line in noted] == [broken.id.hex]


def test_what_cannot_be_reserved_changes_nothing(shop, person, now):
    other = add_shop(now)
    stranger = add_participant(shop.station, now, points=1000)
    closed = add_participant(shop.station, now, points=100)
    close_account(closed, now)
    far = add_participant(other.station, now, points=100)
    before = read_rows()
    refused = [
        (InsufficientPointsError, {"quantity": 3}),
        (errors.QuantityOutOfRangeError, {"quantity": 0}),
        (errors.QuantityOutOfRangeError, {"quantity": 11}),
        (errors.RedemptionForOtherError, {"participant_id": stranger.participant_id}),
        (NotAllowedError, {"actor": other.clerk}),
        (NotAllowedError, {"actor": build_staff(Role.AUDITOR, "")}),
        (RewardNotFoundError, {"reward_id": uuid4()}),
        (errors.RewardElsewhereError, {"space_id": other.space.id}),
        (ParticipantNotFoundError, {"actor": shop.clerk, "participant_id": uuid4()}),
        (ParticipantNotFoundError, {"actor": shop.clerk, "participant_id": far.participant_id}),
        (ParticipantClosedError, {"actor": shop.clerk, "participant_id": closed.participant_id}),
    ]
    arguments = {
        "actor": person,
        "participant_id": person.participant_id,
        "space_id": shop.space.id,
        "reward_id": shop.reward.id,
        "quantity": 1,
        "now": now,
    }
    for error, change in refused:
        with pytest.raises(error):
            service.reserve(**arguments | change)

    assert read_rows() == before


def test_beyond_the_shelf_the_points_stay_free(shop, now):
    person = add_participant(shop.station, now, points=2000)
    reserve(shop, person, now, quantity=9)
    before = read_rows()

    with pytest.raises(OutOfStockError) as refusal:
        reserve(shop, person, now, quantity=2)

    assert refusal.value.members == {"available": 1, "required": 2}
    assert read_rows() == before


def test_what_is_not_offered_any_more_is_not_reserved(shop, person, now):
    stock.update_reward(actor=SYSTEM, reward_id=shop.reward.id, is_listed=False, now=now)
    before = read_rows()

    with pytest.raises(errors.RewardNotListedError):
        reserve(shop, person, now)

    assert read_rows() == before


def test_a_closed_space_reserves_nothing_but_hands_over_what_is_reserved(shop, person, now):
    redemption = reserve(shop, person, now)
    stock.close_space(actor=SYSTEM, space_id=shop.space.id, now=now)
    before = read_rows()

    with pytest.raises(errors.SpaceClosedError):
        reserve(shop, person, now)

    assert read_rows() == before
    assert fulfil(shop, redemption, now).status is RedemptionStatus.FULFILLED


def test_what_cannot_be_handed_over_changes_nothing(shop, person, now):
    redemption = reserve(shop, person, now)
    other = add_shop(now)
    before = read_rows()
    refused = [
        (errors.RedemptionNotFoundError, {"redemption_id": uuid4()}),
        (errors.WrongRedemptionCodeError, {"code": "00000000"}),
        (errors.WrongRedemptionCodeError, {"code": "no code at all"}),
        (errors.RedemptionOtherSpaceError, {"actor": other.clerk}),
        (errors.RedemptionOtherSpaceError, {"space_id": other.space.id}),
        (NotAllowedError, {"actor": person}),
        (NotAllowedError, {"actor": build_staff(Role.AUDITOR, "")}),
    ]

    for error, change in refused:
        with pytest.raises(error):
            fulfil(shop, redemption, now, **change)
    with pytest.raises(errors.RedemptionExpiredError):
        fulfil(shop, redemption, redemption.expires_at)

    assert read_rows() == before


def test_what_cannot_be_cancelled_changes_nothing(shop, person, now):
    redemption = reserve(shop, person, now)
    stranger = add_participant(shop.station, now)
    other = add_shop(now)
    before = read_rows()
    refused = [
        (errors.RedemptionNotFoundError, person, uuid4()),
        (errors.RedemptionNotFoundError, stranger, redemption.id),
        (NotAllowedError, other.clerk, redemption.id),
    ]

    for error, actor, redemption_id in refused:
        with pytest.raises(error):
            service.cancel(actor=actor, redemption_id=redemption_id, now=now)

    assert read_rows() == before


def end(shop, person, redemption, status, now):
    if status is RedemptionStatus.FULFILLED:
        fulfil(shop, redemption, now)
    elif status is RedemptionStatus.CANCELLED:
        service.cancel(actor=person, redemption_id=redemption.id, now=now)
    else:
        service.expire_due(now=now + WEEK_AND_A_DAY)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (RedemptionStatus.FULFILLED, errors.RedemptionAlreadyFulfilledError),
        (RedemptionStatus.CANCELLED, errors.RedemptionCancelledError),
        (RedemptionStatus.EXPIRED, errors.RedemptionExpiredError),
    ],
)
def test_an_end_is_final(shop, person, now, status, error):
    redemption = reserve(shop, person, now)
    end(shop, person, redemption, status, now)
    before = read_rows()

    with pytest.raises(error):
        fulfil(shop, redemption, now)
    with pytest.raises(error):
        service.cancel(actor=person, redemption_id=redemption.id, now=now)
    assert not service.expire(redemption_id=redemption.id, now=now + WEEK_AND_A_DAY)

    assert read_rows() == before
    assert count_inconsistencies() == {}


def test_a_second_hand_over_is_told_when_where_and_by_whom_the_first_was(shop, person, now):
    redemption = reserve(shop, person, now)
    fulfil(shop, redemption, now)

    with pytest.raises(errors.RedemptionAlreadyFulfilledError) as refusal:
        fulfil(shop, redemption, now + timedelta(minutes=5))

    assert refusal.value.members == {
        "fulfilled_at": now.isoformat(),
        "fulfilled_by": shop.clerk.principal,
        "space_name": shop.space.name,
    }


def test_what_is_overdue_can_be_cancelled_before_it_expires(shop, person, now):
    redemption = reserve(shop, person, now)

    service.cancel(actor=person, redemption_id=redemption.id, now=redemption.expires_at)

    assert read_balance(person) == (146, 0, 146)
    assert service.expire_due(now=redemption.expires_at) == 0
