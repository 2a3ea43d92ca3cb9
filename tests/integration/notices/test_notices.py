"""What participants are told, once, and until they have read it."""

from datetime import timedelta

import pytest
import time_machine

from rewards.core.errors import InvalidCursorError
from rewards.core.unit import use_case
from rewards.notices import operations, queries, service
from rewards.notices.types import NoticeKind
from tests.factories.redemptions import close_account
from tests.factories.world import act_as, build_participant, build_station

notify = use_case(operations.notify)


@pytest.fixture(autouse=True)
def clock(now):
    """Stopped: ids made in one millisecond have no order."""
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def person(station, now):
    return act_as(build_participant(station, now=now))


def tell(person, now, *, points=5, key=""):
    notify(
        participant_id=person.participant_id,
        kind=NoticeKind.POINTS_ADJUSTED,
        details={"points": points, "balance": points},
        key=key,
        now=now,
    )


def told(person, **page):
    return queries.page_notices(participant_id=person.participant_id, **page)


def points_of(page):
    return [notice.details["points"] for notice in page.items]


def test_what_was_told_is_unread_until_it_is_marked(person, now):
    tell(person, now)

    [notice] = told(person).items
    assert (notice.kind, notice.details) == (
        NoticeKind.POINTS_ADJUSTED,
        {"points": 5, "balance": 5},
    )
    assert (notice.created_at, notice.read_at) == (now, None)
    assert queries.count_unread(person.participant_id) == 1

    later = now + timedelta(minutes=1)
    assert service.mark_read(actor=person, now=later) == 0
    assert told(person).items[0].read_at == later


def test_the_same_key_tells_once_and_no_key_tells_each_time(person, now):
    for _time in range(2):
        tell(person, now, key="expiring 2027-12-31 60")
        tell(person, now)

    assert queries.count_unread(person.participant_id) == 3


def test_a_key_of_one_person_does_not_silence_another(person, station, now):
    other = act_as(build_participant(station, now=now))

    tell(person, now, key="same")
    tell(other, now, key="same")

    assert queries.count_unread(other.participant_id) == 1


def test_whoever_closed_their_account_is_told_nothing(person, now):
    close_account(person, now)

    tell(person, now)

    assert told(person).items == ()


def tell_all(person, now, clock, points):
    for each in points:
        tell(person, now, points=each)
        clock.shift(1)


def test_what_came_after_the_page_was_shown_stays_unread(person, station, now, clock):
    other = act_as(build_participant(station, now=now))
    tell_all(person, now, clock, (1, 2, 3))
    tell(other, now)
    second = told(person).items[1]

    left = service.mark_read(actor=person, through=second.id, now=now)

    assert left == 1
    assert points_of(told(person)) == [3, 2, 1]
    assert queries.count_unread(other.participant_id) == 1


def test_marking_again_keeps_the_first_moment(person, now):
    tell(person, now)
    service.mark_read(actor=person, now=now)

    service.mark_read(actor=person, now=now + timedelta(days=1))

    assert told(person).items[0].read_at == now


def test_pages_go_through_the_unread_and_then_the_read(person, now, clock):
    tell_all(person, now, clock, range(1, 6))
    service.mark_read(actor=person, through=told(person).items[2].id, now=now)

    seen, cursor = [], None
    while True:
        page = told(person, cursor=cursor, limit=2)
        seen += points_of(page)
        cursor = page.next
        if cursor is None:
            break

    assert seen == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("cursor", ["x", "WzEsMl0", "WzUsIjAxOTAwMDAwMDAwMDcwMDA4MDAwMDAwMCJd"])
def test_a_cursor_of_another_list_is_refused(person, cursor):
    with pytest.raises(InvalidCursorError):
        told(person, cursor=cursor)
