"""Papers of real people and real entries, read back and looked at as a scanner does."""

import time
from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest
import zxingcpp

from rewards.core.unit import use_case
from rewards.ledger import operations as ledger
from rewards.ledger.types import Reason
from rewards.statements import queries, rules, service
from rewards.statements.types import VoidReason
from rewards.web import papers, slips
from tests.factories.books import build_draft, post_drafts, reverse
from tests.factories.statements import add_minutes, add_points
from tests.factories.world import build_participant, build_staff_actor, build_station

pytestmark = pytest.mark.databases("sqlite")

NAME = "王喆昇"
LINES = 300
SECONDS_MAX = 3
YEAR = rules.year_of(date(2026, 1, 1))


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def wang(station, now):
    return build_participant(station, name=NAME, now=now)


@pytest.fixture
def reading_chinese(app):
    with app.test_request_context("/", headers={"Accept-Language": "zh-CN"}):
        yield


def read(pdf):
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return pages


def scan(pdf):
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=2).to_pil()
    document.close()
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def draw(person, station, now):
    found = queries.get_statement(person.id, period=YEAR, now=now)
    return papers.draw_statement(found, name=NAME, issuer=station.name)


@pytest.mark.usefixtures("reading_chinese")
def test_the_statement_has_every_line_the_sums_and_the_name(wang, station, now):
    add_points(wang, station, 20, at=now - timedelta(days=2), title="读书会", actor="staff:ab")
    add_points(wang, station, -15, at=now, details={"reward": "牙膏", "quantity": 1, "unit": "支"})
    add_minutes(wang, station, 125, day=date(2026, 11, 3), now=now, reason=Reason.BACKFILL)

    text = "\n".join(read(draw(wang, station, now)))

    assert NAME in text
    for expected in (
        "读书会",
        "由工作人员录入",
        "+20",
        "兑换 牙膏 1支",
        "−15",
        "2小时5分钟",
        "2026年",
    ):
        assert expected in text, expected
    assert "2027年12月31日 到期" in text
    assert "〓" not in text


@pytest.mark.usefixtures("reading_chinese")
def test_a_line_says_that_it_was_taken_back_or_has_expired(wang, station, now):
    add_points(wang, station, 5, at=now)
    reverse(add_points(wang, station, 7, at=now), now=now)
    years_later = now.replace(year=2028)
    use_case(ledger.expire_account)(participant_id=wang.id, now=years_later)

    text = "\n".join(read(draw(wang, station, years_later))).replace("\xa0", " ")

    assert "5 分已到期" in text
    assert "已撤回" in text


@pytest.mark.usefixtures("reading_chinese")
def test_a_statement_of_nothing_says_so_kindly(wang, station, now):
    [text] = read(draw(wang, station, now))

    assert "这段时间没有积分变动" in text
    assert "这段时间没有确认的时长" in text


@pytest.mark.usefixtures("reading_chinese")
def test_three_hundred_lines_are_printed_in_moderate_time(wang, station, now):
    drafts = [
        replace(
            build_draft(wang, station, amount=5, now=now - timedelta(hours=number)),
            details={"title": f"环境清洁日第{number}场"},
        )
        for number in range(LINES)
    ]
    post_drafts(drafts, now=now)

    began = time.perf_counter()
    pdf = draw(wang, station, now)
    took = time.perf_counter() - began

    pages = read(pdf)
    text = "\n".join(pages)
    assert took < SECONDS_MAX
    assert all(f"第{number}场" in text for number in range(LINES))
    assert f"第1页，共{len(pages)}页" in pages[0]


@pytest.mark.usefixtures("reading_chinese")
def test_the_slip_says_what_was_frozen_and_its_code_leads_to_the_check(wang, station, now):
    slip = issue(wang, station, now)

    pdf = slips.draw(slip)

    [text] = read(pdf)
    number = f"{slip.number[:4]} {slip.number[4:9]} {slip.number[9:]}"
    for expected in (NAME, number, "2小时", "45分钟", "2026年1月1日–2026年11月21日", station.name):
        assert expected in text, expected
    assert "志愿服务记录单" in text
    assert "证明" not in text
    assert scan(pdf) == [f"HTTP://LOCALHOST/SLIPS/{slip.number}"]


@pytest.mark.usefixtures("reading_chinese")
def test_it_is_called_a_certificate_where_a_lawful_issuer_answers_for_it(wang, station, now):
    [text] = read(slips.draw(issue(wang, station, now, issuer="测试区志愿者协会")))

    assert "志愿服务记录证明" in text
    assert "测试区志愿者协会" in text


@pytest.mark.usefixtures("reading_chinese")
def test_a_void_slip_is_printed_as_void(wang, station, now):
    slip = issue(wang, station, now)
    voided = service.void_slip(
        actor=build_staff_actor(station), number=slip.number, reason=VoidReason.MISTAKE, now=now
    )

    [text] = read(slips.draw(voided))

    assert "已作废" in text


def issue(person, station, now, issuer=""):
    add_minutes(person, station, 120, day=date(2026, 11, 3), now=now)
    add_minutes(person, station, 45, day=date(2026, 11, 4), now=now, reason=Reason.BACKFILL)
    return service.issue_slip(
        actor=build_staff_actor(station),
        participant_id=person.id,
        period=rules.build_period(date(2026, 1, 1), date(2026, 11, 21)),
        certificate_issuer=issuer,
        now=now,
    )
