"""Columns come back as they went in, and a broken constraint is known by its name."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError

from rewards.core.db import Base, constraint_of, db
from rewards.core.ids import new_id

CHINA = timezone(timedelta(hours=8))


def execute(statement, **values):
    return db.session.execute(statement.values(**values))


def node(**values):
    defaults = {
        "id": new_id(),
        "level": "center",
        "name": "中心",
        "parent_id": None,
        "label": new_id().hex[-8:],
        "path": new_id().hex[-9:],
        "address": "",
        "phone": "",
    }
    return defaults | values


def broken_by(statement, **values):
    with pytest.raises(IntegrityError) as broken:
        execute(statement, **values)
    db.session.rollback()
    return constraint_of(broken.value)


@pytest.fixture
def nodes(app):
    return Base.metadata.tables["nodes"]


def test_a_unique_constraint_is_named(nodes):
    execute(sa.insert(nodes), **node(label="aaaaaaaa"))

    broken = broken_by(sa.insert(nodes), **node(name="另一个", label="aaaaaaaa"))

    assert broken == "uq_nodes__label"


def test_a_unique_index_over_some_rows_is_named(nodes):
    execute(sa.insert(nodes), **node())

    assert broken_by(sa.insert(nodes), **node()) == "uq_nodes__root_name"


def test_a_unique_constraint_over_several_columns_is_named(nodes):
    root = node()
    execute(sa.insert(nodes), **root)
    execute(sa.insert(nodes), **node(level="institute", parent_id=root["id"]))

    broken = broken_by(sa.insert(nodes), **node(level="institute", parent_id=root["id"]))

    assert broken == "uq_nodes__parent_id_name"


def test_a_primary_key_is_named(nodes):
    root = node()
    execute(sa.insert(nodes), **root)

    assert broken_by(sa.insert(nodes), **node(name="另一个", id=root["id"])) == "pk_nodes"


def test_a_check_is_named(nodes):
    broken = broken_by(sa.insert(nodes), **node(level="institute"))

    assert broken == "ck_nodes__center_is_root"


def test_a_value_outside_an_enumeration_breaks_its_check(nodes):
    statement = sa.insert(nodes).values(node())
    raw = statement.values(level=sa.literal("galaxy", sa.String()), parent_id=new_id())

    with pytest.raises(IntegrityError) as broken:
        db.session.execute(raw)

    assert constraint_of(broken.value) == "ck_nodes__level"


@pytest.mark.databases("postgresql")
def test_a_foreign_key_is_named_by_postgresql(nodes):
    broken = broken_by(sa.insert(nodes), **node(level="institute", parent_id=new_id()))

    assert broken == "fk_nodes__parent_id"


@pytest.mark.databases("sqlite")
def test_a_foreign_key_is_refused_without_a_name_by_sqlite(nodes):
    assert broken_by(sa.insert(nodes), **node(level="institute", parent_id=new_id())) == ""


@pytest.mark.databases("sqlite")
def test_a_missing_value_breaks_no_named_constraint(nodes):
    assert broken_by(sa.insert(nodes), **node(address=None)) == ""


def test_a_moment_comes_back_aware_and_in_utc(nodes):
    moment = datetime(2026, 11, 21, 14, 40, 0, 123456, tzinfo=CHINA)
    execute(sa.insert(nodes), **node(closed_at=moment))

    seen = db.session.execute(sa.select(nodes.c.closed_at)).scalar_one()

    assert seen == moment
    assert seen.tzinfo is UTC


def test_moments_are_compared_as_moments_whatever_their_zone(nodes):
    execute(sa.insert(nodes), **node(closed_at=datetime(2026, 11, 21, 6, 40, tzinfo=UTC)))
    query = sa.select(sa.func.count()).select_from(nodes)

    at = datetime(2026, 11, 21, 14, 40, tzinfo=CHINA)

    assert db.session.execute(query.where(nodes.c.closed_at == at)).scalar_one() == 1
    assert db.session.execute(query.where(nodes.c.closed_at < at)).scalar_one() == 0


def test_a_naive_moment_is_refused(nodes):
    with pytest.raises(StatementError, match="naive"):
        execute(sa.insert(nodes), **node(closed_at=datetime(2026, 11, 21)))  # noqa: DTZ001


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("setting", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_sqlite_is_set_to_lose_nothing(app, setting, value):
    assert db.session.execute(sa.text(f"PRAGMA {setting}")).scalar_one() == value
