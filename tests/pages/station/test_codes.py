"""Codes in the console: voiding them, the leader's phone, posters and cards on paper."""

import pypdfium2
import pytest
import sqlalchemy as sa
import zxingcpp

from rewards.access.models import AuditRecordRow
from rewards.activities import queries as activities
from rewards.activities.types import NO_POINTS
from rewards.checkins import queries as checkins
from rewards.checkins import service as attending
from rewards.core import clock
from rewards.core.db import db
from rewards.identity import service as identity
from rewards.participants import queries as participants
from rewards.participants.types import CardEnd
from rewards.stock import service as stock
from rewards.stock.types import Zone, ZoneKind
from rewards.web import formats
from tests.factories.people import SYSTEM, make_participant
from tests.factories.world import act_as, build_occasion


@pytest.fixture
def occasion(station, now):
    """An activity to which one can check in now."""
    return build_occasion(station, now=now, place="服务站门前广场")


def at(occasion, more=""):
    return f"/console/occasions/{occasion.id}{more}"


def test_codes_that_got_out_are_voided_by_one_button(admin, occasion):
    assert "全部作废，换新码" in admin.get(at(occasion)).text

    answer = admin.post(at(occasion, "/code/rotation"), follow_redirects=True)

    assert "以前的签到码和数字都作废了" in answer.text
    assert activities.get_occasion(occasion.id).code_key != occasion.code_key


def test_who_shows_no_code_voids_none(clerk, occasion):
    assert "全部作废" not in clerk.get(at(occasion)).text
    assert clerk.post(at(occasion, "/code/rotation")).status_code == 403
    assert activities.get_occasion(occasion.id).code_key == occasion.code_key


def test_the_leader_s_phone_shows_the_code_and_nothing_else(admin, occasion, now):
    page = admin.get(at(occasion, "/phone"))

    digits = formats.group3(checkins.get_display_code(occasion, now=clock.now()).digits)
    assert digits in page.text
    assert 'class="qr"' in page.text
    assert "全部作废，换新码" in page.text
    assert 'class="rail"' not in page.text
    # Without scripts the page asks for the next code by itself.
    assert '<noscript><meta http-equiv="refresh"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_before_check_in_opens_the_leader_s_phone_says_when(admin, station, now):
    later = build_occasion(station, now=now, starts_in=180)

    page = admin.get(at(later, "/phone"))

    assert "还没到签到时间" in page.text
    assert formats.clock(later.opens_at) in page.text


def test_afterwards_the_leader_s_phone_shows_no_code(admin, station, now):
    over = build_occasion(station, now=now, starts_in=-300, minutes=60)

    page = admin.get(at(over, "/phone"))

    assert 'class="qr"' not in page.text
    assert "签到码已经收起" in page.text


def test_who_shows_no_code_has_none_on_the_phone(clerk, stranger, occasion):
    assert clerk.get(at(occasion, "/phone")).status_code == 403
    assert stranger.get(at(occasion, "/phone")).status_code == 403


@pytest.fixture
def poster(admin, occasion):
    """The address of a poster of the occasion, made in the console."""
    done = admin.post("/console/posters", data={"occasion": str(occasion.id), "place": "大门口"})
    assert done.status_code == 303, done.text
    return done.location.partition("?")[0]


def test_a_poster_is_made_listed_and_taken_down(admin, occasion, poster):
    listed = admin.get(f"/console/posters?occasion={occasion.id}").text
    assert "大门口" in listed
    assert poster in listed
    assert "打印 A3" in admin.get(poster).text

    answer = admin.post(f"{poster}/revocation", follow_redirects=True)

    assert "请把它撕下来" in answer.text
    assert "打印 A3" not in answer.text
    assert poster not in admin.get(f"/console/posters?occasion={occasion.id}").text


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("a3", (842, 1191))])
def test_a_poster_is_printed_with_a_code_that_opens_it(
    admin, client, occasion, poster, paper, size
):
    file = admin.get(f"{poster}.pdf?paper={paper}")

    document = pypdfium2.PdfDocument(file.data)
    page = document[0]
    text = page.get_textpage().get_text_bounded()
    link = zxingcpp.read_barcode(page.render(scale=1.5).to_pil()).text
    assert tuple(round(side) for side in page.get_size()) == size
    assert len(document) == 1
    document.close()
    assert all(words in text for words in ("环境清洁日", "服务站门前广场", "确认签到", "localhost"))
    assert link.startswith("HTTP://LOCALHOST/C/")
    landing = client.get(link.removeprefix("HTTP://LOCALHOST"))
    assert "环境清洁日" in landing.text
    assert "先登录，再填现场屏幕上的6位数字" in landing.text


def test_the_page_to_print_shows_the_same_as_the_file(admin, poster):
    page = admin.get(f"{poster}/print?paper=a3").text

    assert 'class="paper paper--a3"' in page
    assert all(
        words in page for words in ("环境清洁日", "服务站门前广场", "确认签到", 'class="qr"')
    )


def test_a_poster_of_the_station_leads_to_the_day(admin, client, station, occasion):
    made = admin.post("/console/posters", data={"place": ""})

    page = admin.get(made.location).text
    assert "扫码签到" in page
    assert "海报" in admin.get("/console/occasions").text


