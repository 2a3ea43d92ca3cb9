"""GET …/statement as JSON, PDF and CSV."""

import csv
import io
from datetime import timedelta

import pytest

from rewards.participants import queries as participants
from tests.factories.statements import add_minutes, add_points, close

HOUR = timedelta(hours=1)
WHOLE = {"from": "2026-01-01", "to": "2026-12-31"}


@pytest.fixture
def wang(world, now):
    """Somebody with points and minutes, one title of which is a formula."""
    add_points(world.wang, world.station, 20, at=now - HOUR, title="=1+1", actor="staff:ab")
    add_points(world.wang, world.station, -5, at=now, details={"reward": "牙膏", "quantity": 1})
    add_minutes(world.wang, world.station, 90, day=now.date(), now=now)
    return world.wang


def test_your_statement_has_the_sums_and_the_lines(api, world, wang):
    body = api.get("/me/statement", world.person, query_string=WHOLE).json

    assert (body["from"], body["to"]) == ("2026-01-01", "2026-12-31")
    assert (body["opening"], body["closing"]) == (0, 15)
    assert [(line["amount"], line["balance"]) for line in body["lines"]] == [(20, 20), (-5, 15)]
    assert [line["origin"] for line in body["lines"]] == ["entered", None]
    assert body["totals"] == [
        {"reason": "attendance", "amount": 20},
        {"reason": "redemption", "amount": -5},
    ]
    assert body["service_minutes"] == {"confirmed": 90, "backfilled": 0, "services": 1}
    assert body["expiring"] == [{"valid_until": "2027-12-31", "points": 15}]


def test_without_days_it_is_this_month_up_to_today(api, world, wang):
    body = api.get("/me/statement", world.person).json

    assert (body["from"], body["to"]) == ("2026-11-01", "2026-11-21")


def test_staff_of_the_home_see_it_and_staff_of_another_center_do_not(api, world, wang, refused):
    path = f"/participants/{wang.id}/statement"

    assert api.get(path, world.clerk, query_string=WHOLE).json["closing"] == 15
    refused(api.get(path, world.far_admin), 404, "participant-not-found")
    refused(api.get(path, world.person_far), 404, "participant-not-found")


@pytest.mark.parametrize("kind", ["pdf", "csv"])
def test_files_come_under_a_name_to_keep(api, world, wang, kind):
    own = api.get(f"/me/statement.{kind}", world.person, query_string=WHOLE)
    printed = api.get(f"/participants/{wang.id}/statement.{kind}", world.clerk, query_string=WHOLE)

    for answer in (own, printed):
        assert answer.status_code == 200
        name = f'attachment; filename="statement-20260101-20261231.{kind}"'
        assert answer.headers["Content-Disposition"] == name
        assert answer.headers["Cache-Control"] == "no-store"
    assert own.data.startswith(b"%PDF-" if kind == "pdf" else b"\xef\xbb\xbf")


def test_a_spreadsheet_has_numbers_and_no_formula(api, world, wang):
    content = api.get("/me/statement.csv", world.person, query_string=WHOLE).data

    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert {len(row) for row in rows} == {len(head)}
    assert "'=1+1" in {cell for row in rows for cell in row}
    numbers = [row[-3:-1] for row in rows]
    assert numbers == [
        ["", "0"],
        ["20", "20"],
        ["-5", "15"],
        ["", "15"],
        ["90", ""],
        ["90", ""],
        ["0", ""],
    ]


def test_a_closed_account_has_no_statement_and_nothing_of_it_leaks(api, world, wang, now, refused):
    number = participants.get_participant(wang.id).number
    close(wang, now)

    for ending in ("", ".pdf", ".csv"):
        path = f"/participants/{wang.id}/statement{ending}"
        problem = refused(api.get(path, world.admin), 410, "participant-closed")
        assert number not in str(problem)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"from": "2026-11-30", "to": "2026-11-01"}, "period-order"),
        ({"from": "2015-01-01", "to": "2026-11-01"}, "period-too-long"),
        ({"from": "2026-02-30"}, "invalid-request"),
        ({"from": "20261101"}, "invalid-request"),
        ({"to": "1999-12-31"}, "invalid-request"),
        ({"surprise": "1"}, "invalid-request"),
    ],
)
def test_a_period_that_is_none_is_refused(api, world, wang, refused, query, code):
    for ending in ("", ".pdf", ".csv"):
        refused(api.get(f"/me/statement{ending}", world.person, query_string=query), 422, code)
