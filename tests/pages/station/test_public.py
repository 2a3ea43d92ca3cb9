"""What anybody may read holds no name in full, no phone, no number, and nobody who did not agree.

Every page and answer that is not for one person or for staff is asked for and
searched, and so is what screens are sent.
"""

import json
import re
from dataclasses import fields

import pytest

from rewards.api.schemas import leaderboards as schemas
from rewards.checkins import service as checkins
from rewards.identity import service as identity
from rewards.leaderboards import queries as boards
from rewards.leaderboards import service as projection
from rewards.ledger.types import Asset, BoardKind
from rewards.network import queries as network
from rewards.pages.phone.standings import Row
from rewards.pages.screen import leaderboard, pages, shown
from rewards.pages.screen.kept import Kept
from rewards.participants.types import BoardDisplay
from rewards.web import public
from tests.factories import books, watching
from tests.factories.people import SYSTEM, make_participant
from tests.factories.screens import pair_screen
from tests.factories.world import build_occasion

YEAR = 2026
# Name, phone, year of birth, how they agreed to be shown, nickname, and what may be read of them.
PEOPLE = (
    ("王建英", "13803511234", 1956, "masked", "", "王*英"),
    ("刘洋", "13803511111", 1970, "hidden", "", None),
    ("孙立民", "13803516666", 1971, "hidden", "从前的昵称", None),
    ("欧阳雪英", "13803512222", 1960, "nickname", "朝阳大姐", "朝阳大姐"),
    ("陈一一", "13803513333", YEAR - 12, "nickname", "一颗小星", "小志愿者"),
    ("冯小小", "13803517777", YEAR - 13, "hidden", "", None),
    ("阿依古丽·买买提", "13803518888", 1990, "masked", "", "阿*"),
    ("Anna Li", "13803519999", 1985, "masked", "", "A***"),
    ("赵铁柱", "13803514444", 1950, "masked", "", "赵*柱"),
    ("赵金柱", "13803515555", 1951, "masked", "", "赵*柱"),
    ("周去远", "13803510000", 1966, "masked", "", None),
)
GONE = "周去远"
# Of one person alone, or for staff: what they read is theirs to read.
OWN = re.compile(r"^/(console|api/v1/(me|participants|attendance|adjustments|appeals|back-fills))")
UUID_SHAPE = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Nothing that was made for one test is shown in the next."""
    monkeypatch.setattr(pages, "_kept", Kept(seconds=0))
    boards.forget()
    yield
    watching.wait_for_threads()


@pytest.fixture
def crowd(station, now):
    """People of every choice on every board, at an occasion of today."""
    people = []
    occasion = build_occasion(station, now=now)
    for place, (name, phone, year, display, nickname, _shown) in enumerate(PEOPLE):
        number = f"731904{place + 11}"
        details = {"name": name, "phone": phone, "birth_year": year, "number": number}
        person = make_participant(station, now, **details)
        identity.set_board_display(
            actor=SYSTEM,
            participant_id=person.id,
            display=BoardDisplay(display),
            nickname=nickname,
            now=now,
        )
        for board in (BoardKind.STUDY, BoardKind.SERVICE):
            books.post(person, station, amount=500 - place, board=board, now=now)
        minutes = {"asset": Asset.SERVICE_MINUTES, "board": BoardKind.SERVICE}
        books.post(person, station, amount=90 + place, now=now, **minutes)
        if person.is_minor:
            identity.give_guardian_consent(
                actor=SYSTEM, participant_id=person.id, guardian_name="陈海", now=now
            )
        checkins.check_in_by_staff(
            actor=SYSTEM, occasion_id=occasion.id, participant_id=person.id, now=now
        )
        people.append(person)
        if name == GONE:
            identity.close_participant(actor=SYSTEM, participant_id=person.id, now=now)
    return people


@pytest.fixture
def neighbour(app, no_csrf, station, now, crowd):
    """The phone and the token of somebody else of the same station."""
    me = make_participant(station, now, name="何静", phone="13900000001")
    books.post(me, station, amount=497, board=BoardKind.STUDY, now=now)
    browser = app.test_client()
    sent = identity.send_code(phone="13900000001", now=now)
    browser.post("/sign-in", data={"phone": "13900000001", "code": sent.code})
    browser.token = identity.issue_token(actor=SYSTEM, participant_id=me.id, label="test", now=now)
    return browser


def list_addresses(app):
    """Return every address without a part that varies, but for those of one person or of staff."""
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods
        and not rule.arguments
        and not rule.rule.startswith("/streams")
        and not OWN.match(rule.rule)
    )


def list_boards(station):
    for node in network.list_ancestors(station.path):
        for subject in ("participant", "team", "node"):
            for kind in ("all", "study", "service", "minutes"):
                yield f"/board?node={node.label}&subject={subject}&kind={kind}"
        for period in ("day", "week", "year", "all"):
            yield f"/board?node={node.label}&period={period}"


def list_calls(station):
    for node in network.list_ancestors(station.path):
        for query in (
            "",
            "&kind=study&period=week",
            "&asset=service_minutes",
            "&around=me",
            "&limit=1",
            "&subject=team",
            "&subject=node",
        ):
            yield f"/api/v1/leaderboards?node_id={node.id}{query}"


def read_all(app, station, neighbour, now):
    """Return what each public face answers, by its address."""
    answers = {}
    stranger, screen = app.test_client(), pair_screen(app, station, now)
    for address in [*list_addresses(app), *list_boards(station)]:
        answers[f"stranger {address}"] = stranger.get(address)
        answers[f"neighbour {address}"] = neighbour.get(address)
    bearer = {"Authorization": f"Bearer {neighbour.token}"}
    for address in [*list_addresses(app), *list_calls(station)]:
        if address.startswith("/api/"):
            answers[f"program {address}"] = stranger.get(address, headers=bearer)
    page = answers[f"program {next(list_calls(station))}&limit=1"]
    cursor = page.json["next"]
    answers["program cursor"] = stranger.get(
        f"/api/v1/leaderboards?node_id={network.list_ancestors(station.path)[0].id}&cursor={cursor}",
        headers=bearer,
    )
    for address in ("/screen", "/screen/data.json"):
        answers[f"screen {address}"] = screen.get(address)
    for kind in ("all", "study", "service"):
        for address in (
            f"/screen/board/{station.label}?kind={kind}",
            f"/screen/board/{station.label}.json?kind={kind}",
        ):
            answers[f"screen {address}"] = screen.get(address)
    texts = {address: answer.data.decode(errors="ignore") for address, answer in answers.items()}
    for path in ("/streams/screen", f"/streams/boards/{station.label}"):
        texts[f"screen {path}"] = json.dumps(watching.read_slide(screen, path), ensure_ascii=False)
    return {address: unescape(text) for address, text in texts.items()}


def unescape(text):
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)


def list_told(text, people):
    """Return what *text* tells of *people* that nobody may read."""
    told = []
    for (name, phone, _year, _display, nickname, shown_as), person in zip(
        PEOPLE, people, strict=True
    ):
        secrets = [name, phone, phone[-8:], person.number, str(person.id), person.id.hex]
        secrets.append(person.id.hex.upper())
        if person.masked_phone:
            secrets.append(person.masked_phone)
        if nickname and shown_as != nickname:
            secrets.append(nickname)
        if shown_as is None:
            secrets.append(person.masked_name)
        told += [(name, secret) for secret in secrets if secret in text]
    return told


def test_what_anybody_may_read_tells_nothing_of_those_who_did_not_agree(
    app, station, neighbour, crowd, now
):
    texts = read_all(app, station, neighbour, now)

    assert {
        address: told for address, text in texts.items() if (told := list_told(text, crowd))
    } == {}
    # A search that finds nothing because nothing is there would tell nothing.
    named = [address for address, text in texts.items() if "朝阳大姐" in text]
    assert {address.split()[0] for address in named} == {
        "stranger",
        "neighbour",
        "program",
        "screen",
    }
    assert len(texts) > 120


def test_the_search_finds_what_it_looks_for(crowd):
    for (name, phone, *_rest), person in zip(PEOPLE, crowd, strict=True):
        for secret in (name, phone, person.number, str(person.id), person.id.hex):
            assert (name, secret) in list_told(f"…{secret}…", crowd)


@pytest.mark.nightly
def test_boards_in_redis_tell_as_little(redis_server, app, station, neighbour, crowd, now):
    projection.project(now=now)

    texts = read_all(app, station, neighbour, now)

    assert {
        address: told for address, text in texts.items() if (told := list_told(text, crowd))
    } == {}
    assert '"source": "redis"' in texts[f"program {next(list_calls(station))}"]


def test_a_board_for_programs_has_no_id_of_a_person(app, station, neighbour, crowd):
    bearer = {"Authorization": f"Bearer {neighbour.token}"}
    for address in list_calls(station):
        answer = app.test_client().get(address, headers=bearer)
        if "subject" not in address:
            assert UUID_SHAPE.findall(answer.text) == [], address


def test_each_face_has_the_fields_that_are_listed_and_no_other():
    assert set(schemas.LeaderboardResponse().fields) == public.BOARD
    assert set(schemas.StandingResponse().fields) == public.STANDING
    assert set(schemas.OwnStandingResponse().fields) == public.OWN_STANDING
    assert {each.name for each in fields(Row)} | {"is_top"} == public.PHONE_ROW


def test_a_field_that_is_not_listed_stays_behind(monkeypatch, app, station, no_csrf, crowd, now):
    row, describe = leaderboard._row, shown._describe
    monkeypatch.setattr(
        leaderboard, "_row", lambda line: row(line) | {"participant_id": line.member_id}
    )
    monkeypatch.setattr(
        shown, "_describe", lambda *about: describe(*about) | {"phones": "13803511234"}
    )
    seen = []
    monkeypatch.setattr(
        "rewards.pages.screen.leaderboard.render_template",
        lambda _template, **values: seen.append(values) or "",
    )

    text = pair_screen(app, station, now).get(f"/screen/board/{station.label}.json").text

    assert "phones" not in text
    rows = next(values["rows"] for values in seen if "rows" in values)
    assert rows
    assert all(set(row) <= public.SCREEN_ROW for row in rows)
