"""What the application's role may do is decided for every table, and printed as SQL."""

from rewards.core import grants
from rewards.core.db import Base
from tests.integration.core import test_insert_only


def test_every_table_has_its_line():
    """A new table goes into rewards/core/grants.py: what do its use cases need?"""
    assert set(grants.PRIVILEGES) == set(Base.metadata.tables)


def test_what_triggers_protect_the_role_may_only_add_to():
    protected = set(test_insert_only.INSERT_ONLY)

    assert all(grants.PRIVILEGES[table] == grants.INSERT_ONLY for table in protected)


def test_nothing_more_than_rows_is_given():
    given = {privilege for may in grants.PRIVILEGES.values() for privilege in may}

    assert {privilege.partition(" ")[0] for privilege in given} == {
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
    }


def test_the_command_prints_statements_that_psql_reads(app):
    result = app.test_cli_runner().invoke(args=["database", "grants", "--role", 'a "b'])

    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert all(line.endswith(";") for line in lines)
    assert 'GRANT SELECT, INSERT ON ledger_entries TO "a ""b";' in lines


def test_sqlite_has_no_roles(app):
    result = app.test_cli_runner().invoke(
        args=["database", "grants", "--role", "rewards", "--apply"]
    )

    assert result.exit_code == 1
    assert "SQLite has no roles" in result.output
