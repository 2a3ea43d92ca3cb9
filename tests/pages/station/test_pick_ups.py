"""What waits to be collected, what nobody came for, and what is published of the shelf."""

import csv
import html
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.models import AuditRecordRow
from rewards.access.types import ParticipantActor
from rewards.core import clock
from rewards.core.db import db
from rewards.pages.console import pick_ups
from rewards.redemptions import service
from rewards.stock import queries as stock_queries
from rewards.stock import service as stock
from rewards.stock.types import Desk, Span
from tests.factories.people import SYSTEM, make_participant
from tests.factories.redemptions import credit, reserve_for
from tests.factories.world import act_as

DAY = timedelta(days=1)
PAGE = "/console/pick-ups"


@pytest.fixture
def reserve(station, towel, resident):
    """Return a function that reserves towels for the resident, or for somebody else."""

    def reserve(now, person=resident):
        credit(act_as(person), station, 60, now)
        return reserve_for(person, towel, now)

    return reserve


@pytest.fixture
def missed(reserve, now):
    redemption = reserve(now - 9 * DAY)
    assert service.expire(redemption_id=redemption.id, now=now)
    return redemption


def read(browser, query=""):
    return html.unescape(browser.get(f"{PAGE}{query}").text)


def test_what_waits_is_listed_with_the_person_masked(clerk, reserve, now):
    reserve(now)

    page = read(clerk)

    assert "王*英" in page
    assert "138****1234" in page
    assert "毛巾 1条" in page
    for secret in ("王建英", "13803511234"):
        assert secret not in page


def test_what_nobody_came_for_is_listed_for_the_station_to_call(clerk, missed):
    assert "王*英" not in read(clerk)

    page = read(clerk, "?list=missed")

    assert "王*英" in page
    assert f"/console/residents/{missed.participant_id}" in page
    assert "王建英" not in page


def test_the_first_page_tells_staff_to_call(clerk, missed):
    assert "1份到期没来领" in html.unescape(clerk.get("/console").text)


def test_what_was_missed_long_ago_is_listed_no_more(clerk, reserve, now):
    redemption = reserve(now - 50 * DAY)
    service.expire(redemption_id=redemption.id, now=now - 31 * DAY)

    assert "王*英" not in read(clerk, "?list=missed")


@pytest.mark.parametrize("which", ["waiting", "missed"])
def test_a_long_list_goes_on_page_by_page(clerk, reserve, station, now, which, monkeypatch):
    monkeypatch.setattr(pick_ups, "LINES_SHOWN", 2)
    begun = now - 9 * DAY if which == "missed" else now
    people = [make_participant(station, begun, name="李强") for _ in range(5)]
    for person in people:
        redemption = reserve(begun, person)
        if which == "missed":
            service.expire(redemption_id=redemption.id, now=now)

    seen, address = [], f"{PAGE}?list={which}"
    while address:
        page = html.unescape(clerk.get(address).text)
        seen += [person.number for person in people if str(person.id) in page]
        following = page.partition("&cursor=")[2].partition('"')[0]
        address = f"{PAGE}?list={which}&cursor={following}" if following else ""

    assert sorted(seen) == sorted(person.number for person in people)


def test_the_lists_leave_as_files(clerk, reserve, missed, now):
    reserve(now)

    for which, count in (("waiting", 2), ("missed", 2)):
        answer = clerk.get(f"{PAGE}.csv?list={which}")
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert len(rows) == count
        assert rows[1][0] == "王*英"
    assert clerk.get(f"{PAGE}.xlsx").data.startswith(b"PK")


def test_the_file_tells_who_comes_when(clerk, reserve, space, now):
    all_day = (Span(opens=0, closes=1440),)
    stock.set_week(actor=SYSTEM, space_id=space.id, desk=Desk.SPACE, week=(all_day,) * 7, now=now)
    stock.set_slots(actor=SYSTEM, space_id=space.id, minutes=60, capacity=2, now=now)
    waiting = reserve(now)
    slot = stock_queries.list_slots(space.id, now)[0]
    about = {
        "actor": ParticipantActor(participant_id=waiting.participant_id),
        "redemption_id": waiting.id,
        "now": now,
    }
    service.choose_slot(**about, starts_at=slot.starts_at)
    service.name_proxy(**about, name="李明", phone_tail="1234")

    answer = clerk.get(f"{PAGE}.csv")

    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][-2:] == ["约的时段", "请人代领"]
    assert rows[1][-2:] == [f"{slot.starts_at.astimezone(clock.zone()):%Y-%m-%d %H:%M}", "是"]
    assert "李明" not in answer.text


def test_another_station_sees_none_of_it(stranger, reserve, missed, now):
    reserve(now)

    assert "王*英" not in read(stranger)
    assert "王*英" not in read(stranger, "?list=missed")


@pytest.mark.parametrize("cursor", ["x", "WyIyMDI2LTExLTIyIiwgIngiXQ"])
def test_a_cursor_that_is_none_of_ours_is_refused(clerk, reserve, now, cursor):
    reserve(now)

    assert clerk.get(f"{PAGE}?cursor={cursor}").status_code == 422


def test_what_came_and_went_is_told_without_names(admin, client, station, reserve, now):
    reserve(now)

    for browser, address in (
        (admin, "/console/stock/flow"),
        (client, f"/nodes/{station.id}/flow"),
    ):
        page = html.unescape(browser.get(address).text)
        assert "毛巾" in page
        assert "王" not in page.replace("王府", "")
    answer = admin.get("/console/stock/flow.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[1][2:] == ["毛巾", "条", "0", "5", "0", "0", "0", "5", "0", "0"]


@pytest.mark.parametrize("month", ["", "x", "2099-01", "1999-01"])
def test_a_month_that_makes_no_sense_is_the_running_one(client, station, towel, month):
    page = html.unescape(client.get(f"/nodes/{station.id}/flow?month={month}").text)

    assert "这个月还没完" in page


def test_a_month_before_anything_came_is_empty(client, station, towel):
    assert "这个月架上没有东西" in client.get(f"/nodes/{station.id}/flow?month=2020-01").text


def list_looks():
    return list(
        db.session.scalars(
            sa.select(AuditRecordRow.subject)
            .where(AuditRecordRow.action == "redemption.owner_shown")
            .order_by(AuditRecordRow.id)
        )
    )


def test_whoever_calls_sees_the_number_and_is_written_down(clerk, missed, reserve, now):
    waiting = reserve(now)

    for redemption in (missed, waiting):
        answer = clerk.post(f"{PAGE}/{redemption.id}/owner")
        page = html.unescape(answer.text)
        assert "王建英" in page
        assert 'href="tel:13803511234"' in page
        assert answer.headers["Cache-Control"] == "no-store"

    assert list_looks() == [f"redemption:{each.id.hex}" for each in (missed, waiting)]


def test_nobody_calls_about_what_was_collected_or_is_long_over(
    clerk, stranger, reserve, space, now
):
    collected = reserve(now)
    service.cancel(actor=SYSTEM, redemption_id=collected.id, now=now)
    old = reserve(now - 50 * DAY)
    service.expire(redemption_id=old.id, now=now - 31 * DAY)

    for redemption in (collected, old):
        assert clerk.post(f"{PAGE}/{redemption.id}/owner").status_code == 404
    assert stranger.post(f"{PAGE}/{reserve(now).id}/owner").status_code == 403
    assert clerk.get(f"{PAGE}/{old.id}/owner").status_code == 405
    assert list_looks() == []
