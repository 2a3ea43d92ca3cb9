"""The report of what staff entered, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.identity import operations as identity
from rewards.network.types import Level
from rewards.reports import queries
from rewards.reports.types import Pattern
from tests.factories.books import build_draft, post_drafts
from tests.factories.world import build_node, build_participant, build_station

STATEMENTS = 6


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def li(station, now):
    return build_participant(station, name="李强", now=now)


def add_staff(name, now):
    staff = use_case(identity.create_staff)(name=name, password_hash="-", now=now)
    return f"staff:{staff.id.hex}"


def enter(staff, people, node, *, now, amount=10):
    drafts = [
        replace(build_draft(person, node, amount=amount, now=now), actor=staff) for person in people
    ]
    post_drafts(drafts, now=now)


def report(node, now, *, days=1):
    return queries.get_report(
        node_path=node.path, since=now - timedelta(days=days), until=now + timedelta(days=1)
    )


@pytest.mark.usefixtures("noise")
def test_it_says_who_entered_how_much_for_whom(station, li, now):
    staff = add_staff("zhengtao", now)
    he = build_participant(station, name="何静", now=now)
    enter(staff, [li, he], station, now=now)
    enter(staff, [li], station, now=now, amount=7)
    enter("system", [li], station, now=now, amount=73)
    center = build_node(Level.CENTER)
    enter(staff, [li], center, now=now, amount=500)

    found = report(station, now)

    (line,) = found.staff
    assert (line.name, line.entries, line.points, line.beneficiaries) == ("zhengtao", 3, 27, 2)
    assert [(pair.participant_id, pair.points) for pair in found.pairs] == [
        (li.id, 17),
        (he.id, 10),
    ]
    (node,) = found.nodes
    assert (node.node, node.entered, node.proved) == (station, 27, 73)
    assert (found.entered, found.proved, found.is_cut) == (27, 73, False)


def test_the_period_holds_its_start_and_not_its_end(station, li, now):
    staff = add_staff("zhengtao", now)
    for step in range(3):
        enter(staff, [li], station, now=now + timedelta(days=step))

    found = queries.get_report(node_path=station.path, since=now, until=now + timedelta(days=2))

    assert found.entered == 20


def test_what_is_handed_out_is_not_entered(station, li, now):
    staff = add_staff("zhouhang", now)
    enter("system", [li], station, now=now, amount=100)

    enter(staff, [li], station, now=now, amount=-60)

    assert report(station, now).staff == ()


def test_patterns_are_found_in_the_books(station, li, now):
    staff = add_staff("zhengtao", now)
    for _ in range(12):
        enter(staff, [li], station, now=now)

    findings = report(station, now).findings

    assert {each.pattern for each in findings} == {Pattern.BURST, Pattern.REPEATED}


def test_beyond_the_limit_the_sums_still_hold_all(station, li, now, monkeypatch):
    staff = add_staff("zhengtao", now)
    for _ in range(3):
        enter(staff, [li], station, now=now)
    monkeypatch.setattr(queries, "ENTRIES_MAX", 2)

    found = report(station, now)

    assert found.is_cut
    assert found.entered == 30


def test_it_takes_as_many_statements_for_many_as_for_few(station, li, now):
    def count():
        statements = []

        def note(_connection, _cursor, statement, *_rest):
            if statement.startswith(("SELECT", "WITH")):
                statements.append(statement)

        db.session.rollback()
        sa.event.listen(db.engine, "before_cursor_execute", note)
        report(station, now)
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    enter(add_staff("zhengtao", now), [li], station, now=now)
    few = count()
    people = [build_participant(station, name="何静", now=now) for _ in range(30)]
    for number in range(20):
        enter(add_staff(f"staff{number}", now), people, station, now=now)

    assert count() == few <= STATEMENTS


def test_a_principal_that_is_no_staff_member_has_no_name(station, li, now):
    enter(f"staff:{new_id().hex}", [li], station, now=now)

    (line,) = report(station, now).staff

    assert line.name == ""
