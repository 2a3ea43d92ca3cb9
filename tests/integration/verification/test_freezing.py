"""Books that are found wrong are frozen: people still check in, and get their points later."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.models import AuditRecordRow
from rewards.access.types import Role
from rewards.activities.types import OccasionKind
from rewards.checkins import service as checkins
from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.earning import queries as earning
from rewards.earning import service as point_rules
from rewards.ledger import operations, queries, rules
from rewards.ledger.errors import BooksFrozenError
from rewards.ledger.models import EntryRow
from rewards.ledger.types import Asset
from rewards.participants import queries as participants
from rewards.redemptions import queries as redemption_queries
from rewards.redemptions import service as redemptions
from rewards.redemptions.types import RedemptionStatus
from tests.factories.books import post
from tests.factories.redemptions import SYSTEM, add_participant, add_shop, reserve
from tests.factories.tampering import tamper
from tests.factories.world import build_occasion
from tests.integration.verification.conftest import add_staff, run_verify, seal

WRONG = "UPDATE ledger_accounts SET balance = balance + 1 WHERE balance > 0"
RIGHT = "UPDATE ledger_accounts SET balance = balance - 1 WHERE balance > 0"
POINTS = 8


class World:
    def __init__(self, now):
        self.shop = add_shop(now, points=2)
        self.staff = add_staff(self.shop.station, Role.STATION_ADMIN, now)
        self.person = add_participant(self.shop.station, now, points=POINTS)
        self.now = now

    def check_in(self, occasion, *, at=None):
        return checkins.check_in_by_staff(
            actor=self.staff,
            occasion_id=occasion.id,
            participant_id=self.person.participant_id,
            now=at or self.now,
        )

    def count_points(self):
        db.session.rollback()
        return queries.get_balance(self.person.participant_id).balance


@pytest.fixture
def world(app, now):
    world = World(now)
    while seal():
        pass
    return world


@pytest.fixture
def frozen(app, world):
    """The world, frozen by a check that found one wrong balance; the balance is right again."""
    tamper(WRONG)
    run_verify(app)
    tamper(RIGHT)
    return world


def thaw(app, reason="数据已核对"):
    return app.test_cli_runner().invoke(args=["books", "thaw", "--reason", reason])


def list_audited(action):
    db.session.rollback()
    return [
        row.details
        for row in db.session.scalars(
            sa.select(AuditRecordRow)
            .where(AuditRecordRow.action == action)
            .order_by(AuditRecordRow.id)
        )
    ]


@pytest.mark.parametrize("depth", ["--fast", "--full"])
def test_books_in_which_money_is_wrong_are_frozen_once_and_that_is_audited(app, world, depth):
    tamper(WRONG)

    run_verify(app, depth)
    run_verify(app, depth)

    assert queries.find_freeze().invariants == ("I2",)
    assert list_audited("books.frozen") == [{"invariants": ["I2"], "violations": 2}]


def test_what_is_wrong_with_anything_else_freezes_nothing(app, world):
    tamper("UPDATE role_grants SET node_path = 'elsewhere/'")

    assert run_verify(app)[0] in {0, 1}
    world.check_in(build_occasion(world.shop.station, now=world.now))
    while seal():
        pass
    assert run_verify(app)[0] == 1

    assert queries.find_freeze() is None
    assert list_audited("books.frozen") == []


def test_a_check_in_is_recorded_and_its_points_are_withheld(frozen):
    occasion = build_occasion(frozen.shop.station, now=frozen.now)

    receipt = frozen.check_in(occasion)
    again = frozen.check_in(occasion)

    assert (receipt.points, receipt.is_withheld, receipt.is_new) == (0, True, True)
    assert (again.check_in_id, again.is_withheld, again.is_new) == (
        receipt.check_in_id,
        True,
        False,
    )
    assert frozen.count_points() == POINTS
    assert earning.count_withheld() == 1


def test_nothing_is_reserved_handed_over_or_posted_by_hand(world, app):
    redemption = reserve(world.shop, world.person, world.now)
    tamper(WRONG)
    run_verify(app)
    tamper(RIGHT)

    with pytest.raises(BooksFrozenError):
        reserve(world.shop, world.person, world.now)
    with pytest.raises(BooksFrozenError):
        redemptions.fulfil(
            actor=world.staff,
            redemption_id=redemption.id,
            code=redemption.code,
            now=world.now,
        )
    with pytest.raises(BooksFrozenError):
        post(
            participants.get_participant(world.person.participant_id),
            world.shop.station,
            amount=3,
            now=world.now,
        )

    db.session.rollback()
    status = redemption_queries.get_redemption(redemption.id).status
    assert (status, world.count_points()) == (RedemptionStatus.RESERVED, POINTS)


def test_what_was_set_aside_can_be_given_back(world, app):
    redemption = reserve(world.shop, world.person, world.now)
    tamper(WRONG)
    run_verify(app)
    tamper(RIGHT)

    redemptions.cancel(actor=SYSTEM, redemption_id=redemption.id, now=world.now)

    db.session.rollback()
    assert queries.get_balance(world.person.participant_id).held == 0


def test_the_worker_expires_nothing_and_credits_nothing_meanwhile(frozen):
    frozen.check_in(build_occasion(frozen.shop.station, now=frozen.now))

    assert checkins.credit_withheld(now=frozen.now) == 0
    assert earning.count_withheld() == 1


def test_after_the_thaw_the_points_come_exactly_once(app, frozen):
    receipt = frozen.check_in(build_occasion(frozen.shop.station, now=frozen.now))
    later = frozen.now + timedelta(days=2)

    assert thaw(app).exit_code == 0
    given = [checkins.credit_withheld(now=later) for _ in range(3)]

    entry = db.session.scalars(
        sa.select(EntryRow).where(EntryRow.source_id == receipt.check_in_id)
    ).one()
    # The cap of 10 of its own day leaves 2 of 5.
    assert (given, entry.amount, frozen.count_points()) == ([1, 0, 0], 2, POINTS + 2)
    assert entry.business_date == frozen.now.date()
    assert (entry.occurred_at, entry.posted_at) == (frozen.now, later)
    assert entry.actor == frozen.staff.principal
    while seal():
        pass
    assert run_verify(app, "--full")[0] == 0


def test_two_workers_at_once_give_it_once(app, frozen, race):
    frozen.check_in(build_occasion(frozen.shop.station, now=frozen.now))
    thaw(app)

    given = race(4, lambda _: checkins.credit_withheld(now=frozen.now))

    assert (sum(given), frozen.count_points()) == (1, POINTS + 2)


def test_without_the_mark_that_it_is_settled_the_unique_index_still_stands(app, frozen):
    frozen.person = add_participant(frozen.shop.station, frozen.now)
    frozen.check_in(build_occasion(frozen.shop.station, now=frozen.now))
    thaw(app)
    checkins.credit_withheld(now=frozen.now)
    tamper("UPDATE withheld_credits SET credited_at = NULL")

    # There is nothing missing that could be posted.
    checkins.credit_withheld(now=frozen.now)

    assert (frozen.count_points(), earning.count_withheld()) == (5, 0)


def break_account(monkeypatch, person):
    """Let the database refuse whatever one participant is credited with."""
    lock_account = operations.lock_account

    def lock(*, participant_id, asset):
        if participant_id == person.participant_id:
            raise IntegrityError("x", {}, Exception("constraint"))
        return lock_account(participant_id=participant_id, asset=asset)

    monkeypatch.setattr(operations, "lock_account", lock)


def test_what_the_database_refuses_keeps_nobody_else_from_their_points(app, frozen, monkeypatch):
    occasion = build_occasion(frozen.shop.station, now=frozen.now)
    frozen.check_in(occasion)
    broken, frozen.person = frozen.person, add_participant(frozen.shop.station, frozen.now)
    frozen.check_in(occasion)
    thaw(app)
    break_account(monkeypatch, broken)

    # It was tried, so that the other one comes first, however few are tried at once.
    given = [checkins.credit_withheld(now=frozen.now, limit=1) for _ in range(3)]

    assert (given, frozen.count_points(), earning.count_withheld()) == ([0, 1, 0], 5, 1)


def test_of_an_act_that_is_partly_in_the_books_the_rest_follows(app, frozen):
    shift = build_occasion(
        frozen.shop.station, kind=OccasionKind.SERVICE_SHIFT, now=frozen.now, minutes=120
    )
    frozen.check_in(shift)
    left_at = frozen.now + timedelta(minutes=115)
    checkins.check_out_by_staff(
        actor=frozen.staff,
        occasion_id=shift.id,
        participant_id=frozen.person.participant_id,
        now=left_at,
    )
    thaw(app)
    checkins.credit_withheld(now=left_at)
    tamper(
        "DELETE FROM ledger_entries WHERE asset = 'service_minutes'",
        "UPDATE ledger_accounts SET balance = 0, earned = 0 WHERE asset = 'service_minutes'",
        "UPDATE check_ins SET counted_minutes = NULL, counted_on = NULL",
        "UPDATE withheld_credits SET credited_at = NULL",
    )

    assert checkins.credit_withheld(now=left_at) == 1

    db.session.rollback()
    minutes = queries.get_balance(frozen.person.participant_id, asset=Asset.SERVICE_MINUTES)
    assert (minutes.balance, frozen.count_points(), earning.count_withheld()) == (
        115,
        POINTS + 15,
        0,
    )


def test_the_rules_of_its_own_day_say_what_of_it_is_service_as_well(app, frozen):
    begun = frozen.now - timedelta(hours=14)
    shift = build_occasion(
        frozen.shop.station, kind=OccasionKind.SERVICE_SHIFT, now=begun, minutes=780
    )
    frozen.check_in(shift, at=shift.starts_at)
    checkins.check_out_by_staff(
        actor=frozen.staff,
        occasion_id=shift.id,
        participant_id=frozen.person.participant_id,
        now=shift.ends_at,
    )
    thaw(app)
    point_rules.save_version(
        actor=SYSTEM,
        code="SVC_TIME",
        changes={"counts_minutes": False},
        now=frozen.now + timedelta(minutes=5),
    )
    later = frozen.now + timedelta(minutes=10)
    earning.forget_rule_set()
    earning.get_rule_set(later)

    try:
        assert checkins.credit_withheld(now=later) == 1
    finally:
        earning.forget_rule_set()

    db.session.rollback()
    minutes = queries.get_balance(frozen.person.participant_id, asset=Asset.SERVICE_MINUTES)
    waiting = db.session.scalar(sa.text("SELECT SUM(minutes) FROM minute_reviews"))
    # Eight hours of a day count at once.
    assert (minutes.balance, waiting) == (480, 300)


def test_hours_that_were_served_meanwhile_come_later_too(app, frozen):
    shift = build_occasion(
        frozen.shop.station, kind=OccasionKind.SERVICE_SHIFT, now=frozen.now, minutes=120
    )
    frozen.check_in(shift)
    left_at = frozen.now + timedelta(minutes=115)
    receipt = checkins.check_out_by_staff(
        actor=frozen.staff,
        occasion_id=shift.id,
        participant_id=frozen.person.participant_id,
        now=left_at,
    )
    thaw(app)

    checkins.credit_withheld(now=left_at)

    db.session.rollback()
    minutes = queries.get_balance(frozen.person.participant_id, asset=Asset.SERVICE_MINUTES)
    assert (receipt.points, receipt.is_withheld, receipt.minutes) == (0, True, 115)
    assert (minutes.balance, frozen.count_points()) == (115, POINTS + 15)


def test_the_books_stay_frozen_until_everything_is_right(app, world):
    tamper(WRONG)
    run_verify(app)

    refused = thaw(app)

    assert (refused.exit_code, queries.find_freeze().invariants) == (1, ("I2",))
    assert refused.stderr.splitlines()[-1] == (
        "Error: The books are not right yet: I2 broken, as the full check found."
    )


def test_what_is_wrong_with_anything_else_is_printed_and_keeps_nothing_frozen(app, frozen):
    tamper("UPDATE role_grants SET node_path = 'elsewhere/'")
    frozen.check_in(build_occasion(frozen.shop.station, now=frozen.now))

    done = thaw(app)

    assert (done.exit_code, queries.find_freeze()) == (0, None)
    assert "I17" in done.stdout


def test_what_breaks_while_the_books_are_frozen_is_named_as_well(app, world):
    tamper(WRONG)
    run_verify(app)
    tamper("UPDATE stock_levels SET on_hand = on_hand + 1")

    run_verify(app, "--full")
    run_verify(app, "--full")

    assert queries.find_freeze().invariants == ("I2", "I7")
    assert [each["invariants"] for each in list_audited("books.frozen")] == [["I2"], ["I2", "I7"]]


def test_a_thaw_has_a_reason_and_is_audited(app, frozen):
    for reason in ("", "  ", "x" * 201):
        assert thaw(app, reason).exit_code == 1
    assert queries.find_freeze() is not None

    assert thaw(app).exit_code == 0

    db.session.rollback()
    assert queries.find_freeze() is None
    assert list_audited("books.thawed") == [{"reason": "数据已核对"}]
    assert "not frozen" in thaw(app).stderr


def test_a_metric_of_every_process_tells_it(client, frozen):
    assert "rewards_books_frozen 1.0" in client.get("/metrics").text


@pytest.mark.databases("sqlite")
def test_without_the_check_frozen_books_would_be_added_to(frozen, monkeypatch):
    monkeypatch.setattr(rules, "check_thawed", lambda _account: None)

    reserve(frozen.shop, frozen.person, frozen.now)

    db.session.rollback()
    assert queries.get_balance(frozen.person.participant_id).held == 2


def test_freezing_and_thawing_again_changes_nothing(app, world):
    freeze, thaw_again = use_case(operations.freeze), use_case(operations.thaw)

    assert [freeze(invariants=["I1"], now=world.now) for _ in range(2)] == [True, False]
    assert [thaw_again() for _ in range(2)] == [True, False]
