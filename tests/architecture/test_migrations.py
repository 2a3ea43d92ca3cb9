"""Migrations are numbered, run up and down on both databases, and say what the models say."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from rewards.app import MIGRATIONS, create_app
from rewards.core.db import Base, db
from rewards.ledger import queries as ledger
from rewards.network import queries as network
from rewards.stock import queries as stock
from rewards.stock.types import RewardKind
from tests.conftest import BOTH, build_settings
from tests.factories.books import post
from tests.factories.redemptions import add_giving, add_shop, limit
from tests.factories.world import build_participant, build_station

FILES = sorted(Path(MIGRATIONS, "versions").glob("*.py"))


@pytest.fixture
def app_on(tmp_path, make_database):
    """Return a function that makes an application on a new database of a kind."""
    apps = []

    def build(kind, *, template):
        database = make_database(kind, template=template)
        app = create_app(build_settings(tmp_path, database.url))
        apps.append(app)
        return app

    yield build
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def describe():
    """Return what the database at hand is made of, but for the order of things."""
    inspector = sa.inspect(db.engine)
    return {
        table: {
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"])
                for column in inspector.get_columns(table)
            ),
            "primary_key": inspector.get_pk_constraint(table),
            "foreign_keys": _by_name(inspector.get_foreign_keys(table)),
            "unique": _by_name(inspector.get_unique_constraints(table)),
            "checks": _by_name(inspector.get_check_constraints(table)),
            "indexes": _by_name(inspector.get_indexes(table)),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def _by_name(things):
    return sorted((_plain(thing) for thing in things), key=str)


def _plain(thing):
    # The WHERE of a partial index comes as a clause, which equals only itself.
    return {
        key: _plain(value) if isinstance(value, dict) else str(value)
        for key, value in thing.items()
    }


def test_files_are_numbered_without_a_gap():
    numbers = [int(re.match(r"(\d{4})_[a-z0-9_]+$", file.stem)[1]) for file in FILES]

    assert numbers == list(range(1, len(FILES) + 1))


def test_each_migration_follows_the_one_before():
    script = ScriptDirectory(MIGRATIONS)

    revisions = [revision.revision for revision in script.walk_revisions()]

    assert script.get_heads() == [f"{len(FILES):04}"]
    assert revisions == [f"{number:04}" for number in range(len(FILES), 0, -1)]


@pytest.mark.parametrize("kind", BOTH)
def test_models_and_migrations_say_the_same(app_on, kind):
    with app_on(kind, template=True).app_context():
        flask_migrate.check()
        migrated = describe()
    with app_on(kind, template=False).app_context():
        Base.metadata.create_all(db.engine)
        modelled = describe()

    assert sorted(migrated) == sorted(modelled)
    for table, parts in modelled.items():
        assert migrated[table] == parts, table


@pytest.mark.parametrize("kind", BOTH)
def test_migrations_go_up_and_down_and_up_again(app_on, kind):
    with app_on(kind, template=False).app_context():
        flask_migrate.upgrade()
        first = describe()
        flask_migrate.downgrade(revision="base")
        assert describe() == {}
        flask_migrate.upgrade()

        assert describe() == first


@pytest.mark.parametrize("kind", BOTH)
def test_points_from_before_there_were_lots_get_lots(app_on, kind):
    now = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
    app = app_on(kind, template=True)
    with app.app_context():
        station = build_station()
        person, spender = (build_participant(station, now=now, name=name) for name in "甲乙")
        for day, amount in (
            (date(2025, 5, 6), 30),
            (date(2026, 5, 6), 20),
            (date(2026, 6, 6), -35),
        ):
            post(person, station, amount=amount, day=day, now=now)
        post(spender, station, amount=10, now=now)
        post(spender, station, amount=-10, now=now)
        db.session.remove()
        before = read_lots()
        flask_migrate.downgrade(revision="0014")
        flask_migrate.upgrade()

        assert read_lots() == before == [(date(2027, 12, 31), 15)]


def read_lots():
    lots = db.session.execute(
        sa.text("SELECT valid_until, remaining FROM ledger_lots WHERE remaining > 0").columns(
            valid_until=sa.Date
        )
    ).all()
    db.session.remove()
    return [tuple(lot) for lot in lots]


@pytest.mark.parametrize("kind", BOTH)
def test_what_was_turned_into_giving_gets_its_shelf_back(app_on, kind):
    now = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
    app = app_on(kind, template=True)
    with app.app_context():
        shop = add_shop(now, on_hand=6)
        giving = add_giving(shop.space, now)
        db.session.remove()
        flask_migrate.downgrade(revision="0066")
        limit(shop.reward, kind=RewardKind.GIVING)
        db.session.remove()

        flask_migrate.upgrade()

        found = stock.list_rewards(shop.space.id, listed_only=False)
        assert {(each.id, each.kind, each.is_listed, each.on_hand) for each in found} == {
            (shop.reward.id, RewardKind.GOODS, False, 6),
            (giving.id, RewardKind.GIVING, True, 0),
        }
        db.session.remove()


@pytest.mark.parametrize("kind", BOTH)
def test_what_a_center_decided_before_holds_as_if_it_always_had(app_on, kind):
    app = app_on(kind, template=True)
    with app.app_context():
        center = network.list_ancestors(build_station().path)[0]
        db.session.remove()
        flask_migrate.downgrade(revision="0032")
        db.session.execute(
            sa.text("INSERT INTO closing_policies VALUES (:node, 7, 'original')"),
            {"node": center.id.hex if kind == "sqlite" else center.id},
        )
        db.session.commit()
        db.session.remove()

        flask_migrate.upgrade()

        (decided,) = ledger.list_closing_policies(center.label)
        assert (decided.policy.settle_days, decided.set_at.year) == (7, 1970)
