"""Series of occasions: planned ahead, changed singly and from a day on, ended."""

import threading
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.models import AuditRecordRow
from rewards.access.types import Role, SystemActor
from rewards.activities import queries, service
from rewards.activities.errors import (
    OccasionInUseError,
    OccasionRuleError,
    RecurrenceError,
    SeriesDatesError,
    SeriesNotFoundError,
    SeriesSlotError,
    SeriesSucceededError,
)
from rewards.activities.models import OccasionRow
from rewards.activities.service import ahead
from rewards.activities.types import OccasionKind, OccasionStatus, SeriesId
from rewards.core import clock
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.network import operations as network
from rewards.network.errors import NodeClosedError
from rewards.network.types import Level
from rewards.teams import service as teams
from tests.factories.teams import build_team
from tests.factories.world import build_node, build_occasion, build_staff_actor, build_station

SYSTEM = SystemActor()
# What a series is does not hang on the database; what it is kept in does.
pytestmark = pytest.mark.databases("sqlite")
on_both = pytest.mark.databases("sqlite", "postgresql")
# The first Tuesday after Saturday, 21 November 2026, which is now.
TUESDAY = date(2026, 11, 24)
WEEK = timedelta(days=7)


@pytest.fixture
def station(app):
    return build_station()


def build_series(station, now, *, actor=SYSTEM, **details):
    return service.create_series(
        **{
            "actor": actor,
            "node_id": station.id,
            "kind": OccasionKind.STUDY_SESSION,
            "title": "强国TV线上集中学习",
            "rule": "FREQ=WEEKLY;BYDAY=TU",
            "starts_on": TUESDAY,
            "start": time(14, 30),
            "minutes": 60,
            "capacity": 30,
            "now": now,
            **details,
        }
    )


def occasions_of(series):
    return queries.list_of_series(series.id)


def coming(series):
    return [each for each in occasions_of(series) if each.status is OccasionStatus.SCHEDULED]


def days(occasions):
    return [f"{each.series_slot:%m-%d}" for each in occasions]


def wall(occasion):
    return f"{occasion.starts_at + timedelta(hours=8):%m-%d %H:%M}"


def actions():
    return set(db.session.scalars(sa.select(AuditRecordRow.action)))


@on_both
def test_a_series_is_planned_sixty_days_ahead(station, now):
    series = build_series(station, now)

    planned = occasions_of(series)

    assert [wall(each) for each in planned] == [
        f"{TUESDAY + turn * WEEK:%m-%d} 14:30" for turn in range(9)
    ]
    assert {(each.title, each.capacity, each.rule_code) for each in planned} == {
        ("强国TV线上集中学习", 30, "STUDY_GROUP")
    }
    assert all(each.requires_check_out for each in planned)
    assert len({each.code_label for each in planned}) == 9
    assert "series.created" in actions()


def test_a_lecture_series_counts_heads(station, now):
    series = build_series(
        station, now, kind=OccasionKind.ACTIVITY, counts_heads=True, capacity=None
    )

    first = occasions_of(series)[0]

    assert (first.counts_heads, first.rule_code, first.capacity) == (True, "NONE", None)


def test_days_that_are_left_out_are_never_planned(station, now):
    series = build_series(station, now, skips=[TUESDAY + WEEK])

    assert days(occasions_of(series))[:2] == ["11-24", "12-08"]


def test_what_comes_once_a_year_is_planned_at_once(station, now):
    series = build_series(
        station, now, rule="FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=14", starts_on=date(2026, 11, 21)
    )

    assert [wall(each) for each in occasions_of(series)] == ["06-14 14:30"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"rule": "FREQ=HOURLY"}, RecurrenceError),
        ({"rule": "FREQ=DAILY;UNTIL=20261101"}, SeriesDatesError),
        ({"rule": "FREQ=DAILY;COUNT=1", "skips": [TUESDAY]}, SeriesDatesError),
        ({"starts_on": date(2028, 1, 1)}, SeriesDatesError),
        ({"rule_code": "FILM_JOIN"}, OccasionRuleError),
    ],
)
def test_what_cannot_be_planned_is_refused_whole(station, now, wrong, error):
    with pytest.raises(error):
        build_series(station, now, **wrong)

    assert queries.list_series(node_path=station.path, day=TUESDAY) == ()


def test_only_who_plans_there_may_plan_a_series(station, now):
    clerk = build_staff_actor(station, Role.CLERK)
    host = build_staff_actor(station, Role.HOST)
    series = build_series(station, now, actor=host)

    for act in (
        lambda: build_series(station, now, actor=clerk),
        lambda: change(series, now, actor=clerk, title="别的"),
        lambda: skip(series, TUESDAY, now, actor=clerk),
        lambda: end(series, TUESDAY, now, actor=clerk),
    ):
        with pytest.raises(NotAllowedError):
            act()


