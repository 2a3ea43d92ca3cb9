"""Delivery sheets are read as they are written, and what is none is refused."""

import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from rewards.core.errors import RewardsError
from rewards.stockroom.errors import SheetColumnsError, SheetTooLongError, SheetUnreadableError
from rewards.stockroom.rules import ROWS_MAX
from rewards.stockroom.types import SheetRow
from rewards.web import sheets

HEAD = ("物品", "单位", "数量")


def write_workbook(*rows, formulas=(), arrays=()):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
        for cell, formula, value in formulas:
            sheet.write_formula(cell, formula, None, value)
        for span, formula, value in arrays:
            sheet.write_array_formula(span, formula, None, value)
        book.add_worksheet("另一张").write_formula("C2", "=1+1")
    return buffer.getvalue()


def repack(content, **parts):
    """Return a workbook with other contents of its *parts*."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.infolist():
            name = part.filename.rpartition("/")[2].partition(".")[0]
            after.writestr(part.filename, parts.get(name, before.read(part)))
    return buffer.getvalue()


def test_a_workbook_is_read_with_the_numbers_of_its_lines():
    content = write_workbook(HEAD, ("毛巾", "条", 5), ("", "", ""), ("香皂", "块", "12"))

    assert sheets.read(content) == (
        SheetRow(line=2, name="毛巾", quantity="5"),
        SheetRow(line=4, name="香皂", quantity="12"),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_is_read_in_every_encoding_of_chinese_desktops(encoding):
    content = "物品,单位,数量\r\n毛巾,条,5\r\n".encode(encoding)

    assert sheets.read(content) == (SheetRow(line=2, name="毛巾", quantity="5"),)


def test_a_cell_that_holds_a_formula_is_told_apart_from_what_it_shows():
    content = write_workbook(
        HEAD, ("毛巾", "条", 5), ("香皂", "块", 1), formulas=[("C2", "=2+3", 5)]
    )

    assert [row.is_formula for row in sheets.read(content)] == [True, False]


def test_a_formula_that_fills_several_cells_is_in_each():
    content = write_workbook(
        HEAD, ("毛巾",), ("香皂",), ("牙膏", "支", 1), arrays=[("C2:C3", "{=A1:A2}", 4)]
    )

    assert [row.is_formula for row in sheets.read(content)] == [True, True, False]


def test_a_formula_elsewhere_is_nobodys_trouble():
    content = write_workbook((*HEAD, "合计"), ("毛巾", "条", 5), formulas=[("D2", "=C2*2", 10)])

    assert [row.is_formula for row in sheets.read(content)] == [False]


@pytest.mark.parametrize(
    "head", [("物品",), ("数量",), ("物品", "物品", "数量"), ("东西", "多少"), ()]
)
def test_the_first_line_names_the_columns(head):
    with pytest.raises(SheetColumnsError):
        sheets.read(write_workbook(head, ("毛巾", "条", 5)))


def test_too_many_rows_are_refused():
    fitting = [("毛巾", "条", 5)] * ROWS_MAX

    assert len(sheets.read(write_workbook(HEAD, *fitting))) == ROWS_MAX
    with pytest.raises(SheetTooLongError):
        sheets.read(write_workbook(HEAD, *fitting, ("毛巾", "条", 5)))


GOOD = write_workbook(HEAD, ("毛巾", "条", 5))
BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64),
        b"PK\x03\x04" + b"x" * 64,
        GOOD[: len(GOOD) // 2],
        repack(GOOD, workbook=BOMB),
        repack(GOOD, sheet1=BOMB),
        repack(GOOD, sheet1=BOMB.decode().replace("utf-8", "utf-16").encode("utf-16")),
        repack(GOOD, sheet1=b"<worksheet>" + b" " * (sheets.UNPACKED_BYTES_MAX + 1)),
        repack(GOOD, workbook=b"<workbook/>"),
        repack(GOOD, sheet1=b"not xml"),
        b"\xff\xfe\xff\xff\xff",
    ],
)
def test_what_is_no_sheet_is_refused(content):
    with pytest.raises(SheetUnreadableError):
        sheets.read(content)


def sheet_of(cells):
    head = '<c r="A1" t="inlineStr"><is><t>物品</t></is></c><c r="B1" t="str"><v>数量</v></c>'
    return repack(
        GOOD, sheet1=f"<worksheet><sheetData><row>{head}</row>{cells}</sheetData></worksheet>"
    )


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="2"><c r="A1048576"><v>1</v></c></row>',
        '<row r="1048576"><c r="A2"/><c><v>1</v></c></row>',
        '<row r="2"><c r="XFD2"><v>1</v></c></row>',
        '<row r="2"><c r="xfd1048576"><v>1</v></c></row>',
        "<c/>" * (sheets.ELEMENTS_MAX + 1),
        '<row r="2"><c r="C2">' + '<f ref="A1:J9999"/>' * 20 + "</c></row>",
    ],
)
def test_a_sheet_that_reaches_far_is_refused_before_room_is_made_for_it(cells, monkeypatch):
    monkeypatch.setattr(sheets, "python_calamine", None)

    with pytest.raises((SheetTooLongError, SheetUnreadableError)):
        sheets.read(sheet_of(cells))


def test_cells_that_are_only_painted_are_no_part_of_a_sheet():
    painted = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'

    assert sheets.read(sheet_of(painted)) == ()


def test_a_workbook_that_names_its_first_sheet_in_two_ways_is_refused():
    doubled = io.BytesIO(GOOD)
    with zipfile.ZipFile(doubled, "a") as archive:
        archive.writestr("xl/worksheets/SHEET1.xml", "<worksheet/>")

    with pytest.raises(SheetUnreadableError):
        sheets.read(doubled.getvalue())


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_is_uploaded_is_read_or_refused(content):
    try:
        rows = sheets.read(content)
    except RewardsError:
        return
    assert all(row.line > 1 for row in rows)
