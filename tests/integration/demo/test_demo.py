"""The demo as it is loaded: counted, balanced, refused where it does not belong."""

import shutil
import stat
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from rewards.access.types import SystemActor
from rewards.activities import queries as activities
from rewards.activities.types import OccasionStatus
from rewards.app import create_app
from rewards.appeals import queries as appeals
from rewards.cli import demo as commands
from rewards.core.db import Base, db
from rewards.demo import facts, service, sign_ins
from rewards.demo.errors import DatabaseInUseError
from rewards.identity import service as identity
from rewards.leaderboards import queries as boards
from rewards.leaderboards import service as leaderboards
from rewards.leaderboards.types import Period
from rewards.network import queries as network
from rewards.network.types import Level
from rewards.participants import queries as participants
from rewards.redemptions import queries as redemptions
from rewards.signups import queries as sign_ups
from rewards.stock import queries as stock
from tests.conftest import build_settings
from tests.factories.redemptions import count_inconsistencies

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
# Saturday, in the middle of the afternoon in Shanghai.
TODAY = NOW.astimezone(SHANGHAI).date()


class InterruptedLoadError(Exception):
    pass


def ignore_progress(_done, _total):
    pass


def load(app, now=NOW):
    folder = app.extensions["settings"].instance_path
    return service.load(
        size="demo",
        now=now,
        keep_sign_ins=lambda made: sign_ins.write(folder, made),
        on_progress=ignore_progress,
    )


def count_rows():
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    return {
        table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in tables
    }


def earned_since(day):
    """Return the points each participant earned since *day*, the most first."""
    statement = sa.text(
        "SELECT p.id, SUM(e.amount) AS points FROM ledger_entries e"
        " JOIN participants p ON p.id = e.participant_id"
        " WHERE e.asset = 'points' AND e.reason = 'attendance' AND e.business_date >= :day"
        " GROUP BY p.id ORDER BY points DESC"
    )
    return [row.points for row in db.session.execute(statement, {"day": day.isoformat()})]


@pytest.fixture(scope="module")
def loaded_settings(sqlite_template, tmp_path_factory):
    """The settings of an application with the demo loaded; its instance folder holds it."""
    folder = tmp_path_factory.mktemp("demo")
    file = folder / "rewards.db"
    shutil.copyfile(sqlite_template, file)
    settings = build_settings(folder, f"sqlite:///{file}")
    app = create_app(settings)
    with app.app_context():
        load(app)
        db.session.remove()
        db.engine.dispose()
    return settings


@pytest.fixture
def demo(loaded_settings, tmp_path):
    """The application with the demo loaded, in a copy of its own."""
    for file in loaded_settings.instance_path.iterdir():
        shutil.copyfile(file, tmp_path / file.name)
    # The names in the database can be read with its own key alone.
    settings = replace(
        build_settings(tmp_path, f"sqlite:///{tmp_path}/rewards.db"),
        data_keys=loaded_settings.data_keys,
    )
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def station(demo):
    (space,) = stock.list_spaces()
    return network.get_node(space.node_id)


def test_the_networks_people_and_shelf_are_complete(demo):
    levels = Counter(node.level for node in network.list_branch(""))
    (space,) = stock.list_spaces()

    assert levels == {Level.CENTER: 2, Level.INSTITUTE: 7, Level.STATION: 10, Level.POINT: 8}
    assert len(space.zones) == 8
    assert space.hours == facts.get_space().hours
    assert len(stock.list_rewards(space.id)) == 20
    assert count_rows()["participants"] == 60
    assert count_rows()["staff"] == 6


def test_teams_have_members_and_attendance_counts_for_them(demo):
    rows = db.session.execute(
        sa.text(
            "SELECT t.name, COUNT(DISTINCT m.participant_id) AS members,"
            " COUNT(DISTINCT e.id) AS entries FROM teams t"
            " JOIN team_memberships m ON m.team_id = t.id"
            " LEFT JOIN ledger_entries e ON e.team_id = t.id GROUP BY t.name"
        )
    ).all()

    assert {row.name for row in rows} == {team.name for team in facts.list_teams()}
    assert all(row.members > 0 and row.entries > 0 for row in rows)
    assert count_rows()["team_memberships"] > 60
    left = "SELECT COUNT(*) FROM team_memberships WHERE left_on IS NOT NULL"
    assert db.session.scalar(sa.text(left)) > 0


def test_people_come_from_the_invented_list_alone(demo):
    page = participants.page_participants(node_path="", limit=100)
    people = [participants.get_identity(participant.id) for participant in page.items]

    invented = Counter(person.name for person in facts.list_people())
    assert Counter(person.name for person in people) == invented