def test_a_series_at_a_closed_node_is_refused(station, now):
    close(station, now)

    with pytest.raises(NodeClosedError):
        build_series(station, now)


def test_an_unknown_series_is_not_found(app, now):
    with pytest.raises(SeriesNotFoundError):
        service.skip_day(actor=SYSTEM, series_id=SeriesId(new_id()), slot=TUESDAY, now=now)


def close(node, now):
    use_case(network.close_node)(node_id=node.id, now=now)


def change(
    series, now, *, actor=SYSTEM, slot_from=TUESDAY, rule=None, start=None, minutes=None, **changes
):
    return service.change_series(
        actor=actor,
        series_id=series.id,
        slot_from=slot_from,
        changes=changes,
        rule=rule,
        start=start,
        minutes=minutes,
        now=now,
    )


def skip(series, slot, now, *, actor=SYSTEM):
    return service.skip_day(actor=actor, series_id=series.id, slot=slot, now=now)


def test_what_is_over_today_is_not_left_out_any_more(station, now):
    series = build_series(station, now)
    (first, *_) = occasions_of(series)

    with pytest.raises(SeriesSlotError):
        skip(series, first.series_slot, first.ends_at)

    assert first in coming(series)


def end(series, day, now, *, actor=SYSTEM):
    return service.set_end(actor=actor, series_id=series.id, ends_on=day, now=now)


def test_the_worker_keeps_planning_and_plans_nothing_twice(station, now):
    series = build_series(station, now)
    later = now + timedelta(days=30)

    behind = queries.list_behind(day=date(2027, 2, 19), limit=10)
    first = service.extend_series(series_id=series.id, now=later)
    second = service.extend_series(series_id=series.id, now=later)

    assert behind == (series.id,)
    assert (first, second) == (4, 0)
    assert days(occasions_of(series))[-1] == "02-16"
    assert queries.list_behind(day=date(2027, 2, 19), limit=10) == ()


@on_both
def test_workers_that_plan_at_once_plan_each_day_once(station, now, race):
    series = build_series(station, now)

    outcomes = race(
        4, lambda _: service.extend_series(series_id=series.id, now=now + timedelta(days=30))
    )

    assert sorted(outcomes) == [0, 0, 0, 4]
    assert len(occasions_of(series)) == 13


FAR = [date(2027, 3, 2) + turn * WEEK for turn in range(4)]


@on_both
def test_whoever_changes_a_series_at_once_loses_nothing(station, now, race):
    series = build_series(station, now)

    race(4, lambda number: skip(series, FAR[number], now))

    assert queries.get_series(series.id).skips == set(FAR)


@pytest.mark.databases("postgresql")
def test_without_the_lock_something_is_lost(station, now, race, monkeypatch):
    series = build_series(station, now)
    all_have_read = threading.Barrier(4)

    def read_only(series_id, actor):
        before = queries.get_series(series_id)
        all_have_read.wait(timeout=30)
        return before

    monkeypatch.setattr("rewards.activities.service.series.lock_series", read_only)

    race(4, lambda number: skip(series, FAR[number], now))

    assert queries.get_series(series.id).skips < set(FAR)


def test_one_series_that_cannot_be_planned_keeps_no_other_from_it(station, now, monkeypatch):
    broken, series = build_series(station, now), build_series(station, now)
    monkeypatch.setattr(
        ahead.slots, "plan", partial(plan_unless, ahead.slots.plan, series_id=broken.id)
    )

    added = service.plan_ahead(now=now + timedelta(days=30))

    assert added == 4
    assert [len(occasions_of(each)) for each in (broken, series)] == [9, 13]


def plan_unless(plan, series, *, series_id, **rest):
    if series.id == series_id:
        raise OccasionRuleError
    return plan(series, **rest)


@on_both
def test_the_database_refuses_a_second_occasion_for_a_day(station, now):
    series = build_series(station, now)
    other = build_occasion(station, now=now)

    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(
            sa.update(OccasionRow)
            .where(OccasionRow.id == other.id)
            .values(series_id=series.id, series_slot=TUESDAY)
        )
    db.session.rollback()


def test_a_series_ends_where_its_node_is_closed(station, now):
    series = build_series(station, now)
    close(station, now)

    assert service.extend_series(series_id=series.id, now=now + 5 * WEEK) == 0
    assert queries.list_behind(day=date(2028, 1, 1), limit=10) == ()
    assert len(occasions_of(series)) == 9


