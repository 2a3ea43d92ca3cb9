"""Posters and cards on paper: one page each, nothing cut, and a code that is read."""

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask_babel import Babel

from rewards.web import papers, qr
from rewards.web.papers import PaperSize, PrintedCard, PrintedPoster

LINK = "HTTPS://WENMING.QIANFENG-DISTRICT.EXAMPLE.CN/C/" + "A" * 37
STEPS = ("打开微信“扫一扫”，扫上面的码", "填现场屏幕上的6位数字", "点“确认签到”")
LONG = "老年朋友智能手机使用与防范电信网络诈骗主题讲座" * 4


@pytest.fixture(autouse=True)
def context():
    app = Flask(__name__)
    Babel(app, default_locale="zh")
    with app.test_request_context("/"):
        yield


def poster(**changes):
    values = {
        "station": "长兴北街社区新时代文明实践站",
        "title": "环境清洁日",
        "facts": [("时间", "11月28日 周六 9:00–11:00"), ("地点", "服务站门前广场")],
        "steps": STEPS,
        "symbol": qr.qr_rows(LINK, is_printed=True),
        "host": "wenming.qianfeng-district.example.cn",
        "phone": "0351-000 1234",
        "number": "3F2A",
        "place": "大门口",
    }
    return PrintedPoster(**(values | changes))


def read(pdf):
    """Return the pages of *pdf*: their text in one line, and what their codes say."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [
        (
            "".join(page.get_textpage().get_text_bounded().split()),
            [code.text for code in zxingcpp.read_barcodes(page.render(scale=2).to_pil())],
        )
        for page in document
    ]
    document.close()
    return pages


@pytest.mark.parametrize("length", [11, 12, 40, 80])
def test_a_title_is_whole_however_long_it_is(length):
    ((text, codes),) = read(papers.draw_poster(poster(title=LONG[:length]), paper=PaperSize.A4))

    assert LONG[:length] in text
    assert codes == [LINK]


def test_the_longest_of_everything_leaves_room_for_the_code():
    everything = poster(
        station="示" * 60,
        title=LONG[:80],
        facts=[("时间", "12月28日 周六 19:00–12月29日 周日 21:00"), ("地点", "厅" * 80)],
        place="门" * 40,
    )

    ((text, codes),) = read(papers.draw_poster(everything, paper=PaperSize.A4))

    assert codes == [LINK]
    assert all("".join(step.split()) in text for step in (*STEPS, "厅" * 80, LONG[:80]))


def test_what_the_font_lacks_is_marked_and_stops_nothing():
    ((text, codes),) = read(papers.draw_poster(poster(title="春天 🌸 读书会"), paper=PaperSize.A4))

    assert "春天〓读书会" in text
    assert codes == [LINK]


def card(number):
    return PrintedCard(
        station="长兴北街社区新时代文明实践站" * 2,
        phone="0351-000 1234",
        name="阿依古丽·买买提吐尔逊"[: number + 1],
        number=f"1000 {number:04}",
        symbol=qr.qr_rows(f"{LINK[:-1]}{chr(65 + number)}", is_printed=True),
    )


@pytest.mark.parametrize(("cards", "sheets"), [(10, 1), (11, 2)])
def test_ten_cards_are_on_a_sheet(cards, sheets):
    pages = read(papers.draw_cards([card(number) for number in range(cards)]))

    assert len(pages) == sheets
    assert sum(len(codes) for _text, codes in pages) == cards
    assert all(f"1000{number:04}" in "".join(text for text, _ in pages) for number in range(cards))


def test_what_is_printed_can_lose_more_than_what_is_on_a_screen():
    assert len(qr.qr_rows(LINK, is_printed=True)) > len(qr.qr_rows(LINK))
