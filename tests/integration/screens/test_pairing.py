from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.access.errors import NotAllowedError
from rewards.access.types import Role
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.secrecy import hash_token
from rewards.network import service as network
from rewards.network.errors import NodeClosedError, NodeNotFoundError
from rewards.network.types import Level
from rewards.screens import queries, rules, service
from rewards.screens.errors import (
    InvalidScreenNameError,
    InvalidSlidesError,
    PairingCodeNotFoundError,
    ScreenNotFoundError,
)
from rewards.screens.types import Layout, Programme, SlidePlan
from tests.factories.people import SYSTEM, make_branch, make_node, make_staff

SLIDES = rules.PROGRAMMES[Programme.ROTATION]


@pytest.fixture
def branch(app, now):
    return make_branch(now)


@pytest.fixture
def station(branch):
    return branch[2]


def pair(station, now, *, actor=SYSTEM, name="大厅", slides=SLIDES, token=""):
    started = service.start_pairing(token=token, now=now)
    screen = service.pair_screen(
        actor=actor,
        code=started.pairing.code,
        node_id=station.id,
        name=name,
        slides=slides,
        now=now,
    )
    return started.token, screen


def find_anew(token):
    queries.forget()
    return queries.find_screen(token)


def test_a_screen_is_known_by_its_token_once_staff_typed_its_code(station, now):
    started = service.start_pairing(token="", now=now)

    assert find_anew(started.token) is None
    screen = service.pair_screen(
        actor=SYSTEM,
        code=f" {started.pairing.code[:3]} {started.pairing.code[3:]}",
        node_id=station.id,
        name="大厅",
        slides=SLIDES,
        now=now,
    )

    assert find_anew(started.token) == screen
    assert (screen.node_id, screen.node_path) == (station.id, station.path)
    assert screen.slides == SLIDES
    assert queries.find_pairing(started.token, now=now) is None


def test_the_token_is_long_and_only_its_digest_is_stored(station, now):
    token, _screen = pair(station, now)

    stored = [str(row) for row in db.session.execute(sa.text("SELECT * FROM screens"))]

    assert len(token) >= 43
    assert token not in "".join(stored)
    assert hash_token(token) in "".join(stored)


def test_a_waiting_screen_keeps_its_code_until_it_expires(app, now):
    first = service.start_pairing(token="", now=now)
    again = service.start_pairing(token=first.token, now=now + timedelta(minutes=9))
    later = service.start_pairing(token=first.token, now=now + timedelta(minutes=10))

    assert again == first
    assert len(first.pairing.code) == 6
    assert later.token != first.token


def test_nobody_chooses_the_token_of_a_screen(app, now):
    started = service.start_pairing(token="known-to-somebody", now=now)

    assert started.token != "known-to-somebody"
    assert queries.find_pairing("known-to-somebody", now=now) is None


@pytest.mark.parametrize("minutes", [10, 11])
def test_a_code_is_good_for_ten_minutes(station, now, minutes):
    code = service.start_pairing(token="", now=now).pairing.code

    with pytest.raises(PairingCodeNotFoundError):
        service.pair_screen(
            actor=SYSTEM,
            code=code,
            node_id=station.id,
            name="大厅",
            slides=SLIDES,
            now=now + timedelta(minutes=minutes),
        )


def test_a_code_pairs_one_screen_once(station, now, race):
    code = service.start_pairing(token="", now=now).pairing.code
    actors = [
        make_staff(f"zhao{number}", now, (Role.STATION_ADMIN, station)) for number in range(4)
    ]

    answers = race(
        4,
        lambda number: service.pair_screen(
            actor=actors[number],
            code=code,
            node_id=station.id,
            name="大厅",
            slides=SLIDES,
            now=now,
        ),
    )

    refused = [each for each in answers if isinstance(each, PairingCodeNotFoundError)]
    assert len(refused) == 3
    assert len(queries.list_screens(station.path)) == 1