def test_a_team_that_was_closed_stays_on_the_poster_alone(station, now):
    team = build_team(station, name="科普志愿服务队", now=now)
    series = build_series(station, now, team_id=team.id)
    teams.close_team(actor=SYSTEM, team_id=team.id, now=now)

    service.extend_series(series_id=series.id, now=now + 5 * WEEK)

    first, *_, last = occasions_of(series)
    assert (first.team, first.team_id) == ("科普志愿服务队", team.id)
    assert (last.team, last.team_id) == ("科普志愿服务队", None)


def test_a_change_holds_from_its_day_on_and_history_stays(station, now):
    series = build_series(station, now)

    after = change(series, now, slot_from=date(2026, 12, 8), title="专题学习", capacity=40)

    assert after.id != series.id
    assert {each.title for each in occasions_of(series)} == {"强国TV线上集中学习"}
    assert days(occasions_of(series)) == ["11-24", "12-01"]
    assert {(each.title, each.capacity) for each in occasions_of(after)} == {("专题学习", 40)}
    assert days(occasions_of(after))[0] == "12-08"
    assert queries.get_series(series.id).pattern.ends_on == date(2026, 12, 7)


def test_a_change_from_the_first_day_on_makes_no_second_series(station, now):
    series = build_series(station, now)

    after = change(series, now, title="专题学习")

    assert after.id == series.id
    assert {each.title for each in occasions_of(series)} == {"专题学习"}


@on_both
def test_occasions_keep_their_links_and_what_was_changed_singly(station, now):
    series = build_series(station, now)
    _, second, third, *_ = before = occasions_of(series)
    later = second.starts_at + timedelta(hours=1)
    for occasion, changes in (
        (second, {"starts_at": later, "ends_at": later + timedelta(hours=1)}),
        (third, {"title": "参观学习"}),
    ):
        service.update_occasion(actor=SYSTEM, occasion_id=occasion.id, changes=changes, now=now)

    after = change(series, now, start=time(9), minutes=90, title="晨间学习")

    changed = occasions_of(after)
    assert [each.id for each in changed] == [each.id for each in before]
    assert [(wall(each), each.title) for each in changed[:4]] == [
        ("11-24 09:00", "晨间学习"),
        ("12-01 15:30", "晨间学习"),
        ("12-08 09:00", "参观学习"),
        ("12-15 09:00", "晨间学习"),
    ]
    assert changed[0].ends_at - changed[0].starts_at == timedelta(minutes=90)
    assert [each.revision for each in changed[:4]] == [1, 2, 2, 1]


def test_a_new_weekday_cancels_the_old_days_and_plans_the_new_ones(station, now):
    series = build_series(station, now)
    before = occasions_of(series)

    after = change(series, now, slot_from=date(2026, 12, 1), rule="FREQ=WEEKLY;BYDAY=WE")

    assert days(coming(series)) == ["11-24"]
    left = [queries.get_occasion(each.id) for each in before[1:]]
    assert {each.status for each in left} == {OccasionStatus.CANCELLED}
    assert {each.series_id for each in left} == {None}
    assert days(coming(after))[:2] == ["12-02", "12-09"]


@pytest.mark.parametrize("slot_from", [date(2026, 11, 24), date(2026, 12, 1)])
def test_a_weekday_that_was_changed_and_changed_back_has_its_days_again(station, now, slot_from):
    series = build_series(station, now)
    before = [each for each in coming(series) if each.series_slot >= slot_from]
    skip(series, date(2026, 12, 8), now)

    other = change(series, now, slot_from=slot_from, rule="FREQ=WEEKLY;BYDAY=WE")
    after = change(other, now, slot_from=slot_from, rule="FREQ=WEEKLY;BYDAY=TU")

    # But for the day that was cancelled by itself.
    assert len(coming(after)) == len(before) - 1
    assert "12-08" not in days(coming(after))
    assert not {each.id for each in coming(after)} & {each.id for each in before}


def test_a_day_that_both_rules_name_keeps_its_occasion(station, now):
    series = build_series(station, now)
    before = occasions_of(series)

    after = change(series, now, rule="FREQ=WEEKLY;BYDAY=TU,FR")

    assert [each.id for each in occasions_of(after)][0::2] == [each.id for each in before]


def test_one_that_people_are_at_stays_as_it_is(station, now):
    series = build_series(station, now, starts_on=date(2026, 11, 21), rule="FREQ=DAILY")

    change(series, now, slot_from=date(2026, 11, 21), title="专题学习")

    assert [each.title for each in occasions_of(series)[:2]] == ["强国TV线上集中学习", "专题学习"]


def test_fewer_places_than_people_who_come_is_refused_whole(station, now):
    series = build_series(station, now)
    third = occasions_of(series)[2]
    db.session.execute(
        sa.text("UPDATE occasion_seats SET taken = 20 WHERE occasion_id = :id").bindparams(
            sa.bindparam("id", third.id, sa.Uuid())
        )
    )
    db.session.commit()

    with pytest.raises(OccasionInUseError):
        change(series, now, capacity=10)

    assert {each.capacity for each in occasions_of(series)} == {30}