def test_ninety_days_have_their_history_and_two_months_their_programme(demo, station):
    rows = count_rows()
    starts = db.session.execute(
        sa.text("SELECT MIN(starts_at) AS first, MAX(starts_at) AS last FROM occasions")
    ).one()

    assert str(starts.first)[:10] == str(TODAY - timedelta(days=90))
    # The day of the volunteers in March and that of the blood donors in June are planned already.
    assert str(starts.last)[:10] == "2027-06-14"
    series = activities.list_series(node_path="", day=TODAY)
    assert {each.planned_through for each in series if each.pattern.recurrence.months == ()} == {
        TODAY + timedelta(days=60)
    }
    assert rows["check_ins"] > 1_000
    assert rows["refused_scans"] == 4


def test_the_hall_of_172_seats_and_a_full_class_have_people_signed_up(demo):
    offered = activities.list_offered(node_path="", after=NOW)
    # Of each the next one.
    ahead = {each.title: each for each in reversed(offered)}
    film = next(each for each in offered if each.title.startswith("红色观影"))
    tallies = sign_ups.tally([each.id for each in ahead.values()])

    assert film.capacity == 172
    assert tallies[film.id].confirmed > 10
    assert tallies[ahead["智能手机课"].id].confirmed == ahead["智能手机课"].capacity
    assert tallies[ahead["智能手机课"].id].waiting == 3


def test_every_posting_has_its_counterpart(demo):
    unbalanced = db.session.execute(
        sa.text(
            "SELECT e.id FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id"
            " GROUP BY e.id HAVING SUM(p.amount) <> 0 OR COUNT(*) < 2"
        )
    ).all()

    assert unbalanced == []
    assert db.session.scalar(sa.text("SELECT SUM(amount) FROM ledger_postings")) == 0


def test_balances_holds_shelf_and_redemptions_agree(demo):
    assert count_inconsistencies() == {}


def test_nobody_is_credited_before_they_are_registered(demo):
    early = db.session.scalar(
        sa.text(
            "SELECT COUNT(*) FROM ledger_entries e"
            " JOIN participants p ON p.id = e.participant_id"
            " WHERE e.posted_at < p.registered_at"
        )
    )

    assert early == 0


def test_nothing_has_happened_later_than_now(demo):
    for table, column in [
        ("check_ins", "recorded_at"),
        ("ledger_entries", "posted_at"),
        ("redemptions", "reserved_at"),
    ]:
        latest = db.session.scalar(sa.text(f"SELECT MAX({column}) FROM {table}"))
        assert str(latest) <= NOW.strftime("%Y-%m-%d %H:%M:%S.999999")


@pytest.mark.parametrize("period", [Period.MONTH, Period.ALL])
def test_equal_points_share_their_ranks_on_the_board_of_the_station(demo, station, period):
    board = boards.get_board(node=station, period=period, day=TODAY, limit=100, now=NOW)
    ranks = Counter(line.rank for line in board.items)

    assert ranks[1] == 2
    assert any(times > 1 for rank, times in ranks.items() if 4 < rank < len(board.items) - 4)


def test_every_entry_gets_its_place_in_the_chain(demo):
    entries = count_rows()["ledger_entries"]

    assert leaderboards.project(now=NOW) == entries
    assert count_rows()["ledger_outbox"] == 0