def test_a_code_that_one_person_sends_twice_is_answered_twice(station, now, race):
    code = service.start_pairing(token="", now=now).pairing.code

    answers = race(
        3,
        lambda _number: service.pair_screen(
            actor=SYSTEM, code=code, node_id=station.id, name="大厅", slides=SLIDES, now=now
        ),
    )

    assert {each.id for each in answers} == {queries.list_screens(station.path)[0].id}
    service.revoke_screen(actor=SYSTEM, screen_id=answers[0].id, now=now)
    with pytest.raises(PairingCodeNotFoundError):
        service.pair_screen(
            actor=SYSTEM, code=code, node_id=station.id, name="大厅", slides=SLIDES, now=now
        )


def test_a_flood_of_waiting_screens_makes_room_for_the_others(app, now, monkeypatch):
    monkeypatch.setattr(rules, "PAIRINGS_MAX", 4)
    alone = service.start_pairing(token="", visitor="192.0.2.1", now=now)
    flood = [
        service.start_pairing(token="", visitor="192.0.2.2", now=now + timedelta(seconds=second))
        for second in range(1, 9)
    ]
    other = service.start_pairing(token="", visitor="192.0.2.3", now=now + timedelta(seconds=9))

    waiting = [
        queries.find_pairing(each.token, now=now + timedelta(seconds=9)) is not None
        for each in (alone, other, *flood)
    ]
    assert waiting == [True, True, *[False] * 6, True, True]
    stored = str(db.session.execute(sa.text("SELECT * FROM screen_pairings")).all())
    assert "192.0.2" not in stored


@pytest.mark.parametrize("role", [Role.CLERK, Role.HOST, Role.TEAM_LEADER, Role.AUDITOR])
def test_who_may_not_manage_screens_pairs_none(station, now, role):
    actor = make_staff("hejing", now, (role, station))

    with pytest.raises(NotAllowedError):
        pair(station, now, actor=actor)


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.CENTER_ADMIN, 0), (Role.INSTITUTE_ADMIN, 1), (Role.STATION_ADMIN, 2)],
)
def test_administrators_pair_in_their_branch_alone(branch, now, role, place):
    actor = make_staff("zhengtao", now, (role, branch[place]))
    elsewhere = make_branch(now, "别的区")[2]

    assert pair(branch[2], now, actor=actor)
    with pytest.raises(NotAllowedError):
        pair(elsewhere, now, actor=actor)


def test_a_screen_needs_a_node_that_is_open_and_a_name(branch, now):
    with pytest.raises(NodeNotFoundError):
        service.pair_screen(
            actor=SYSTEM, code="1", node_id=new_id(), name="大厅", slides=SLIDES, now=now
        )
    with pytest.raises(InvalidScreenNameError):
        pair(branch[2], now, name=" ")


def test_a_disconnected_screen_is_nobody_at_once(station, now):
    token, screen = pair(station, now)

    service.revoke_screen(actor=SYSTEM, screen_id=screen.id, now=now)

    assert find_anew(token) is None
    assert queries.list_versions([screen.id]) == {}
    assert queries.list_screens("") == ()
    with pytest.raises(ScreenNotFoundError):
        service.revoke_screen(actor=SYSTEM, screen_id=screen.id, now=now)
    with pytest.raises(ScreenNotFoundError):
        queries.get_screen(screen.id)


def test_what_a_process_remembers_is_at_most_two_seconds_old(station, now, monkeypatch):
    token, screen = pair(station, now)
    moments = [100.0]
    monkeypatch.setattr("rewards.screens.queries.time.monotonic", lambda: moments[0])
    assert find_anew(token) == screen
    service.revoke_screen(actor=SYSTEM, screen_id=screen.id, now=now)

    assert queries.find_screen(token) == screen
    moments[0] += queries.KEPT_SECONDS
    assert queries.KEPT_SECONDS <= 2
    assert queries.find_screen(token) is None


