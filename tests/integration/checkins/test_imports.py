"""Lists of who was there are kept and give nothing, whole or not at all."""

from datetime import timedelta

import pytest

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role, SystemActor
from rewards.activities.types import NO_POINTS, OccasionKind
from rewards.checkins import queries, service
from rewards.checkins.errors import (
    AttendanceNotImportedError,
    ImportGivesPointsError,
    OccasionNotBegunError,
)
from rewards.core.checks import Scope
from rewards.core.db import snapshot
from rewards.ledger import queries as ledger
from tests.factories.world import (
    build_occasion,
    build_own_actor,
    build_participant,
    build_staff_actor,
    build_station,
)

SYSTEM = SystemActor()
CADRES = 102


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def duty(station, now):
    return build_occasion(
        station, kind=OccasionKind.SERVICE_SHIFT, rule_code=NO_POINTS, title="干部值班", now=now
    )


def lines(*people):
    return [
        service.AttendanceLine(line=number, person=person)
        for number, person in enumerate(people, start=2)
    ]


def bring_in(duty, rows, now, **options):
    return service.import_attendance(
        **{"actor": SYSTEM, "occasion_id": duty.id, "rows": rows, "now": now, **options}
    )


def came(duty):
    return queries.count_attendance([duty.id])[duty.id]


def test_duty_of_102_cadres_is_102_attendances_and_no_points(station, duty, now):
    """Vector 19 of the domain's 6.5."""
    people = [build_participant(station, name=f"干部{n}", now=now) for n in range(CADRES)]

    report = bring_in(duty, lines(*(each.number for each in people)), now + timedelta(days=1))

    assert (report.added, came(duty)) == (CADRES, CADRES)
    assert {ledger.get_balance(each.id).earned for each in people} == {0}
    assert queries.list_attendance(duty.id)[0].points == 0


def test_bad_rows_are_all_named_and_nothing_is_brought_in(station, duty, now):
    person = build_participant(station, phone="13800001234", now=now)
    stranger = build_participant(build_station(), now=now)
    rows = lines(person.number, "99999999", stranger.number, "abc")

    with pytest.raises(AttendanceNotImportedError) as refused:
        bring_in(duty, rows, now)

    assert [fault[:2] for fault in refused.value.members["faults"]] == [
        [3, "participant-not-found"],
        [4, "participant-not-found"],
        [5, "invalid-phone"],
    ]
    assert came(duty) == 0


def test_bad_rows_are_left_out_if_that_is_asked_for_and_again_changes_nothing(station, duty, now):
    build_participant(station, phone="13800001234", now=now)
    rows = lines("138 0000 1234", "99999999")

    first = bring_in(duty, rows, now, skip_bad=True)
    again = bring_in(duty, rows, now, skip_bad=True)

    assert (first.added, len(first.faults), again.added, again.unchanged) == (1, 1, 0, 1)
    scope = Scope(after=0, through=0, now=now, is_whole=True)
    with snapshot() as connection:
        assert queries.list_unaudited(connection, scope) == ()


def test_what_gives_points_is_not_imported(station, now):
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=now)

    for occasion in (shift, build_occasion(station, now=now)):
        with pytest.raises(ImportGivesPointsError):
            bring_in(occasion, lines("12345678"), now)


def test_only_who_checks_people_in_there_imports(station, duty, now):
    for actor in (build_staff_actor(station, Role.AUDITOR), build_staff_actor(build_station())):
        with pytest.raises(NotAllowedError):
            bring_in(duty, lines("12345678"), now, actor=actor)


def test_the_command_reads_a_spreadsheet(app, station, duty, now, tmp_path):
    person = build_participant(station, now=now)
    file = tmp_path / "duty.csv"
    file.write_text(f"姓名,编号\n{person.masked_name},{person.number}\n", encoding="gb18030")

    result = app.test_cli_runner().invoke(args=["attendance", "import", str(duty.id), str(file)])

    assert result.exit_code == 0, result.output
    assert "1 added" in result.output
    assert came(duty) == 1


def test_nobody_brings_themselves_in(station, duty, now):
    person = build_participant(station, now=now)
    own = build_own_actor(station, person)

    with pytest.raises(AttendanceNotImportedError) as refused:
        bring_in(duty, lines(person.number), now, actor=own)

    assert [fault[1] for fault in refused.value.members["faults"]] == ["own-hours"]
    assert came(duty) == 0


def test_before_it_begins_nobody_is_brought_in(station, now):
    person = build_participant(station, now=now)
    ahead = build_occasion(station, rule_code=NO_POINTS, now=now, starts_in=3 * 24 * 60)

    with pytest.raises(OccasionNotBegunError):
        bring_in(ahead, lines(person.number), now)

    assert came(ahead) == 0
