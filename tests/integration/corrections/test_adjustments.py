"""Points by hand: a reason, limits, a second person, and nobody for themselves."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role, SystemActor
from rewards.core import clock
from rewards.core.db import db
from rewards.corrections import queries, service, store
from rewards.corrections.errors import (
    AlreadyDecidedError,
    CorrectionNotFoundError,
    DailyLimitError,
    InvalidAmountError,
    NoteRequiredError,
    OwnAccountError,
    SecondPersonRequiredError,
)
from rewards.corrections.types import CorrectionStatus, Limits
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from rewards.ledger.errors import InsufficientPointsError
from rewards.ledger.types import Reason
from rewards.network.errors import NodeClosedError
from rewards.network.models import NodeRow
from rewards.notices import queries as notices
from rewards.participants.errors import ParticipantClosedError, ParticipantNotFoundError
from tests.factories.corrections import NOTE, adjust, build_admin, decide, give, last_entry
from tests.factories.people import make_participant, make_staff
from tests.factories.redemptions import add_participant, close_account, read_rows
from tests.factories.world import build_staff_actor, build_station

DAY = timedelta(days=1)


def balance_of(person):
    return ledger.get_balance(person.participant_id).balance


def audited():
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditRecordRow.action).order_by(AuditRecordRow.id)))


def test_points_within_the_limit_are_given_at_once(admin, station, person, now):
    done = adjust(admin, person, station, 50, now)

    assert (done.status, done.amount, done.decided_by) == (CorrectionStatus.APPLIED, 50, "")
    entry = last_entry(person)
    assert (entry.reason, entry.amount, entry.actor) == (Reason.ADJUSTMENT, 50, admin.principal)
    assert (entry.id, entry.source_id) == (done.applied_entry_id, done.id)
    assert entry.is_entered
    assert NOTE not in str(entry)
    assert audited()[-1] == "correction.adjusted"
    [notice] = notices.page_notices(participant_id=person.participant_id).items
    assert notice.details == {"points": 50, "balance": 50, "entry": str(entry.id)}


def test_points_above_the_limit_wait_for_a_second_person(admin, second, station, person, now):
    asked = adjust(admin, person, station, 51, now)

    assert (asked.status, balance_of(person)) == (CorrectionStatus.PENDING, 0)
    assert notices.count_unread(person.participant_id) == 0

    done = decide(second, asked, now)

    assert (done.status, done.decided_by) == (CorrectionStatus.APPLIED, second.principal)
    assert balance_of(person) == 51
    entry = last_entry(person)
    assert (entry.actor, entry.details) == (admin.principal, {"approved_by": second.principal})
    assert notices.count_unread(person.participant_id) == 1
    assert audited()[-2:] == ["correction.requested", "correction.approved"]


def test_what_is_taken_needs_a_second_person_above_the_limit_too(
    admin, second, station, person, now
):
    give(person, station, 200, now)

    assert adjust(admin, person, station, -50, now).status is CorrectionStatus.APPLIED
    asked = adjust(admin, person, station, -51, now)
    assert (asked.status, balance_of(person)) == (CorrectionStatus.PENDING, 150)
    decide(second, asked, now)
    assert balance_of(person) == 99


def test_many_small_amounts_of_one_day_need_the_second_person_of_a_large_one(
    admin, second, station, person, now
):
    assert adjust(admin, person, station, 30, now).status is CorrectionStatus.APPLIED
    assert adjust(admin, person, station, 20, now).status is CorrectionStatus.APPLIED

    asked = adjust(admin, person, station, 1, now)

    assert (asked.status, balance_of(person)) == (CorrectionStatus.PENDING, 50)
    day = clock.local_date(now, clock.zone())
    whom = {"principal": admin.principal, "participant_id": person.participant_id, "day": day}
    assert queries.sum_alone(**whom) == 51
    assert queries.sum_alone(**whom, besides=asked.id) == 50
    # Somebody else, somebody else's account and another day have sums of their own.
    assert adjust(second, person, station, 50, now).status is CorrectionStatus.APPLIED
    other = add_participant(station, now)
    assert adjust(admin, other, station, 50, now).status is CorrectionStatus.APPLIED
    assert adjust(admin, person, station, 50, now + DAY).status is CorrectionStatus.APPLIED
    # What a second person stands behind is that person's, too.
    decide(second, asked, now)
    assert queries.sum_alone(**whom) == 50


def test_many_small_amounts_that_are_taken_need_a_second_person_as_well(
    admin, station, person, now
):
    give(person, station, 200, now)
    assert adjust(admin, person, station, -50, now).status is CorrectionStatus.APPLIED

    assert adjust(admin, person, station, -1, now).status is CorrectionStatus.PENDING
    assert adjust(admin, person, station, 50, now).status is CorrectionStatus.APPLIED
    assert balance_of(person) == 200


def test_whoever_asked_does_not_decide(admin, station, person, now):
    asked = adjust(admin, person, station, 60, now)

    for approve in (True, False):
        with pytest.raises(SecondPersonRequiredError):
            decide(admin, asked, now, approve=approve, note=NOTE)
    assert balance_of(person) == 0


def linked(station, person, now, name="zhengtao"):
    """Return the actor of a staff member who is that participant."""
    staff = make_staff(name, now, (Role.STATION_ADMIN, station))
    identity.link_participant(
        actor=SystemActor(),
        staff_id=staff.staff_id,
        participant_id=person.participant_id,
        now=now,
    )
    return staff


def test_nobody_gives_themselves_points_or_approves_that(admin, station, person, now):
    # The actor was looked up before the link was made: the link counts.
    own = linked(station, person, now)
    asked = adjust(admin, person, station, 60, now)

    with pytest.raises(OwnAccountError):
        adjust(own, person, station, 5, now)
    with pytest.raises(OwnAccountError):
        decide(own, asked, now)
    assert balance_of(person) == 0


def test_a_refusal_says_why_and_is_final(admin, second, station, person, now):
    asked = adjust(admin, person, station, 60, now)

    with pytest.raises(NoteRequiredError):
        decide(second, asked, now, approve=False)
    refused = decide(second, asked, now, approve=False, note="没有活动记录可以对上")

    assert (refused.status, refused.decision_note) == (
        CorrectionStatus.REFUSED,
        "没有活动记录可以对上",
    )
    assert audited()[-1] == "correction.refused"
    with pytest.raises(AlreadyDecidedError) as again:
        decide(second, asked, now)
    assert again.value.members == {"decision": "refused"}
    assert balance_of(person) == 0


def test_deciding_the_same_again_gives_the_same_answer(admin, second, station, person, now):
    asked = adjust(admin, person, station, 60, now)
    done = decide(second, asked, now)
    rows = read_rows()

    assert decide(second, asked, now) == done
    assert decide(build_admin(station), asked, now) == done
    with pytest.raises(AlreadyDecidedError):
        decide(second, asked, now, approve=False, note=NOTE)
    assert read_rows() == rows


def test_only_so_much_is_given_in_a_day_and_what_waits_counts(admin, station, now):
    people = [add_participant(station, now) for _ in range(3)]
    adjust(admin, people[0], station, 50, now)
    adjust(admin, people[1], station, 120, now)

    with pytest.raises(DailyLimitError) as refused:
        adjust(admin, people[2], station, 31, now)

    assert refused.value.members == {"daily": 200, "left": 30}
    adjust(admin, people[2], station, 30, now)
    assert queries.get_allowance(principal=admin.principal, day=now.date()).left == 0


def test_what_was_refused_or_taken_does_not_count_and_a_new_day_begins_anew(
    admin, second, station, person, now
):
    asked = adjust(admin, person, station, 200, now)
    with pytest.raises(DailyLimitError):
        adjust(admin, person, station, 1, now)
    decide(second, asked, now, approve=False, note=NOTE)
    adjust(admin, person, station, 50, now)
    adjust(admin, person, station, -50, now)

    assert queries.sum_given(principal=admin.principal, day=now.date()) == 50
    # 14:40 in Shanghai: the local day ends in less than ten hours.
    assert adjust(admin, person, station, 160, now + timedelta(hours=10)).amount == 160


def test_one_staff_members_limit_is_not_anothers(admin, second, station, person, now):
    adjust(admin, person, station, 200, now)

    assert adjust(second, person, station, 50, now).status is CorrectionStatus.APPLIED


def test_limits_are_those_of_the_deployment(admin, station, person, now):
    store.use_limits(Limits(alone=5, daily=10))
    try:
        assert adjust(admin, person, station, 6, now).status is CorrectionStatus.PENDING
        with pytest.raises(DailyLimitError):
            adjust(admin, person, station, 5, now)
    finally:
        store.use_limits(Limits(alone=50, daily=200))


def test_no_more_is_taken_than_is_available(admin, second, station, person, now):
    give(person, station, 60, now)
    rows = read_rows()
    with pytest.raises(InsufficientPointsError):
        adjust(admin, person, station, -61, now)
    assert read_rows() == rows

    asked = adjust(admin, person, station, -60, now)
    adjust(second, person, station, -10, now)
    with pytest.raises(InsufficientPointsError):
        decide(second, asked, now)
    assert queries.get_correction(asked.id).status is CorrectionStatus.PENDING
    assert balance_of(person) == 50


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("points", [0, 10_001, -10_001])
def test_points_out_of_bounds_are_refused(admin, station, person, now, points):
    with pytest.raises(InvalidAmountError):
        adjust(admin, person, station, points, now)


def test_only_who_may_correct_at_the_node_adjusts(station, person, now):
    actors = [
        build_admin(build_station()),
        *(build_staff_actor(station, role) for role in (Role.CLERK, Role.HOST, Role.AUDITOR)),
        person,
    ]

    for actor in actors:
        with pytest.raises(NotAllowedError):
            adjust(actor, person, station, 5, now)
    assert balance_of(person) == 0


def test_only_who_may_correct_at_the_node_decides(admin, station, person, now):
    asked = adjust(admin, person, station, 60, now)

    for actor in (build_admin(build_station()), build_staff_actor(station, Role.CLERK), person):
        with pytest.raises(NotAllowedError):
            decide(actor, asked, now)


def test_somebody_of_another_center_is_not_found(admin, station, now):
    stranger = add_participant(build_station(), now)

    with pytest.raises(ParticipantNotFoundError):
        adjust(admin, stranger, station, 5, now)


def test_nothing_is_given_to_a_closed_account_nor_at_a_closed_node(
    admin, second, station, person, now
):
    asked = adjust(admin, person, station, 60, now)
    close_account(person, now)

    with pytest.raises(ParticipantClosedError):
        adjust(admin, person, station, 5, now)
    with pytest.raises(ParticipantClosedError):
        decide(second, asked, now)
    other = add_participant(station, now)
    db.session.execute(sa.update(NodeRow).where(NodeRow.id == station.id).values(closed_at=now))
    db.session.commit()
    with pytest.raises(NodeClosedError):
        adjust(admin, other, station, 5, now)


def test_what_there_is_not_is_not_found(admin, station, person, now):
    with pytest.raises(CorrectionNotFoundError):
        service.decide(actor=admin, correction_id=station.id, approve=True, now=now)


def test_reasons_go_with_the_account_and_numbers_stay(admin, second, station, now):
    stays, leaves = (add_participant(station, now) for _ in range(2))
    kept = adjust(admin, stays, station, 5, now)
    asked = adjust(admin, leaves, station, 60, now)
    decide(second, asked, now, note="核对过签到表")
    close_account(leaves, now)

    # Nobody reads them any more, whether or not they are erased yet.
    assert queries.get_correction(asked.id).note == ""
    assert service.erase_notes(now=now) == 1
    assert service.erase_notes(now=now) == 0

    db.session.rollback()
    stored = db.session.execute(
        sa.text("SELECT note, decision_note, amount FROM corrections ORDER BY amount")
    ).all()
    assert [tuple(row) for row in stored] == [(kept.note, "", 5), ("", "", 60)]


def test_pages_list_the_branch_from_the_newest(admin, second, station, person, now):
    other = build_station()
    adjust(build_admin(other), add_participant(other, now), other, 5, now)
    for points in (1, 2):
        adjust(admin, person, station, points, now)
    waiting = adjust(admin, person, station, 60, now)

    paths = [station.path]
    found, cursor = [], None
    while True:
        page = queries.page_corrections(node_paths=paths, cursor=cursor, limit=2)
        found += [each.amount for each in page.items]
        cursor = page.next
        if cursor is None:
            break
    pending = queries.page_corrections(node_paths=paths, status=CorrectionStatus.PENDING)
    of_person = queries.page_corrections(node_paths=paths, participant_id=person.participant_id)

    assert sorted(found) == [1, 2, 60]
    assert pending.items == (waiting,)
    assert len(of_person.items) == 3
    assert queries.page_corrections(node_paths=[]).items == ()
    assert queries.count_waiting(node_paths=paths, not_by=second.principal) == 1
    assert queries.count_waiting(node_paths=paths, not_by=admin.principal) == 0


def test_names_are_told_masked_and_staff_by_their_sign_in(station, now):
    staff = make_staff("zhengtao", now, (Role.STATION_ADMIN, station))
    person = make_participant(station, now, name="王建英")

    done = service.adjust(
        actor=staff, participant_id=person.id, node_id=station.id, points=5, note=NOTE, now=now
    )

    assert (done.masked_name, done.requested_by_name) == ("王*英", "zhengtao")
