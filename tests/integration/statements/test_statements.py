"""A statement says what the books say of a period, no more and no less."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role
from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.ledger import operations as books
from rewards.ledger import queries as ledger
from rewards.ledger.types import Reason
from rewards.participants.errors import ParticipantClosedError, ParticipantNotFoundError
from rewards.statements import queries, rules, service
from rewards.statements.errors import StatementTooLongError
from tests.factories.books import reverse
from tests.factories.statements import add_minutes, add_points, close
from tests.factories.world import act_as, build_participant, build_staff_actor, build_station

pytestmark = pytest.mark.usefixtures("noise")

NOVEMBER = rules.month_of(date(2026, 11, 1))
YEAR = rules.year_of(date(2026, 1, 1))
STATEMENTS_MAX = 8


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def wang(station, now):
    return build_participant(station, now=now)


def statement(person, period=NOVEMBER, *, now, **limits):
    return queries.get_statement(person.id, period=period, now=now, **limits)


def test_the_opening_and_the_lines_make_the_closing(wang, station, now):
    add_points(wang, station, 30, at=now - timedelta(days=40))
    add_points(wang, station, 20, at=now - timedelta(days=3))
    add_points(wang, station, -15, at=now - timedelta(days=1))

    found = statement(wang, now=now)

    assert found.opening == 30
    assert [(line.entry.amount, line.balance) for line in found.lines] == [(20, 50), (-15, 35)]
    assert found.closing == 35 == ledger.get_balance(wang.id).balance
    assert dict(found.totals) == {Reason.ATTENDANCE: 20, Reason.REDEMPTION: -15}


def test_one_period_begins_where_the_other_ended(wang, station, now):
    for days in range(0, 90, 7):
        add_points(wang, station, 5, at=now - timedelta(days=days))

    months = [statement(wang, rules.month_of(date(2026, m, 1)), now=now) for m in (8, 9, 10, 11)]

    for earlier, later in pairwise(months):
        assert earlier.closing == later.opening
    assert months[-1].closing == ledger.get_balance(wang.id).balance


@pytest.mark.parametrize(
    ("at", "is_in"),
    [
        # Midnight in Shanghai is 16:00 of the day before in UTC.
        (datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 10, 31, 16, tzinfo=UTC), True),
        (datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 30, 16, tzinfo=UTC), False),
    ],
)
def test_days_begin_and_end_by_the_calendar_of_the_center(wang, station, now, at, is_in):
    add_points(wang, station, 5, at=at)

    assert bool(statement(wang, now=now).lines) is is_in


def test_a_line_tells_who_vouches_for_it_and_that_it_was_taken_back(wang, station, now):
    entered = add_points(wang, station, 5, at=now - timedelta(days=2), actor="staff:ab")
    add_points(wang, station, 5, at=now - timedelta(days=1))
    reverse(entered, now=now)

    found = statement(wang, now=now)

    first, second, third = found.lines
    assert (first.entry.is_entered, second.entry.is_entered) == (True, False)
    assert [line.reversed_at for line in found.lines] == [now, None, None]
    assert (third.entry.reason, found.closing) == (Reason.REVERSAL, 5)


def test_minutes_follow_the_day_served_and_backfilled_ones_stand_apart(wang, station, now):
    add_minutes(wang, station, 120, day=date(2026, 11, 3), now=now)
    add_minutes(wang, station, 45, day=date(2026, 11, 4), now=now, reason=Reason.BACKFILL)
    add_minutes(wang, station, 600, day=date(2026, 10, 31), now=now)
    taken = add_minutes(wang, station, 30, day=date(2026, 11, 5), now=now, reason=Reason.BACKFILL)
    reverse(taken, now=now)

    found = statement(wang, now=now)

    assert (found.served.minutes, found.served.backfilled) == (120, 45)
    assert found.served.services == 2
    assert len(found.services) == 4
    assert found.lines == ()


def test_points_that_expire_are_told_by_their_day(wang, station, now):
    add_points(wang, station, 20, at=now)

    [expiring] = statement(wang, now=now).expiring

    assert (expiring.points, expiring.valid_until) == (20, date(2027, 12, 31))


def test_points_that_expired_are_told_on_the_line_they_came_with(wang, station, now):
    add_points(wang, station, 20, at=now)
    add_points(wang, station, -15, at=now + timedelta(hours=1))
    years_later = now.replace(year=2028)
    use_case(books.expire_account)(participant_id=wang.id, now=years_later)

    earned, spent = statement(wang, now=years_later).lines
    [expiry] = statement(wang, rules.year_of(date(2028, 1, 1)), now=years_later).lines

    assert (earned.expired, spent.expired) == (5, 0)
    assert (expiry.entry.reason, expiry.entry.amount, expiry.balance) == (Reason.EXPIRY, -5, 0)


def test_a_period_with_nothing_in_it_keeps_its_balance(wang, station, now):
    add_points(wang, station, 20, at=now - timedelta(days=60))

    found = statement(wang, now=now)

    assert (found.opening, found.closing, found.lines) == (20, 20, ())
    assert found.served.total == 0


def test_a_statement_of_the_past_does_not_change_by_a_later_reversal(wang, station, now):
    entry = add_points(wang, station, 20, at=now - timedelta(days=40))
    october = rules.month_of(date(2026, 10, 1))
    before = statement(wang, october, now=now)

    reverse(entry, now=now)

    after = statement(wang, october, now=now)
    assert (before.closing, after.closing) == (20, 20)
    assert after.lines[0].reversed_at == now


def test_another_ones_points_are_on_no_statement_of_mine(wang, station, now):
    other = build_participant(station, name="刘洋", now=now)
    add_points(other, station, 20, at=now)

    assert statement(wang, now=now).lines == ()


@pytest.fixture
def executed(app):
    """The statements sent to the database while a test runs."""
    sent = []

    def note(_connection, _cursor, text, *_rest):
        # SQLite is told to begin by a statement, PostgreSQL by its driver.
        if text != "BEGIN":
            sent.append(text)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def test_many_lines_take_no_more_statements_than_one(wang, station, now, executed):
    add_points(wang, station, 5, at=now)
    executed.clear()
    statement(wang, now=now)
    few = len(executed)
    for hours in range(1, 12):
        add_points(wang, station, 5, at=now - timedelta(hours=hours))
        add_minutes(wang, station, 60, day=date(2026, 11, 3), now=now)

    executed.clear()
    statement(wang, YEAR, now=now)

    assert len(executed) == few <= STATEMENTS_MAX


def test_the_last_line_that_fits_is_there_and_one_more_is_refused(wang, station, now):
    for hours in range(3):
        add_points(wang, station, 5, at=now - timedelta(hours=hours))
    assert len(statement(wang, now=now, lines_max=3).lines) == 3

    with pytest.raises(StatementTooLongError) as refused:
        statement(wang, now=now, lines_max=2)

    assert refused.value.members == {"lines_max": 2}


def test_who_closed_the_account_gets_none_and_neither_does_staff(wang, station, now):
    close(wang, now)
    admin = build_staff_actor(station)

    for actor in (admin, act_as(wang)):
        with pytest.raises(ParticipantClosedError) as refused:
            open_statement(actor, wang, now)
        assert refused.value.members == {}
    assert list_audits() == []


def test_staff_who_look_are_written_down_and_the_person_is_not(wang, station, now):
    admin = build_staff_actor(station)

    open_statement(act_as(wang), wang, now)
    open_statement(admin, wang, now)

    [(principal, action, subject, details)] = list_audits()
    assert (principal, action) == (admin.principal, "statement.viewed")
    assert subject == f"participant:{wang.id.hex}"
    assert details == {"from": "2026-11-01", "to": "2026-11-30", "form": "pdf"}


def test_staff_of_elsewhere_and_other_people_see_none(wang, station, now):
    other = build_participant(station, name="刘洋", now=now)

    with pytest.raises(NotAllowedError):
        open_statement(build_staff_actor(build_station(name="远处站")), wang, now)
    with pytest.raises(NotAllowedError):
        open_statement(build_staff_actor(station, Role.AUDITOR), wang, now)
    with pytest.raises(ParticipantNotFoundError):
        open_statement(act_as(other), wang, now)
    assert list_audits() == []


def open_statement(actor, person, now):
    return service.open_statement(
        actor=actor, participant_id=person.id, period=NOVEMBER, form="pdf", now=now
    )


def list_audits():
    rows = db.session.execute(
        sa.select(
            AuditRecordRow.principal,
            AuditRecordRow.action,
            AuditRecordRow.subject,
            AuditRecordRow.details,
        )
        .where(AuditRecordRow.action == "statement.viewed")
        .order_by(AuditRecordRow.id)
    )
    return [tuple(row) for row in rows]