def test_who_plans_nothing_there_sees_no_posters(clerk, stranger, occasion, poster):
    for browser in (clerk, stranger):
        for address in (poster, f"{poster}/print", f"{poster}.pdf"):
            assert browser.get(address).status_code == 403
        assert browser.post(f"{poster}/revocation").status_code == 403
    assert clerk.get("/console/posters").status_code == 403
    assert stranger.get(f"/console/posters?occasion={occasion.id}").status_code == 403


def test_a_place_that_is_too_long_is_told_at_its_field(admin, occasion):
    answer = admin.post("/console/posters", data={"occasion": str(occasion.id), "place": "门" * 41})

    assert answer.status_code == 422
    assert "最多40个字" in answer.text


@pytest.fixture
def cards(station, now):
    """Eleven residents with cards: one sheet and one more card."""
    people = [
        make_participant(station, now, name=f"王建{name}") for name in "甲乙丙丁戊己庚辛壬癸英"
    ]
    for person in people:
        identity.issue_card(actor=SYSTEM, participant_id=person.id, now=now)
    return people


def test_cards_are_printed_ten_to_a_sheet(admin, cards, now):
    query = "&".join(f"person={person.id}" for person in cards)
    assert all(f'value="{person.id}"' in admin.get("/console/cards").text for person in cards)

    file = admin.get(f"/console/cards.pdf?{query}")

    document = pypdfium2.PdfDocument(file.data)
    read = [
        code.text
        for page in document
        for code in zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    ]
    text = document[0].get_textpage().get_text_bounded()
    assert len(document) == 2
    document.close()
    found = {checkins.find_member(code, now=now).id for code in read}
    assert found == {person.id for person in cards}
    # Neither the name as a whole nor a phone number of its owner.
    assert "王*甲" in text
    assert "王建甲" not in text


def test_cards_are_shown_to_print_ten_to_a_page(admin, cards):
    query = "&".join(f"person={person.id}" for person in cards)

    page = admin.get(f"/console/cards/print?{query}").text

    assert page.count('class="vcard"') == 11
    assert page.count("paper--cards") == 2
    # A print is as good as the card: it is known whose hand made it.
    printed = db.session.scalars(
        sa.select(AuditRecordRow.subject).where(AuditRecordRow.action == "card.printed")
    )
    assert sorted(printed) == sorted(f"participant:{person.id.hex}" for person in cards)


def test_a_card_that_was_stopped_is_not_printed(admin, cards, now):
    card = participants.find_card(cards[0].id)
    identity.revoke_card(
        actor=SYSTEM, participant_id=cards[0].id, card_id=card.id, reason=CardEnd.LOST, now=now
    )

    page = admin.get(f"/console/cards/print?person={cards[0].id}&person=nobody").text

    assert "没有勾选可用的卡" in page
    assert str(cards[0].id) not in admin.get("/console/cards").text


def test_nobody_prints_cards_of_another_station(stranger, clerk, cards):
    for browser in (stranger, clerk):
        assert browser.get(f"/console/cards.pdf?person={cards[0].id}").status_code == 403
    assert str(cards[0].id) not in stranger.get("/console/cards").text


def test_the_poster_of_a_photo_board_stamps_what_is_on_there(admin, client, station, resident, now):
    space = stock.create_space(
        actor=SYSTEM,
        node_id=station.id,
        name="学习空间",
        zones=[Zone(kind=ZoneKind.PHOTO_BOARD, name="红色记忆展板")],
        now=now,
    )
    (zone,) = space.zones
    board = build_occasion(
        station, now=now, title="看展板打卡", rule_code=NO_POINTS, zone_id=zone.id
    )
    build_occasion(station, now=now, title="在门口")
    assert f"/console/posters?zone={zone.id}" in admin.get(f"/console/spaces/{space.id}").text

    made = admin.post("/console/posters", data={"zone": str(zone.id)})

    shown = admin.get(made.location).text
    printed = admin.get(made.location.replace("?done=new", "/print")).text
    assert "红色记忆展板" in shown
    # Nothing is earned there, so the poster asks for no digits.
    assert "6位数字" not in printed
    assert "看到“签到成功”就好了" in printed
    assert made.location.partition("?")[0] in admin.get(f"/console/posters?zone={zone.id}").text
    (poster,) = checkins.list_posters(node_path=station.path, zone_id=zone.id)
    receipt = attending.check_in_by_code(
        actor=act_as(resident), code=checkins.get_poster_code(poster), now=now
    )
    assert (receipt.occasion_id, receipt.points) == (board.id, 0)


def test_a_zone_of_another_station_has_no_poster_of_ours(stranger, station, now):
    space = stock.create_space(
        actor=SYSTEM,
        node_id=station.id,
        name="学习空间",
        zones=[Zone(kind=ZoneKind.READING, name="阅读区")],
        now=now,
    )

    refused = stranger.post("/console/posters", data={"zone": str(space.zones[0].id)})

    assert refused.status_code == 403
    assert checkins.list_posters(node_path=station.path) == ()
