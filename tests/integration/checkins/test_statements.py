"""The path of a check-in is short: what it costs is its round trips to the database."""

import pytest
from sqlalchemy import event

from rewards.access.types import SystemActor
from rewards.activities.types import OccasionKind
from rewards.checkins import queries, service
from rewards.core.db import db
from rewards.earning import queries as earning
from tests.factories.world import act_as, build_occasion, build_participant, build_station

# On PostgreSQL the entry, its postings, its place in the outbox and the balance
# are one statement; SQLite, which needs no round trip, counts five. One keeps
# the occasion from being cancelled, one asks whether a guardian has to agree.
STATEMENTS_MAX = {"postgresql": 8, "sqlite": 12}
# One of them asks how many minutes the day has already, one whether the account is open.
CHECK_OUT_STATEMENTS = {"postgresql": 14, "sqlite": 22}


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def count_statements(app):
    """Return a function that counts the statements of another; BEGIN is none."""
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    def count(function, *arguments):
        statements.clear()
        function(*arguments)
        return len(statements)

    event.listen(db.engine, "before_cursor_execute", note)
    yield count
    event.remove(db.engine, "before_cursor_execute", note)


def check_in(person, occasion, now):
    code = queries.get_display_code(occasion, now=now).token
    receipt = service.check_in_by_code(actor=act_as(person), code=code, now=now)
    assert receipt.is_new
    assert receipt.points > 0


@pytest.mark.parametrize(("capacity", "more"), [(None, 0), (5, 1)])
def test_a_check_in_takes_few_statements(station, count_statements, database, capacity, more, now):
    person = build_participant(station, now=now)
    check_in(person, build_occasion(station, now=now), now)
    occasion = build_occasion(station, now=now, capacity=capacity)
    # The rules are read once in a while, not for each check-in.
    earning.get_rule_set(now)

    assert count_statements(check_in, person, occasion, now) <= STATEMENTS_MAX[database.kind] + more


@pytest.mark.parametrize(("rule", "more"), [("SVC_TIME", 0), ("SVC_MUSTER", 1)])
def test_a_check_out_takes_one_statement_more_for_each_award_more(
    station, count_statements, database, rule, more, now
):
    person = build_participant(station, now=now)
    kind = OccasionKind.SERVICE_SHIFT
    early = build_occasion(station, kind=kind, rule_code=rule, now=now, starts_in=-200)
    late = build_occasion(station, kind=kind, rule_code=rule, now=now)
    earning.get_rule_set(now)

    def serve(occasion):
        staff = {"actor": SystemActor(), "occasion_id": occasion.id, "participant_id": person.id}
        service.check_in_by_staff(**staff, now=occasion.starts_at)
        taken = count_statements(lambda: service.check_out_by_staff(**staff, now=occasion.ends_at))
        assert service.check_out_by_staff(**staff, now=occasion.ends_at).points > 0
        return taken

    serve(early)
    # One entry of points and one of minutes, each one statement on PostgreSQL.
    least = CHECK_OUT_STATEMENTS[database.kind]
    assert serve(late) <= least + more * (1 if database.kind == "postgresql" else 5)
