"""Which attendance counts for a team, and that it does so for ever."""

from datetime import date, timedelta

import pytest

from rewards.access.types import Role
from rewards.activities import service as activities
from rewards.activities.types import OccasionKind
from rewards.checkins import queries, service
from rewards.core.unit import use_case
from rewards.ledger import operations as books
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset, Reason
from rewards.network import queries as network
from tests.factories.books import reverse
from tests.factories.redemptions import SYSTEM
from tests.factories.teams import build_team, join, leave
from tests.factories.world import (
    build_occasion,
    build_participant,
    build_staff_actor,
    build_station,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TODAY = date(2026, 11, 21)
EVIDENCE = "站长在场，签字表第3页第12行"
AUDIENCES = (OccasionKind.ACTIVITY, OccasionKind.STUDY_SESSION)


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def person(station, now):
    return build_participant(station, now=now)


@pytest.fixture
def team(station, now):
    return build_team(station, now=now)


def attend(occasion, person):
    """Come when it begins and, where that is wanted, leave when it ends."""
    whom = {"actor": SYSTEM, "occasion_id": occasion.id, "participant_id": person.id}
    receipt = service.check_in_by_staff(now=occasion.starts_at, **whom)
    if occasion.requires_check_out:
        receipt = service.check_out_by_staff(now=occasion.ends_at, **whom)
    return receipt


def entries_of(person):
    """Return every entry of somebody, the first first."""
    return [
        entry
        for asset in (Asset.POINTS, Asset.SERVICE_MINUTES)
        for entry in reversed(ledger.page_entries(participant_id=person.id, asset=asset).items)
    ]


def teams_of(person):
    return [entry.team_id for entry in entries_of(person)]


def test_a_shift_counts_for_its_team_whoever_served(station, team, person, now):
    member = build_participant(station, name="李桂兰", now=now)
    join(team, member, joined_on=TODAY - DAY, now=now)
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=now, team_id=team.id)

    for each in (person, member):
        attend(shift, each)

        assert teams_of(each) == [team.id, team.id]


@pytest.mark.parametrize("kind", AUDIENCES)
def test_an_audience_is_not_the_team(station, team, person, now, kind):
    member = build_participant(station, name="李桂兰", now=now)
    join(team, member, joined_on=TODAY, now=now)
    occasion = build_occasion(station, kind=kind, now=now, team_id=team.id)

    for each in (person, member):
        attend(occasion, each)

    assert teams_of(person) == [None]
    assert teams_of(member) == [team.id]


@pytest.mark.parametrize("kind", AUDIENCES)
def test_who_left_last_week_is_audience_and_who_joined_later_was(station, team, now, kind):
    gone, late = (build_participant(station, name=name, now=now) for name in ("周正", "吴敏"))
    join(team, gone, joined_on=TODAY - 60 * DAY, now=now)
    leave(team, gone, left_on=TODAY - 7 * DAY, now=now)
    occasion = build_occasion(station, kind=kind, now=now - DAY, team_id=team.id)
    join(team, late, joined_on=TODAY, now=now)

    for each in (gone, late):
        attend(occasion, each)

        assert teams_of(each) == [None]


def test_the_local_day_of_the_start_decides(station, team, person, now):
    """From a quarter to midnight on, in Shanghai; a member until that day's end."""
    join(team, person, joined_on=TODAY - 9 * DAY, now=now)
    leave(team, person, left_on=TODAY, now=now)
    late = (now - DAY).replace(hour=15, minute=45)
    occasions = [
        build_occasion(station, now=start, minutes=10, team_id=team.id)
        for start in (late, late + HOUR / 2)
    ]

    for occasion in occasions:
        attend(occasion, person)

    assert teams_of(person) == [team.id, None]


@pytest.mark.parametrize("kind", list(OccasionKind))
def test_an_occasion_of_no_team_counts_for_none(station, team, person, now, kind):
    join(team, person, now=now)

    attend(build_occasion(station, kind=kind, team="外来的队", now=now), person)

    assert set(teams_of(person)) == {None}