@pytest.mark.parametrize("first_day", [TODAY.replace(day=1), TODAY - timedelta(days=90)])
def test_equal_points_stand_at_the_top_and_in_the_middle(demo, first_day):
    points = earned_since(first_day)

    assert points[0] == points[1] > points[2]
    middle = points[len(points) // 4 : 3 * len(points) // 4]
    assert any(times > 1 for times in Counter(middle).values())


def test_redemptions_came_to_every_end_and_one_waits(demo):
    ends = db.session.execute(
        sa.text("SELECT status, COUNT(*) AS times FROM redemptions GROUP BY status")
    ).all()

    assert {row.status for row in ends} == {"reserved", "fulfilled", "cancelled", "expired"}
    assert all(row.times > 0 for row in ends)


def test_the_desk_has_something_to_put_right(demo, station):
    corrections = db.session.execute(
        sa.text("SELECT kind, status, amount FROM corrections ORDER BY id")
    ).all()
    slips = db.session.scalar(sa.text("SELECT COUNT(*) FROM record_slips"))

    assert [tuple(each) for each in corrections if each.kind == "adjustment"] == [
        ("adjustment", "applied", 10),
        ("adjustment", "pending", 80),
    ]
    assert [each.status for each in corrections if each.kind == "reversal"] == ["applied"]
    assert appeals.count_open(station.path) == 1
    assert slips == 1


def test_somebody_with_a_phone_has_points_and_a_reward_waiting(demo):
    person = participants.find_by_phone(f"+86{facts.list_people()[0].phone}")

    (waiting,) = redemptions.list_open(person.id)
    assert waiting.reward_name == "牙膏"
    assert waiting.expires_at > NOW


@pytest.mark.parametrize("days_later", [0, 1, 13])
def test_at_every_hour_something_is_open_for_check_in(demo, station, days_later):
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=SHANGHAI)
    midnight += timedelta(days=days_later)
    around = activities.list_occasions(
        node_path=station.path,
        starts_from=midnight - timedelta(days=1),
        starts_before=midnight + timedelta(days=1),
    )

    open_at = {
        hour: [
            occasion.title
            for occasion in around
            if occasion.status is OccasionStatus.SCHEDULED
            and occasion.opens_at <= midnight + timedelta(hours=hour) < occasion.closes_at
        ]
        for hour in range(24)
    }

    assert [hour for hour, titles in open_at.items() if not titles] == []


def test_the_database_knows_that_it_is_the_demo(demo):
    assert service.is_loaded()


def test_a_second_load_is_refused(demo):
    before = count_rows()
    told = sign_ins.find(demo.extensions["settings"].instance_path)

    with pytest.raises(DatabaseInUseError):
        load(demo)

    assert count_rows() == before
    assert sign_ins.find(demo.extensions["settings"].instance_path) == told


@pytest.mark.databases("sqlite", "postgresql")
def test_an_interrupted_load_leaves_nothing(app):
    before = count_rows()

    def interrupt(done, _total):
        if done > 5:
            raise InterruptedLoadError

    with pytest.raises(InterruptedLoadError):
        service.load(size="demo", now=NOW, keep_sign_ins=lambda _made: None, on_progress=interrupt)

    assert count_rows() == before
    assert not service.is_loaded()


def test_the_days_to_come_are_added_once(demo):
    assert service.refresh_demo_occasions(now=NOW) == 0

    later = NOW + timedelta(days=3)
    added = service.refresh_demo_occasions(now=later)

    assert added > 3 * 15
    assert service.refresh_demo_occasions(now=later) == 0


def test_after_a_pause_there_is_something_open_again(demo, station):
    later = NOW + timedelta(days=40)

    service.refresh_demo_occasions(now=later)

    around = activities.list_occasions(
        node_path=station.path,
        starts_from=later - timedelta(days=1),
        starts_before=later + timedelta(hours=1),
    )
    assert any(occasion.opens_at <= later < occasion.closes_at for occasion in around)


def test_a_database_without_the_demo_gets_no_occasions(app):
    assert service.refresh_demo_occasions(now=NOW) == 0
    assert count_rows()["occasions"] == 0


def test_staff_sign_in_with_what_was_kept(demo):
    folder = demo.extensions["settings"].instance_path
    told = sign_ins.find(folder)

    for each in told.staff:
        signed_in = identity.sign_in_staff(
            name=each.name, password=each.password, totp=None, now=NOW
        )
        assert signed_in.staff_id is not None
    assert len({each.password for each in told.staff}) == 6


def test_the_sign_ins_are_for_the_owner_alone(loaded_settings):
    file = loaded_settings.instance_path / sign_ins.FILE_NAME

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_command_refuses_a_database_in_use(demo):
    result = demo.test_cli_runner().invoke(args=["demo", "load"])

    assert result.exit_code == 1
    assert "empty database" in result.output


def test_the_command_tells_how_to_sign_in(demo):
    lines = commands.sign_ins()

    assert any("center_admin" in line and "吴桐" in line for line in lines)
    assert any("138 0000 1234" in line for line in lines)


# That it loads there by the role of the application is tried with the grants.
@pytest.mark.nightly
@pytest.mark.databases("postgresql")
def test_it_loads_into_postgresql_as_well(app):
    load(app)

    assert count_rows()["participants"] == 60
    assert count_inconsistencies() == {}
    assert service.refresh_demo_occasions(now=NOW) == 0
    assert service.refresh_demo_occasions(now=NOW + timedelta(days=1)) > 15
    assert SystemActor().principal == db.session.scalar(
        sa.text("SELECT DISTINCT created_by FROM occasions")
    )
