"""Papers: every character is drawn or marked, lines break where they may, cells are no formulas."""

import csv
import io
from pathlib import Path

import pypdfium2
import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from rewards.web import spreadsheets
from rewards.web.papers import fonts, sheets

ROOT = Path(__file__).parents[3]
CATALOGUE = ROOT / "rewards" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
# GB 2312 lacks all but the last two; the last but two lie beyond U+FFFF.
RARE_NAMES = (
    "王喆",
    "李昇",
    "陈堃",
    "张玥",
    "刘䶮",
    "赵珺",
    "孙㛃",
    "周燊",
    "吴𬱖",
    "郑𫘝",
    "欧阳英",
    "阿依古丽·买买提",
)
SIGNS = "=+-@"
# Each sign also in its full width.
RISKY = SIGNS + "".join(chr(ord(sign) + 0xFEE0) for sign in SIGNS) + "\t\r\n\0"


def draw(*pieces):
    return sheets.draw_sheets(
        pieces, title="题", foot="脚", number_of=lambda number, count: f"{number}/{count}"
    )


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return pages


def test_the_font_draws_every_text_of_the_catalogue():
    with CATALOGUE.open("rb") as file:
        messages = [each for each in read_po(file) if each.id]

    texts = {str(each.id) for each in messages} | {str(each.string) for each in messages}

    assert len(texts) > 500
    assert {c for text in texts for c in fonts.list_missing(text) if c != "\n"} == set()


@pytest.mark.parametrize("name", RARE_NAMES)
def test_rare_names_are_drawn_and_can_be_copied_out(name):
    [text] = text_of(draw(sheets.paragraph(name)))

    assert fonts.list_missing(name) == ()
    assert name in text


def test_the_font_draws_every_character_of_gb_2312():
    characters = [
        bytes((high, low)).decode("gb2312", "ignore")
        for high in range(0xB0, 0xF8)
        for low in range(0xA1, 0xFF)
    ]

    assert fonts.list_missing("".join(characters)) == ()


@pytest.mark.parametrize("character", ["\U0002a6d5", "😀", "\ue000", "\x07", "ก"])
def test_what_the_font_lacks_is_marked_and_not_left_out(character):
    [text] = text_of(draw(sheets.paragraph(f"王{character}英")))

    assert "王〓英" in text


def test_signs_without_a_shape_leave_no_mark():
    assert fonts.drawable("葛\U000e0100城\ufe00\u200b王\u2028英") == "葛城王 英"


def test_the_font_is_in_the_file_and_only_what_is_used_of_it():
    pdf = draw(sheets.paragraph("志愿服务"))

    assert b"/FontFile2" in pdf
    assert b"+NotoSansSC" in pdf
    assert len(pdf) < 40_000


def test_what_was_drawn_is_what_is_read():
    written = "2026年11月21日，志愿服务 2小时30分钟（已确认）“补录” −20"

    [text] = text_of(draw(sheets.paragraph(written)))

    assert text.splitlines()[0] == written


@given(st.text(max_size=80), st.floats(40, 400))
def test_lines_hold_all_of_a_text_and_none_is_too_wide(text, wide):
    lines = sheets.wrap(text, wide, 10)

    drawn = fonts.drawable(text)
    # A line may end where a space was, of whatever kind.
    assert "".join("".join(lines).split()) == "".join(drawn.split())
    assert all(sheets.width_of(line, 10) <= wide + 0.01 or len(line) == 1 for line in lines)


def test_latin_words_stay_whole():
    assert sheets.wrap("volunteer service record", 60, 10) == ("volunteer", "service", "record")


def test_the_head_of_a_table_stands_on_every_page():
    head = sheets.paragraph("表头")
    rows = [
        sheets.Piece(each.height, each.draw, head=head)
        for each in (sheets.paragraph(f"第{number}行") for number in range(200))
    ]

    pages = text_of(draw(head, *rows))

    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert "表头" in page
        assert f"{number}/{len(pages)}" in page
    assert [f"第{number}行" in "".join(pages) for number in range(200)] == [True] * 200


def test_a_title_is_not_left_alone_at_the_end_of_a_page():
    full = sheets.gap(sheets.TOP - sheets.BOTTOM - 30)

    first, second = text_of(draw(full, sheets.heading("标题"), sheets.paragraph("正文")))

    assert "标题" not in first
    assert "标题" in second


def cells(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("sign", RISKY)
def test_a_cell_that_a_spreadsheet_would_run_is_told_to_be_text(sign):
    [[cell]] = cells(spreadsheets.write_rows([[f"{sign}1+1"]]))

    assert cell == f"'{sign}1+1"


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_no_text_begins_like_a_formula(text):
    [[cell, _]] = cells(spreadsheets.write_rows([[text, "."]]))

    assert cell[:1] not in set(RISKY)
    assert cell.removeprefix("'") == text.removeprefix("'")


def test_numbers_stay_numbers_also_below_zero():
    content = spreadsheets.write_rows([[-20, 7, "−20"]])

    assert content.decode("utf-8-sig") == "-20,7,−20\r\n"


def test_a_spreadsheet_is_told_that_it_is_utf_8():
    assert spreadsheets.write_rows([["积分"]]).startswith(b"\xef\xbb\xbf")


def test_one_thread_of_a_process_draws_at_a_time():
    held = []

    draw(sheets.Piece(10, lambda _pen, _top: held.append(fonts.drawing.locked())))

    assert held == [True]
    assert not fonts.drawing.locked()