def test_leaving_and_closing_later_change_nothing_and_a_reversal_carries_the_team(
    station, team, person, now
):
    join(team, person, joined_on=TODAY - DAY, now=now)
    attend(build_occasion(station, now=now, team_id=team.id), person)
    [entry] = entries_of(person)
    leave(team, person, left_on=TODAY - DAY, now=now)

    reverse(entry.id, now=now + DAY)

    assert teams_of(person) == [team.id, team.id]
    assert [each.amount for each in entries_of(person)] == [entry.amount, -entry.amount]


def test_hours_confirmed_later_carry_the_team(station, team, person, now):
    leader = build_staff_actor(station, Role.TEAM_LEADER)
    member = build_participant(station, name="李桂兰", now=now)
    join(team, member, joined_on=TODAY - DAY, now=now)
    came = []
    for kind, who in ((OccasionKind.SERVICE_SHIFT, person), (OccasionKind.STUDY_SESSION, member)):
        occasion = build_occasion(station, kind=kind, now=now, team_id=team.id)
        came.append(
            service.check_in_by_staff(
                actor=SYSTEM, occasion_id=occasion.id, participant_id=who.id, now=now
            )
        )
    # Whoever leaves afterwards was a member when it was held.
    leave(team, member, left_on=TODAY + 2 * DAY, now=now + 2 * DAY)

    for each in came:
        service.confirm_hours(actor=leader, check_in_id=each.check_in_id, now=now + 3 * DAY)

    assert teams_of(person) == [team.id, team.id]
    assert teams_of(member) == [team.id]


def test_minutes_above_eight_hours_carry_the_team_when_they_are_approved(
    station, team, person, now
):
    shift = build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, now=now, minutes=540, team_id=team.id
    )
    receipt = attend(shift, person)
    institute = network.list_ancestors(station.path)[1]

    service.decide_minutes(
        actor=build_staff_actor(institute, Role.INSTITUTE_ADMIN),
        check_in_id=receipt.check_in_id,
        is_approved=True,
        now=now + DAY,
    )

    minutes = ledger.page_entries(participant_id=person.id, asset=Asset.SERVICE_MINUTES).items
    assert [(each.amount, each.team_id) for each in minutes] == [(60, team.id), (480, team.id)]


def fill_in(person, occasion, now, **of_none):
    """Have hours of a shift filled in by two people, in part."""
    where = of_none or {"occasion_id": occasion.id}
    node = network.get_node(occasion.node_id)
    asked = service.request_back_fill(
        actor=build_staff_actor(node),
        participant_id=person.id,
        started_at=occasion.starts_at,
        ended_at=occasion.ends_at,
        evidence=EVIDENCE,
        now=now,
        **where,
    )
    service.decide_back_fill(
        actor=build_staff_actor(network.list_ancestors(node.path)[1], Role.INSTITUTE_ADMIN),
        back_fill_id=asked.id,
        is_approved=True,
        now=now,
    )


def test_hours_filled_in_count_for_the_team_of_their_shift(station, team, person, now):
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=now, team_id=team.id)
    later = shift.ends_at + HOUR
    activities.flag_failure(
        actor=build_staff_actor(station), occasion_id=shift.id, note="网络中断一小时", now=later
    )

    fill_in(person, shift, later)

    assert [(each.reason, each.team_id) for each in entries_of(person)] == [
        (Reason.ATTENDANCE, team.id),
        (Reason.BACKFILL, team.id),
    ]


def test_hours_filled_in_of_no_occasion_count_for_none(station, team, person, now):
    join(team, person, joined_on=TODAY - DAY, now=now)
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=now, team_id=team.id)

    fill_in(person, shift, shift.ends_at + HOUR, node_id=station.id, title="帮邻居搬家")

    assert teams_of(person) == [None]


def test_what_was_withheld_while_the_books_were_frozen_counts_for_the_team(
    station, team, person, now
):
    use_case(books.freeze)(invariants=["I2"], now=now)
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=now, team_id=team.id)
    assert attend(shift, person).is_withheld
    use_case(books.thaw)()

    service.credit_withheld(now=shift.ends_at + HOUR)

    assert teams_of(person) == [team.id, team.id]


def test_a_round_checked_in_to_once_counts_for_its_team(station, team, person, now):
    curtain = build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, rule_code="CURTAIN", now=now, team_id=team.id
    )

    attend(curtain, person)

    assert not curtain.requires_check_out
    assert set(teams_of(person)) == {team.id}
    assert queries.find_receipt(occasion_id=curtain.id, participant_id=person.id) is not None
