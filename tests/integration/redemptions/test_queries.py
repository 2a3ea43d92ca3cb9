from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event

from rewards.core.db import db
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import encode_cursor
from rewards.redemptions import queries, service
from rewards.redemptions.errors import RedemptionNotFoundError
from rewards.redemptions.types import RedemptionStatus
from tests.factories.redemptions import add_participant, add_shop, reserve


@pytest.fixture
def person(shop, now):
    return add_participant(shop.station, now, points=600)


def test_a_redemption_names_what_it_is_about(shop, person, now):
    redemption = reserve(shop, person, now)

    assert queries.get_redemption(redemption.id) == redemption
    assert redemption.masked_name == "王*英"
    assert redemption.reward_name == "牙膏"
    assert redemption.unit == "支"
    assert redemption.space_node_path == shop.station.path


def test_what_does_not_exist_is_not_found(shop):
    with pytest.raises(RedemptionNotFoundError):
        queries.get_redemption(uuid4())
    assert queries.find_by_code("48213907") is None
    assert queries.find_by_code("not a code") is None


def test_the_desk_finds_a_redemption_by_its_code_whatever_became_of_it(shop, person, now):
    redemption = reserve(shop, person, now)
    typed = f"{redemption.code[:4]}-{redemption.code[4:]}"

    assert queries.find_by_code(typed) == redemption

    service.cancel(actor=person, redemption_id=redemption.id, now=now)

    assert queries.find_by_code(typed).status is RedemptionStatus.CANCELLED


def test_open_ones_are_listed_the_first_to_expire_first(shop, person, now):
    other = add_participant(shop.station, now, points=60)
    later = reserve(shop, person, now + timedelta(days=2))
    first = reserve(shop, person, now)
    someone_elses = reserve(shop, other, now + timedelta(days=1))
    cancelled = reserve(shop, person, now)
    service.cancel(actor=person, redemption_id=cancelled.id, now=now)

    mine = queries.list_open(person.participant_id)
    due = queries.list_due(shop.space.id)

    assert [each.id for each in mine] == [first.id, later.id]
    assert [each.id for each in due] == [first.id, someone_elses.id, later.id]
    assert queries.list_due(add_shop(now).space.id) == ()


def test_pages_hold_each_once_the_newest_first(shop, person, now):
    made = [reserve(shop, person, now).id for _time in range(5)]
    reserve(shop, add_participant(shop.station, now, points=60), now)

    found = []
    cursor = None
    while True:
        page = queries.page_redemptions(
            participant_id=person.participant_id, cursor=cursor, limit=2
        )
        found += [each.id for each in page.items]
        cursor = page.next
        if cursor is None:
            break

    assert sorted(found) == sorted(made)
    assert found == sorted(made, reverse=True)


def test_pages_are_chosen_by_space_and_status(shop, person, now):
    open_one = reserve(shop, person, now)
    cancelled = reserve(shop, person, now)
    service.cancel(actor=person, redemption_id=cancelled.id, now=now)
    other = add_shop(now)
    reserve(other, add_participant(other.station, now, points=600), now)

    page = queries.page_redemptions(space_id=shop.space.id, status=RedemptionStatus.RESERVED)

    assert [each.id for each in page.items] == [open_one.id]
    assert page.next is None


@pytest.mark.parametrize("cursor", ["x", "%%%", encode_cursor([1]), encode_cursor(["x"])])
def test_a_foreign_cursor_is_refused(shop, cursor):
    with pytest.raises(InvalidCursorError):
        queries.page_redemptions(cursor=cursor)


def test_a_list_costs_the_same_however_long_it_is(shop, person, now):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            statements.append(statement)

    def count(limit):
        statements.clear()
        queries.page_redemptions(participant_id=person.participant_id, limit=limit)
        return len(statements)

    for _time in range(4):
        reserve(shop, person, now)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert count(1) == count(4) == 3
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
