"""Delivery sheets as somebody uploads them: XLSX or CSV, read strictly and never run.

What is shown of a cell with a formula is what some program once made of it, so
such cells are told apart, which the reader of workbooks does not do. CSV may be UTF-8 or
GB18030, which is what spreadsheet programs on Chinese desktops write.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from xml.parsers import expat

import python_calamine

from rewards.stockroom.errors import SheetColumnsError, SheetTooLongError, SheetUnreadableError
from rewards.stockroom.rules import ROWS_MAX
from rewards.stockroom.types import SheetRow

NAMES = frozenset({"物品", "物品名称", "名称", "品名", "奖品", "item", "name"})
QUANTITIES = frozenset({"数量", "件数", "入库数量", "quantity"})
ZIP_MARK = b"PK\x03\x04"
# What a workbook may come to unpacked, and how many parts it may have.
UNPACKED_BYTES_MAX = 20 * 1024 * 1024
PARTS_MAX = 500
# Sheets have blank lines between the filled ones, and some programs thousands behind them.
LINES_MAX = 10_000
CELL_LENGTH_MAX = 80

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")

# What a part raises that is damaged, packed in an unknown way or under a password.
_UNREADABLE = (
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    StopIteration,
    ValueError,
)

# A line of a sheet: its number, and its cells with whether each holds a formula.
Line = tuple[int, Sequence[tuple[str, bool]]]


def read(content: bytes) -> tuple[SheetRow, ...]:
    """Return the rows of a sheet whose first line names its columns.

    :raises SheetUnreadableError: if it is neither a workbook nor such a text.
    :raises SheetColumnsError: if its first line does not name items and quantities.
    :raises SheetTooLongError: if it has too many rows.
    """
    lines = _read_workbook(content) if content.startswith(ZIP_MARK) else _read_csv(content)
    filled = (line for line in lines if any(text or formula for text, formula in line[1]))
    _, head = next(filled, (0, ()))
    titles = [text.casefold() for text, _ in head]
    name_at, quantity_at = _find(titles, NAMES), _find(titles, QUANTITIES)
    rows: list[SheetRow] = []
    for number, cells in filled:
        name, quantity = _cell(cells, name_at), _cell(cells, quantity_at)
        if not (name[0] or quantity[0] or name[1] or quantity[1]):
            continue
        if len(rows) >= ROWS_MAX:
            raise SheetTooLongError(rows_max=ROWS_MAX)
        rows.append(
            SheetRow(
                line=number,
                name=name[0][:CELL_LENGTH_MAX],
                quantity=quantity[0][:CELL_LENGTH_MAX],
                is_formula=name[1] or quantity[1],
            )
        )
    return tuple(rows)


def _find(titles: Sequence[str], names: frozenset[str]) -> int:
    found = [place for place, title in enumerate(titles) if title in names]
    if len(found) != 1:
        raise SheetColumnsError
    return found[0]


def _cell(cells: Sequence[tuple[str, bool]], place: int) -> tuple[str, bool]:
    return cells[place] if place < len(cells) else ("", False)


def _read_csv(content: bytes) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(_decode(content), newline=""))
    try:
        for row in reader:
            if reader.line_num > LINES_MAX:
                raise SheetTooLongError(rows_max=ROWS_MAX)
            yield reader.line_num, [(cell.strip(), False) for cell in row]
    except csv.Error as error:
        raise SheetUnreadableError from error


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # A picture or a program may pass for text of some encoding.
        if "\0" not in text:
            return text
    raise SheetUnreadableError


def _read_workbook(content: bytes) -> Iterator[Line]:
    formulas = _find_formulas(content)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            sheet = workbook.get_sheet_by_index(0)
            if sheet.total_height > LINES_MAX:
                raise SheetTooLongError(rows_max=ROWS_MAX)
            table = sheet.to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, IndexError, OSError) as error:
        raise SheetUnreadableError from error
    for number, row in enumerate(table, start=1):
        yield (
            number,
            [(_text(cell), (number, place) in formulas) for place, cell in enumerate(row, start=1)],
        )


def _text(cell: object) -> str:
    # A workbook keeps every number as a floating-point one.
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _find_formulas(content: bytes) -> frozenset[tuple[int, int]]:
    """Return line and column of the cells of the first sheet that hold formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_BYTES_MAX:
                raise SheetUnreadableError
            return frozenset(_list_formulas(archive.read(_first_sheet(archive))))
    except _UNREADABLE as error:
        raise SheetUnreadableError from error


def _first_sheet(archive: zipfile.ZipFile) -> str:
    book = _list_elements(archive.read("xl/workbook.xml"))
    sheet = next(told for tag, told in book if tag == "sheet")
    link = next(value for name, value in sheet.items() if name.rpartition(" ")[2] == "id")
    links = _list_elements(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(told["Target"] for _, told in links if told.get("Id") == link)
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _list_formulas(sheet: bytes) -> Iterator[tuple[int, int]]:
    line = column = 0
    for tag, told in _list_elements(sheet):
        if tag == "row":
            line, column = int(told.get("r", line + 1)), 0
        elif tag == "c":
            place = _REFERENCE.fullmatch(told.get("r", ""))
            column = _number(place[1]) if place else column + 1
        elif tag == "f":
            yield line, column
            yield from _spread(told.get("ref", ""))


def _list_elements(part: bytes) -> list[tuple[str, dict[str, str]]]:
    """Return the tags of a part of a workbook and what they tell, in their order."""
    found: list[tuple[str, dict[str, str]]] = []

    def refuse(*_told: object) -> None:
        # No workbook has a document type, and by one a few bytes become millions.
        raise SheetUnreadableError

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, told: found.append((name.rpartition(" ")[2], told))
    parser.Parse(part, True)  # noqa: FBT003 - it takes no keywords
    return found


def _spread(reference: str) -> Iterator[tuple[int, int]]:
    # One formula may fill many cells, which then hold none of their own.
    span = _REFERENCE.fullmatch(reference)
    if span is None or span[3] is None:
        return
    lines = range(int(span[2]), min(int(span[4]), LINES_MAX) + 1)
    columns = range(_number(span[1]), _number(span[3]) + 1)
    if len(lines) * len(columns) > LINES_MAX * 10:
        raise SheetUnreadableError
    for line in lines:
        for column in columns:
            yield line, column


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