def test_one_occasion_is_cancelled_alone_and_not_planned_again(station, now):
    series = build_series(station, now)
    second = occasions_of(series)[1]

    service.cancel_occasion(actor=SYSTEM, occasion_id=second.id, now=now)
    service.extend_series(series_id=series.id, now=now + timedelta(days=30))
    after = change(series, now, title="专题学习")

    assert days(coming(after))[:2] == ["11-24", "12-08"]
    assert len({each.series_slot for each in occasions_of(after)}) == 13


def test_a_holiday_is_left_out_by_hand(station, now):
    series = build_series(station, now)

    skip(series, TUESDAY, now)
    far = skip(series, date(2027, 2, 16), now)
    service.extend_series(series_id=series.id, now=now + timedelta(days=40))

    assert far.skips == {date(2027, 2, 16)}
    assert "11-24" not in days(coming(series))
    assert "02-16" not in days(occasions_of(series))
    assert "02-23" in days(occasions_of(series))


def test_a_holiday_that_was_not_told_yet_is_taken_back(station, now):
    series = build_series(station, now, skips=[date(2026, 12, 1), date(2027, 3, 2)])

    for slot in (date(2026, 12, 1), date(2027, 3, 2)):
        restored = service.restore_day(actor=SYSTEM, series_id=series.id, slot=slot, now=now)

    assert restored.skips == frozenset()
    assert days(coming(series))[:2] == ["11-24", "12-01"]
    with pytest.raises(SeriesSlotError):
        service.restore_day(actor=SYSTEM, series_id=series.id, slot=slot, now=now)


@pytest.mark.parametrize("slot", [date(2026, 11, 25), date(2026, 11, 17)])
def test_only_a_day_to_come_of_the_series_is_left_out(station, now, slot):
    series = build_series(station, now, starts_on=date(2026, 11, 3))

    with pytest.raises(SeriesSlotError):
        skip(series, slot, now)


def test_a_series_ends_and_may_go_on_again(station, now):
    series = build_series(station, now)

    end(series, date(2026, 12, 8), now)
    ended = days(coming(series))
    end(series, date(2026, 12, 22), now)

    assert ended == ["11-24", "12-01", "12-08"]
    assert days(coming(series)) == [*ended, "12-15", "12-22"]
    assert queries.list_series(node_path=station.path, day=date(2026, 12, 23)) == ()


def test_an_end_before_every_day_is_refused(station, now):
    series = build_series(station, now)

    with pytest.raises(SeriesDatesError):
        end(series, date(2026, 11, 23), now)


def test_the_hours_of_a_series_are_those_of_the_wall_when_clocks_change(app, now):
    station = build_station()
    clock.use_zone(ZoneInfo("Europe/Berlin"))
    spring = datetime(2027, 3, 20, 8, tzinfo=UTC)

    series = build_series(
        station, spring, rule="FREQ=DAILY", starts_on=date(2027, 3, 27), start=time(9)
    )

    starts = [each.starts_at for each in occasions_of(series)[:2]]
    assert starts == [
        datetime(2027, 3, 27, 8, tzinfo=UTC),
        datetime(2027, 3, 28, 7, tzinfo=UTC),
    ]


@on_both
def test_series_of_a_branch_are_listed(station, now):
    series = build_series(station, now)
    build_series(build_node(Level.CENTER), now)

    listed = queries.list_series(node_path=station.path, day=TUESDAY)

    assert [each.id for each in listed] == [series.id]
    assert listed[0] == queries.get_series(series.id)


def test_what_was_split_does_not_go_on_beside_what_follows_it(station, now):
    series = build_series(station, now)
    last = change(series, now, slot_from=date(2026, 12, 22), title="专题学习")
    middle = change(series, now, slot_from=date(2026, 12, 8), start=time(9))

    for each in (series, middle):
        for day in (None, date(2027, 1, 5)):
            with pytest.raises(SeriesSucceededError):
                end(each, day, now)
    with pytest.raises(SeriesSucceededError):
        change(middle, now, slot_from=date(2026, 12, 8), rule="FREQ=DAILY;UNTIL=20261222")

    end(series, date(2026, 12, 7), now)
    assert end(last, None, now).pattern.ends_on is None
    assert len({each.starts_at.date() for s in (series, middle, last) for each in coming(s)}) == 9


def test_a_worker_that_was_away_plans_nothing_that_is_over(station, now):
    series = build_series(station, now)
    later = now + timedelta(days=120)

    service.plan_ahead(now=later)

    assert days(occasions_of(series))[9:11] == ["03-23", "03-30"]