def test_who_may_not_manage_screens_disconnects_and_changes_none(station, now):
    _token, screen = pair(station, now)
    actor = make_staff("hejing", now, (Role.STATION_ADMIN, make_branch(now, "别的区")[2]))

    with pytest.raises(NotAllowedError):
        service.revoke_screen(actor=actor, screen_id=screen.id, now=now)
    with pytest.raises(NotAllowedError):
        service.set_slides(actor=actor, screen_id=screen.id, slides=SLIDES, now=now)
    with pytest.raises(NotAllowedError):
        service.change_screen(
            actor=actor, screen_id=screen.id, name="x", node_id=screen.node_id, now=now
        )


def test_a_screen_is_moved_only_to_where_one_may_manage_it(branch, now):
    _token, screen = pair(branch[2], now)
    actor = make_staff("zhengtao", now, (Role.STATION_ADMIN, branch[2]))

    with pytest.raises(NotAllowedError):
        service.change_screen(
            actor=actor, screen_id=screen.id, name="大厅", node_id=branch[1].id, now=now
        )


def test_each_change_is_a_new_version_and_is_written_down(branch, now):
    _token, screen = pair(branch[2], now)

    service.set_slides(actor=SYSTEM, screen_id=screen.id, slides=SLIDES[:1], now=now)
    moved = service.change_screen(
        actor=SYSTEM, screen_id=screen.id, name="门厅", node_id=branch[1].id, now=now
    )
    service.revoke_screen(actor=SYSTEM, screen_id=screen.id, now=now)

    assert (moved.name, moved.node_path, moved.version) == ("门厅", branch[1].path, 3)
    actions = db.session.scalars(
        sa.text("SELECT action FROM audit_records WHERE subject LIKE 'screen:%' ORDER BY id")
    ).all()
    assert actions == ["screen.paired", "screen.slides_set", "screen.changed", "screen.revoked"]


def test_a_moved_screen_shows_nothing_of_where_it_was(branch, now):
    institute, station = branch[1:]
    elsewhere = make_branch(now, "别的区")[2]
    slides = [
        SlidePlan(layout=Layout.LEADERBOARD, seconds=20, node_id=institute.id),
        SlidePlan(layout=Layout.STATION, seconds=20, node_id=station.id),
    ]
    _token, screen = pair(station, now, slides=slides)

    moved = service.change_screen(
        actor=SYSTEM, screen_id=screen.id, name="大厅", node_id=elsewhere.id, now=now
    )

    assert [slide.node_id for slide in moved.slides] == [None, None]


def test_a_screen_is_filled_only_with_what_is_its_nodes(branch, now):
    elsewhere = make_branch(now, "别的区")[2]

    for node in (elsewhere, branch[1]):
        slides = [SlidePlan(layout=Layout.STATION, seconds=20, node_id=node.id)]
        with pytest.raises(InvalidSlidesError):
            pair(branch[2], now, slides=slides)


def test_a_closed_node_gets_no_screen(branch, now):
    closed = make_node(Level.POINT, "点", branch[2], now)
    network.close_node(actor=SYSTEM, node_id=closed.id, now=now)

    with pytest.raises(NodeClosedError):
        pair(closed, now)


def test_that_a_screen_is_there_is_written_down_once_a_minute(station, now):
    _token, screen = pair(station, now)

    for seconds in (0, 30, 59):
        service.note_seen([screen.id], now=now + timedelta(seconds=seconds))
        assert queries.get_screen(screen.id).seen_at == now
    service.note_seen([screen.id], now=now + timedelta(seconds=60))

    assert queries.get_screen(screen.id).seen_at == now + timedelta(seconds=60)
    assert queries.get_screen(screen.id).version == 1


def test_the_screens_of_a_branch_are_listed_without_others(branch, now, noise):
    _token, screen = pair(branch[2], now)
    pair(make_branch(now, "别的区")[2], now)

    assert queries.list_screens(branch[0].path) == (screen,)
    assert queries.list_versions([screen.id]) == {screen.id: 1}
