"""Record slips: frozen hours under a number of their own, voided once, never changed."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role
from rewards.activities.types import OccasionKind
from rewards.checkins import service as checkins
from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.ledger.types import Reason
from rewards.participants.errors import ParticipantClosedError, ParticipantNotFoundError
from rewards.statements import queries, rules, service
from rewards.statements.errors import (
    NoServiceMinutesError,
    PeriodNotOverError,
    RecordSlipNotFoundError,
    RecordSlipVoidError,
    TooManyRecordSlipsError,
)
from rewards.statements.types import SlipStatus, VoidReason
from tests.factories.books import reverse
from tests.factories.statements import add_minutes, close
from tests.factories.world import (
    act_as,
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

pytestmark = pytest.mark.usefixtures("noise")

PERIOD = rules.build_period(date(2026, 11, 1), date(2026, 11, 21))
ISSUER = "测试区志愿者协会"


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def admin(station):
    return build_staff_actor(station)


@pytest.fixture
def wang(station, now):
    person = build_participant(station, now=now)
    add_minutes(person, station, 120, day=date(2026, 11, 3), now=now)
    add_minutes(person, station, 45, day=date(2026, 11, 4), now=now, reason=Reason.BACKFILL)
    return person


def issue(actor, person, now, *, period=PERIOD, issuer=""):
    return service.issue_slip(
        actor=actor,
        participant_id=person.id,
        period=period,
        certificate_issuer=issuer,
        now=now,
    )


def void(actor, slip, now, reason=VoidReason.MISTAKE):
    return service.void_slip(actor=actor, number=slip.number, reason=reason, now=now)


def test_a_slip_holds_the_confirmed_minutes_and_the_backfilled_apart(admin, wang, station, now):
    slip = issue(admin, wang, now)

    assert (slip.minutes, slip.backfilled, slip.services) == (120, 45, 2)
    assert (slip.period, slip.issuer, slip.is_certificate) == (PERIOD, station.name, False)
    assert (slip.issued_by, slip.issued_at) == (admin.principal, now)
    assert rules.is_number(slip.number)
    assert slip.number.startswith("2026")


def test_two_slips_of_one_period_have_two_numbers_and_the_same_hours(admin, wang, now):
    first, second = issue(admin, wang, now), issue(admin, wang, now)

    assert first.number != second.number
    assert (first.minutes, first.backfilled) == (second.minutes, second.backfilled)


def test_it_is_a_certificate_only_if_staff_issue_it_for_a_lawful_issuer(admin, wang, station, now):
    certificate = issue(admin, wang, now, issuer=ISSUER)
    own = issue(act_as(wang), wang, now, issuer=ISSUER)

    assert (certificate.is_certificate, certificate.issuer) == (True, ISSUER)
    assert (own.is_certificate, own.issuer) == (False, station.name)


def test_voiding_one_tells_whoever_checks_it_and_leaves_the_other(admin, wang, now):
    first, second = issue(admin, wang, now), issue(admin, wang, now)

    void(admin, first, now)

    checks = [queries.find_check(slip.number) for slip in (first, second)]
    assert [check.status for check in checks] == [SlipStatus.VOID, SlipStatus.ISSUED]
    assert checks[0].voided_at == now


def test_a_slip_is_voided_once(admin, wang, now):
    slip = issue(admin, wang, now)
    void(admin, slip, now, VoidReason.REPLACED)

    with pytest.raises(RecordSlipVoidError):
        void(admin, slip, now + timedelta(days=1))

    kept = queries.get_slip(slip.number)
    assert (kept.void_reason, kept.voided_at) == (VoidReason.REPLACED, now)


def test_a_check_tells_that_hours_were_lowered_since_and_keeps_what_was_printed(
    admin, wang, station, now
):
    extra = add_minutes(wang, station, 60, day=date(2026, 11, 5), now=now)
    slip = issue(admin, wang, now)
    assert not queries.find_check(slip.number).has_changed

    reverse(extra, now=now)

    check = queries.find_check(slip.number)
    assert (check.has_changed, check.minutes) == (True, 180)


def test_hours_added_later_are_no_change_of_what_was_recorded(admin, wang, station, now):
    slip = issue(admin, wang, now)

    add_minutes(wang, station, 60, day=date(2026, 11, 5), now=now)

    assert not queries.find_check(slip.number).has_changed


def test_what_was_lowered_by_one_kind_is_not_made_good_by_the_other(admin, wang, station, now):
    extra = add_minutes(wang, station, 60, day=date(2026, 11, 5), now=now)
    slip = issue(admin, wang, now)
    add_minutes(wang, station, 60, day=date(2026, 11, 5), now=now, reason=Reason.BACKFILL)

    reverse(extra, now=now)

    assert queries.find_check(slip.number).has_changed


def test_a_check_knows_nothing_of_the_person(admin, wang, now):
    check = queries.find_check(issue(admin, wang, now).number)

    shown = repr(check)
    assert wang.id.hex not in shown.replace("-", "")
    for secret in (wang.number, wang.masked_name, "王建英"):
        assert secret not in shown


def test_a_wrong_digit_finds_nothing(admin, wang, now):
    number = issue(admin, wang, now).number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)

    assert queries.find_check(wrong) is None
    assert queries.find_check(rules.build_number(2026, "000000000")) is None
    assert queries.find_check("x" * 14) is None


def test_without_confirmed_minutes_there_is_no_slip(admin, station, now):
    nobody = build_participant(station, name="刘洋", now=now)

    with pytest.raises(NoServiceMinutesError):
        issue(admin, nobody, now)

    assert queries.list_slips(nobody.id) == ()


def test_hours_that_wait_for_the_leader_are_not_recorded(admin, station, now):
    person = build_participant(station, name="刘洋", now=now)
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, minutes=120, now=now)
    came = checkins.check_in_by_staff(
        actor=admin, occasion_id=shift.id, participant_id=person.id, now=now
    )
    later = shift.ends_at + timedelta(days=1)
    with pytest.raises(NoServiceMinutesError):
        issue(admin, person, later)

    checkins.confirm_hours(actor=admin, check_in_id=came.check_in_id, now=later)

    slip = issue(admin, person, later)
    assert (slip.minutes, slip.backfilled, slip.services) == (120, 0, 1)


def test_tomorrow_is_not_recorded_today(admin, wang, now):
    period = rules.build_period(date(2026, 11, 1), date(2026, 11, 22))

    with pytest.raises(PeriodNotOverError):
        issue(admin, wang, now, period=period)


def test_people_issue_ten_for_themselves_a_day_and_staff_as_many_as_it_takes(admin, wang, now):
    for _ in range(rules.SLIPS_A_DAY_MAX):
        issue(act_as(wang), wang, now)

    with pytest.raises(TooManyRecordSlipsError):
        issue(act_as(wang), wang, now)

    assert issue(admin, wang, now)
    assert issue(act_as(wang), wang, now + timedelta(days=1))


def test_only_admins_of_the_home_issue_and_void(admin, wang, station, now):
    slip = issue(admin, wang, now)
    clerk = build_staff_actor(station, Role.CLERK)
    stranger = build_staff_actor(build_station(name="远处站"))
    other = build_participant(station, name="刘洋", now=now)

    for actor in (clerk, stranger):
        with pytest.raises(NotAllowedError):
            issue(actor, wang, now)
        with pytest.raises(NotAllowedError):
            void(actor, slip, now)
    with pytest.raises(ParticipantNotFoundError):
        issue(act_as(other), wang, now)
    with pytest.raises(NotAllowedError):
        void(act_as(wang), slip, now)


def test_a_slip_is_opened_by_its_owner_and_staff_and_by_nobody_else(admin, wang, station, now):
    slip = issue(admin, wang, now)
    other = build_participant(station, name="刘洋", now=now)

    assert open_slip(act_as(wang), slip, now) == slip
    assert open_slip(build_staff_actor(station, Role.CLERK), slip, now) == slip
    with pytest.raises(RecordSlipNotFoundError):
        open_slip(act_as(other), slip, now)
    with pytest.raises(NotAllowedError):
        open_slip(build_staff_actor(build_station(name="远处站")), slip, now)


def open_slip(actor, slip, now):
    return service.open_slip(actor=actor, number=slip.number, now=now)


def test_of_a_closed_account_none_is_issued_and_the_check_stays(admin, wang, now):
    slip = issue(admin, wang, now)
    close(wang, now)

    with pytest.raises(ParticipantClosedError):
        issue(admin, wang, now)

    with pytest.raises(ParticipantClosedError):
        open_slip(admin, slip, now)
    check = queries.find_check(slip.number)
    assert (check.minutes, check.status) == (120, SlipStatus.ISSUED)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE record_slips SET minutes = minutes + 60",
        "UPDATE record_slips SET number = '20260000000001'",
        "UPDATE record_slips SET issuer = '别处'",
        "DELETE FROM record_slips",
    ],
)
def test_the_database_refuses_to_change_what_a_slip_says(admin, wang, now, change):
    slip = issue(admin, wang, now)

    with pytest.raises(IntegrityError):
        use_case(lambda: db.session.execute(sa.text(change)))()

    assert queries.get_slip(slip.number) == slip


def test_the_database_refuses_to_bring_a_void_slip_back(admin, wang, now):
    slip = void(admin, issue(admin, wang, now), now)
    change = (
        "UPDATE record_slips SET status = 'issued', void_reason = NULL,"
        " voided_by = NULL, voided_at = NULL"
    )

    with pytest.raises(IntegrityError):
        use_case(lambda: db.session.execute(sa.text(change)))()

    assert queries.get_slip(slip.number) == slip


def test_slips_are_listed_by_branch_the_newest_first(admin, wang, station, now):
    slips = [issue(admin, wang, now) for _ in range(3)]

    page = queries.page_slips(node_path=station.path, limit=2)
    rest = queries.page_slips(node_path=station.path, cursor=page.next, limit=2)

    found = [slip.number for slip in (*page.items, *rest.items)]
    assert found == [slip.number for slip in reversed(slips)]
    assert rest.next is None
    elsewhere = build_station(name="远处站")
    assert queries.page_slips(node_path=elsewhere.path).items == ()
