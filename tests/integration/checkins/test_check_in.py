"""Checking in on a real database: once, within the window, with its points."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role
from rewards.activities.errors import OccasionFullError
from rewards.activities.types import OccasionKind
from rewards.checkins import queries, rules, service
from rewards.checkins.errors import (
    AccountClosedError,
    CheckInClosedError,
    CheckInNotOpenError,
    ClaimOfAnotherBrowserError,
    CodeExpiredError,
    InvalidCodeError,
    NotCheckedInError,
    TicketExpiredError,
    TicketUsedError,
    TooManyDigitsError,
    WrongDigitsError,
)
from rewards.checkins.models import CheckInRow, RefusedScanRow
from rewards.checkins.types import CheckInChannel, Evidence
from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.ledger import queries as ledger
from rewards.ledger.models import AccountRow, EntryRow, PostingRow
from rewards.ledger.types import SYSTEM_ACCOUNTS, Asset
from rewards.participants import operations as participants
from tests.factories.world import (
    act_as,
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

MINUTE = timedelta(minutes=1)
OURS = Evidence(device="00112233aabbccdd")


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def person(station, now):
    return build_participant(station, now=now)


@pytest.fixture
def activity(station, now):
    return build_occasion(station, now=now)


@pytest.fixture
def shift(station, now):
    return build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, minutes=140, now=now)


def token(occasion, now):
    return queries.get_display_code(occasion, now=now).token


def scan(person, occasion, now):
    return service.check_in_by_code(actor=act_as(person), code=token(occasion, now), now=now)


def count(row):
    return db.session.scalar(sa.select(sa.func.count()).select_from(row))


def test_a_scan_checks_in_and_credits_the_activity(person, activity, now):
    receipt = scan(person, activity, now)

    assert receipt.is_new
    assert [(award.rule, award.points) for award in receipt.awards] == [("ACT_JOIN", 5)]
    assert (receipt.points, receipt.balance) == (5, 5)
    balance = ledger.get_balance(person.id)
    assert (balance.balance, balance.earned, balance.held) == (5, 5, 0)


def test_what_else_is_known_of_a_scan_is_kept_beside_it(person, activity, now):
    evidence = Evidence(device="0123456789abcdef", utc_offset=-300, gate="东门", is_offline=True)

    service.check_in_by_code(
        actor=act_as(person), code=token(activity, now), evidence=evidence, now=now
    )

    row = db.session.execute(sa.select(CheckInRow.__table__)).one()
    assert (row.device, row.utc_offset, row.gate, row.is_offline) == (
        "0123456789abcdef",
        -300,
        "东门",
        True,
    )


def test_a_second_scan_changes_nothing_and_gives_the_first_receipt(person, activity, now):
    first = scan(person, activity, now)

    again = scan(person, activity, now + MINUTE)

    assert not again.is_new
    assert (again.check_in_id, again.checked_in_at, again.points, again.balance) == (
        first.check_in_id,
        first.checked_in_at,
        5,
        5,
    )
    assert (count(CheckInRow), count(EntryRow), count(PostingRow)) == (1, 1, 2)


def test_the_books_balance_and_agree_with_the_account(person, activity, shift, now):
    scan(person, activity, now)
    scan(person, shift, now)
    service.check_out_by_code(
        actor=act_as(person), code=token(shift, shift.ends_at), now=shift.ends_at
    )

    sums = db.session.execute(
        sa.select(sa.func.sum(PostingRow.amount)).group_by(PostingRow.entry_id)
    ).scalars()
    assert set(sums) == {0}
    for asset, amount in ((Asset.POINTS, 25), (Asset.SERVICE_MINUTES, 140)):
        account = ledger.get_balance(person.id, asset=asset)
        posted = db.session.scalar(
            sa.select(sa.func.sum(PostingRow.amount)).where(
                PostingRow.account_id == account.account_id
            )
        )
        assert account.balance == posted == amount


def test_a_shift_gives_its_points_and_minutes_at_check_out(person, shift, now):
    came = scan(person, shift, now)
    assert (came.awards, came.points) == ((), 0)

    left = service.check_out_by_code(
        actor=act_as(person), code=token(shift, shift.ends_at), now=shift.ends_at
    )

    assert (left.minutes, left.points) == (140, 20)
    assert ledger.get_balance(person.id, asset=Asset.SERVICE_MINUTES).balance == 140


def test_a_second_check_out_gives_the_first_receipt(person, shift, now):
    scan(person, shift, now)
    at = shift.ends_at
    first = service.check_out_by_code(actor=act_as(person), code=token(shift, at), now=at)

    again = service.check_out_by_code(actor=act_as(person), code=token(shift, at), now=at)

    assert (again.is_new, again.checked_out_at, again.points) == (False, first.checked_out_at, 20)
    assert count(EntryRow) == 2


def test_check_out_without_check_in_is_refused(person, shift):
    at = shift.ends_at
    with pytest.raises(NotCheckedInError):
        service.check_out_by_code(actor=act_as(person), code=token(shift, at), now=at)


def test_the_second_stamp_of_a_day_is_kept_and_says_why_it_gave_nothing(station, person, now):
    details = {"kind": OccasionKind.STUDY_SESSION, "rule_code": "SPACE_STAMP", "minutes": 480}
    first = build_occasion(station, now=now, **details)
    second = build_occasion(station, now=now, **details)

    scan(person, first, now)
    receipt = scan(person, second, now)

    assert (receipt.points, receipt.awards[0].cap, receipt.balance) == (0, "rule_day", 1)
    assert count(CheckInRow) == 2
    assert (
        queries.find_receipt(occasion_id=second.id, participant_id=person.id).awards
        == receipt.awards
    )


def test_points_count_for_the_local_day_on_which_the_occasion_starts(station, person, now):
    # 23:50 on the 21st in Shanghai is still the 21st; the check-in is on the 22nd.
    late = now.replace(hour=15, minute=50)
    occasion = build_occasion(station, now=late)

    scan(person, occasion, late + 15 * MINUTE)

    entry = ledger.page_entries(participant_id=person.id).items[0]
    assert entry.business_date.isoformat() == "2026-11-21"


@pytest.mark.parametrize(
    ("starts_in", "error"), [(31, CheckInNotOpenError), (-31, CheckInClosedError)]
)
def test_outside_the_window_nothing_is_written_but_the_refusal(
    station, person, now, starts_in, error
):
    occasion = build_occasion(station, now=now, starts_in=starts_in)

    with pytest.raises(error):
        scan(person, occasion, now)

    assert (count(CheckInRow), count(EntryRow), count(AccountRow)) == (0, 0, len(SYSTEM_ACCOUNTS))
    refused = queries.list_refused(occasion_ids=[occasion.id], since=now)
    assert [(item.reason, item.participant_id) for item in refused] == [(error.code, person.id)]


def test_an_old_code_is_refused_and_kept(person, activity, now):
    with pytest.raises(CodeExpiredError):
        service.check_in_by_code(actor=act_as(person), code=token(activity, now - MINUTE), now=now)

    assert count(RefusedScanRow) == 1
    assert count(CheckInRow) == 0


def test_repeating_an_old_scan_after_checking_in_is_no_mistake(person, activity, now):
    code = token(activity, now)
    first = service.check_in_by_code(actor=act_as(person), code=code, now=now)

    again = service.check_in_by_code(actor=act_as(person), code=code, now=now + 5 * MINUTE)

    assert (again.check_in_id, again.is_new) == (first.check_in_id, False)
    assert count(RefusedScanRow) == 0


@pytest.mark.parametrize("text", ["A" * 37, "hello", "x" * 5000])
def test_what_is_no_code_is_refused(person, text, now):
    with pytest.raises(InvalidCodeError):
        service.check_in_by_code(actor=act_as(person), code=text, now=now)

    row = db.session.execute(sa.select(RefusedScanRow.reason, RefusedScanRow.raw)).one()
    assert row.reason == "invalid-code"
    assert len(row.raw) <= 256


def test_the_six_digits_check_in_too(person, activity, now):
    digits = queries.get_display_code(activity, now=now).digits

    receipt = service.check_in_by_digits(
        actor=act_as(person), occasion_id=activity.id, digits=digits, now=now + MINUTE / 2
    )

    assert receipt.points == 5


def test_guessing_digits_ends_after_ten_tries(person, activity, now):
    right = queries.get_display_code(activity, now=now).digits
    wrong = f"{(int(right) + 7) % 1_000_000:06d}"
    for _ in range(10):
        with pytest.raises(WrongDigitsError):
            guess(person, activity, wrong, now)

    with pytest.raises(TooManyDigitsError):
        guess(person, activity, right, now)

    assert count(CheckInRow) == 0


def guess(person, activity, digits, now):
    return service.check_in_by_digits(
        actor=act_as(person), occasion_id=activity.id, digits=digits, now=now
    )


def test_a_frozen_scan_counts_although_signing_in_took_minutes(person, station, now):
    occasion = build_occasion(station, now=now, starts_in=-29)
    _, ticket = queries.freeze_scan(token(occasion, now), device=OURS.device, now=now)

    # By now the window has closed.
    receipt = service.check_in_by_ticket(
        actor=act_as(person), ticket=ticket, evidence=OURS, now=now + 9 * MINUTE
    )

    assert (receipt.is_new, receipt.checked_in_at) == (True, now)


def test_a_frozen_scan_is_forgotten_after_ten_minutes(person, activity, now):
    _, ticket = queries.freeze_scan(token(activity, now), device=OURS.device, now=now)

    with pytest.raises(TicketExpiredError):
        service.check_in_by_ticket(
            actor=act_as(person), ticket=ticket, evidence=OURS, now=now + 11 * MINUTE
        )


def test_a_scan_is_good_for_one_person(station, person, activity, now):
    other = build_participant(station, name="刘洋", now=now)
    _, ticket = queries.freeze_scan(token(activity, now), device=OURS.device, now=now)
    service.check_in_by_ticket(actor=act_as(person), ticket=ticket, evidence=OURS, now=now)

    with pytest.raises(TicketUsedError):
        service.check_in_by_ticket(actor=act_as(other), ticket=ticket, evidence=OURS, now=now)

    assert count(CheckInRow) == 1


@pytest.mark.parametrize("device", ["ffffffffffffffff", None])
def test_a_scan_is_good_for_the_browser_that_made_it(person, activity, now, device):
    _, ticket = queries.freeze_scan(token(activity, now), device=OURS.device, now=now)

    with pytest.raises(ClaimOfAnotherBrowserError):
        service.check_in_by_ticket(
            actor=act_as(person), ticket=ticket, evidence=Evidence(device=device), now=now
        )

    assert count(CheckInRow) == 0
    assert [row.reason for row in db.session.scalars(sa.select(RefusedScanRow))] == [
        "claim-of-another-browser"
    ]


def test_a_full_occasion_takes_nobody_else_and_credits_nothing(station, person, now):
    occasion = build_occasion(station, now=now, capacity=1)
    scan(build_participant(station, name="刘洋", now=now), occasion, now)

    with pytest.raises(OccasionFullError):
        scan(person, occasion, now)

    assert ledger.get_balance(person.id).balance == 0
    assert (count(CheckInRow), count(EntryRow)) == (1, 1)


def test_staff_check_in_for_a_resident_and_it_shows(station, person, activity, now):
    receipt = service.check_in_by_staff(
        actor=build_staff_actor(station, Role.HOST),
        occasion_id=activity.id,
        participant_id=person.id,
        now=now,
    )

    assert receipt.points == 5
    (line,) = queries.list_attendance(activity.id)
    assert (line.channel, line.masked_name) == (CheckInChannel.STAFF, "王*英")


def test_staff_of_another_station_are_refused(person, activity, now):
    with pytest.raises(NotAllowedError):
        service.check_in_by_staff(
            actor=build_staff_actor(build_station()),
            occasion_id=activity.id,
            participant_id=person.id,
            now=now,
        )

    assert count(CheckInRow) == 0


def test_staff_cannot_check_in_a_closed_account(station, person, activity, now):
    use_case(participants.close)(
        participant_id=person.id, channel="staff", recorded_by=None, now=now
    )

    with pytest.raises(AccountClosedError):
        service.check_in_by_staff(
            actor=build_staff_actor(station),
            occasion_id=activity.id,
            participant_id=person.id,
            now=now,
        )


def test_a_member_code_finds_its_owner_for_some_minutes(person, now):
    code = queries.get_member_code(person, now=now)

    assert queries.find_member(f"HTTPS://REWARDS.EXAMPLE/C/{code}", now=now).id == person.id
    assert queries.find_member(person.number, now=now).id == person.id
    with pytest.raises(CodeExpiredError):
        queries.find_member(code, now=now + 11 * MINUTE)


@pytest.mark.parametrize("label", ["00" * 8, "ff" * 8, b"1234567\x00".hex(), b"abcdefgh".hex()])
def test_a_member_code_of_no_number_is_none_of_ours(app, station, now, label):
    code = rules.build_member_code(label=label, key=b"k", now=now)

    with pytest.raises(InvalidCodeError):
        queries.find_member(code, now=now)
