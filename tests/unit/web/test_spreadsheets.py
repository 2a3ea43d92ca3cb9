"""Tables as files: nothing in them runs, and numbers stay numbers."""

import csv
import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from rewards.web import spreadsheets
from rewards.web.spreadsheets import RISKY, TableForm

FORMULAS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", '=HYPERLINK("x")']


def read_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_workbook(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def sheet_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return parts.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_like_a_formula_is_told_to_be_a_text_in_csv(text):
    assert read_csv(spreadsheets.write_rows([[text]])) == [[f"'{text}"]]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_like_a_formula_stays_the_same_text_in_a_workbook(text):
    content = spreadsheets.write_workbook([["备注"], [text]])

    assert "<f>" not in sheet_of(content)
    assert 't="s"' in sheet_of(content)
    assert [row[0] for row in read_workbook(content)][1].strip() == text.strip()


def test_a_cell_of_a_workbook_that_somebody_edits_does_not_become_a_formula():
    content = spreadsheets.write_workbook([["备注"], ["=1+1"], ["毛巾"]])

    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        styles = parts.read("xl/styles.xml").decode()
    assert 'quotePrefix="1"' in styles
    assert sheet_of(content).count(' s="2"') == 1


def test_a_text_of_digits_or_a_link_is_no_number_and_no_link():
    content = spreadsheets.write_workbook(
        [["号码", "网址"], ["013812341234", "https://example.org"]]
    )

    assert read_workbook(content)[1] == ["013812341234", "https://example.org"]
    assert "hyperlink" not in sheet_of(content)


def test_numbers_and_days_can_be_counted_with():
    content = spreadsheets.write_workbook([["分", "日期"], [-60, date(2026, 11, 22)]])

    assert read_workbook(content)[1] == [-60, date(2026, 11, 22)]
    assert read_csv(spreadsheets.write_rows([[-60, date(2026, 11, 22)]])) == [["-60", "2026-11-22"]]


@given(st.text(max_size=40))
def test_no_text_begins_like_a_formula_in_csv(text):
    ((written, _end),) = read_csv(spreadsheets.write_rows([[text, "end"]]))

    assert written[:1] not in RISKY


@given(st.text(max_size=40) | st.just("\ud800") | st.just("x" * 40_000))
def test_any_text_can_be_in_a_workbook(text):
    content = spreadsheets.write_workbook([["a"], [text, "end"]])

    assert read_workbook(content)[1][-1] == "end"


@pytest.mark.parametrize("form", TableForm)
def test_a_file_is_called_after_what_it_is_and_kept_by_nobody(app, form):
    answer = spreadsheets.answer_table([["a"]], name="list", form=form)

    assert answer.headers["Content-Disposition"] == f'attachment; filename="list.{form}"'
    assert answer.headers["Cache-Control"] == "no-store"
