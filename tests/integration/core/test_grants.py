"""On PostgreSQL the application signs in as a role that can do its work and nothing else."""

import os
from dataclasses import replace

import flask_migrate
import psycopg
import pytest
import sqlalchemy as sa
from alembic.util import CommandError
from sqlalchemy.exc import ProgrammingError

from rewards.app import create_app
from rewards.core import grants
from rewards.core.db import Base, db
from rewards.demo import service as demo
from rewards.leaderboards import service as leaderboards
from rewards.web.statuses import refusal_of
from tests.conftest import Client, build_settings
from tests.factories.redemptions import count_inconsistencies
from tests.factories.world import build_occasion
from tests.integration.verification.conftest import attend, live

pytestmark = pytest.mark.databases("postgresql")
INSERT_ONLY = sorted(name for name, may in grants.PRIVILEGES.items() if may == grants.INSERT_ONLY)
PASSWORD = "invented"
REFUSED = "permission denied|must be owner"
ON_EVERY_TABLE = (
    "TRUNCATE {0} CASCADE",
    "DROP TABLE {0} CASCADE",
    "ALTER TABLE {0} ADD COLUMN more integer",
    "ALTER TABLE {0} DISABLE TRIGGER ALL",
)
FORBIDDEN = (
    "CREATE TABLE more (id integer)",
    "CREATE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "SET session_replication_role = replica",
    "DROP FUNCTION refuse_change() CASCADE",
    "SELECT setval('ledger_outbox_id_seq', 1)",
    "UPDATE alembic_version SET version_num = '0001'",
)


@pytest.fixture
def roles(make_database, postgresql_server):
    """Return the URLs of an empty database for its owner and for the application."""
    url = sa.make_url(make_database("postgresql", template=False).url)
    names = [f"rewards_{kind}_{os.getpid()}" for kind in ("owner", "app")]
    with connect(url) as connection:
        for name in names:
            connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
        connection.execute(f'ALTER DATABASE "{url.database}" OWNER TO {names[0]}')
    yield tuple(url.set(username=name, password=PASSWORD) for name in names)
    with connect(url) as connection:
        connection.execute(f"DROP OWNED BY {', '.join(names)} CASCADE")
        connection.execute(f"REASSIGN OWNED BY {names[0]} TO CURRENT_USER")
        connection.execute(f"DROP ROLE {', '.join(names)}")


@pytest.fixture
def app(tmp_path, roles, redis_server):
    """The application as its own role, on a database that the owner migrated."""
    owner, own = (url.render_as_string(hide_password=False) for url in roles)
    settings = build_settings(tmp_path, own, redis_server.url)
    app = create_app(replace(settings, migration_database_url=owner))
    app.test_client_class = Client
    with app.app_context():
        flask_migrate.upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def connect(url):
    return psycopg.connect(
        host=url.query.get("host") or url.host,
        port=url.port,
        user=url.username,
        password=url.password,
        dbname=url.database,
        autocommit=True,
    )


def run(statement):
    with db.engine.connect() as connection:
        connection.execute(sa.text(statement))


def test_it_checks_in_and_out_redeems_seals_projects_and_verifies(app, now):
    live(now)

    leaderboards.project(now=now)
    checked = app.test_cli_runner().invoke(args=["books", "verify", "--full"])

    assert checked.exit_code == 0, checked.output
    assert db.session.scalar(sa.text("SELECT count(*) FROM ledger_outbox")) == 0
    assert db.session.scalar(sa.text("SELECT count(*) FROM ledger_seals")) > 20
    assert db.session.scalar(sa.text("SELECT current_user")).startswith("rewards_app_")


def test_it_loads_the_demo_district(app, monkeypatch):
    # Every kind of act happens in three weeks; how ninety days look is for the tests of the demo.
    monkeypatch.setitem(demo.HISTORY_DAYS, "demo", 21)

    loaded = app.test_cli_runner().invoke(args=["demo", "load"])

    assert loaded.exit_code == 0, loaded.output
    assert db.session.scalar(sa.text("SELECT count(*) FROM participants")) == 60
    assert count_inconsistencies() == {}


def test_it_changes_nothing_written_once_makes_nothing_and_gets_round_nothing(app):
    changes = [
        change
        for table in INSERT_ONLY
        for column in Base.metadata.tables[table].columns.keys()[:1]
        for change in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}")
    ]
    changes += [change.format(table) for table in grants.PRIVILEGES for change in ON_EVERY_TABLE]

    for statement in (*changes, *FORBIDDEN):
        with pytest.raises(ProgrammingError, match=REFUSED):
            run(statement)


def test_it_cannot_migrate_and_is_told_who_can(app):
    app.extensions["settings"] = replace(app.extensions["settings"], migration_database_url=None)
    # There is nothing to do, so nobody is needed.
    flask_migrate.upgrade()

    with pytest.raises(CommandError, match="MIGRATION_DATABASE_URL"):
        # Without what turns the error into a line and an exit code.
        flask_migrate.downgrade.__wrapped__(revision="0001")


def test_without_the_right_to_audit_no_act_of_staff_happens(app, roles, now):
    shop, people, staff = live(now)
    occasion = build_occasion(shop.station, now=now)
    before = count_rows()
    with connect(roles[0]) as connection:
        connection.execute(f"REVOKE INSERT ON audit_records FROM {roles[1].username}")

    with pytest.raises(ProgrammingError) as refused:
        attend(occasion, people, staff, now=now)

    assert refusal_of(refused.value).code == "database-busy"
    assert count_rows() == before


def test_a_right_that_was_given_by_hand_is_taken_back(app, roles):
    with connect(roles[0]) as connection:
        connection.execute(f"GRANT DELETE ON audit_records TO {roles[1].username}")

    given = app.test_cli_runner().invoke(
        args=["database", "grants", "--role", roles[1].username, "--apply"]
    )

    assert given.exit_code == 0, given.output
    with pytest.raises(ProgrammingError, match=REFUSED):
        run("DELETE FROM audit_records")


def count_rows():
    db.session.rollback()
    return {
        name: db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for name, table in Base.metadata.tables.items()
    }
