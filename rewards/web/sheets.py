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
from itertools import product
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
# A reader of workbooks makes room for every cell up to the last one that is filled.
COLUMNS_MAX = 100
ELEMENTS_MAX = 200_000
SPREAD_MAX = LINES_MAX * 10
CELL_LENGTH_MAX = 80

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
# What stands in a cell that is filled: a value, a text of its own, a formula.
_FILLED = frozenset({"v", "is", "f"})

# What a part raises that is damaged, packed in an unknown way or under a password.
_UNREADABLE = (
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
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
    # First, as it refuses what would fill the memory of whoever reads it.
    formulas = _find_formulas(content)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            table = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
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
            _check_parts(archive.infolist())
            return frozenset(_list_formulas(archive.read(_first_sheet(archive))))
    except _UNREADABLE as error:
        raise SheetUnreadableError from error


def _check_parts(parts: Sequence[zipfile.ZipInfo]) -> None:
    # Two parts of one name may be told apart by one reader and not by another.
    names = {part.filename.casefold() for part in parts}
    size = sum(part.file_size for part in parts)
    if len(parts) > PARTS_MAX or size > UNPACKED_BYTES_MAX or len(names) < len(parts):
        raise SheetUnreadableError


def _first_sheet(archive: zipfile.ZipFile) -> str:
    book = _list_elements(archive.read("xl/workbook.xml"))
    sheet = next((told for tag, told in book if tag == "sheet"), {})
    (link,) = [value for name, value in sheet.items() if name.rpartition(" ")[2] == "id"]
    links = _list_elements(archive.read("xl/_rels/workbook.xml.rels"))
    (target,) = [told["Target"] for _, told in links if told.get("Id") == link]
    return "xl/" + target.removeprefix("/").removeprefix("xl/")


def _list_formulas(sheet: bytes) -> Iterator[tuple[int, int]]:
    line = column = spread = 0
    cell = (0, 0)
    for tag, told in _list_elements(sheet):
        if tag == "row":
            line, column = _line(told.get("r"), line + 1), 0
        elif tag == "c":
            cell = _place(told.get("r"), line, column + 1)
            column = cell[1]
        elif tag in _FILLED:
            _check_reach(*cell)
            if tag == "f":
                yield cell
                lines, columns = _spread(told.get("ref", ""))
                spread += len(lines) * len(columns)
                if spread > SPREAD_MAX:
                    raise SheetUnreadableError
                yield from product(lines, columns)


def _line(written: str | None, following: int) -> int:
    if written is None:
        return following
    if not (written.isascii() and written.isdigit()):
        raise SheetUnreadableError
    return int(written)


def _place(written: str | None, line: int, column: int) -> tuple[int, int]:
    if written is None:
        return line, column
    place = _REFERENCE.fullmatch(written)
    if place is None or place[3] is not None:
        raise SheetUnreadableError
    return int(place[2]), _number(place[1])


def _check_reach(line: int, column: int) -> None:
    if line > LINES_MAX:
        raise SheetTooLongError(rows_max=ROWS_MAX)
    if column > COLUMNS_MAX:
        raise SheetUnreadableError


def _list_elements(part: bytes) -> list[tuple[str, dict[str, str]]]:
    """Return the tags of a part of a workbook and what they tell, in their order."""
    found: list[tuple[str, dict[str, str]]] = []

    def refuse(*_told: object) -> None:
        # No workbook has a document type, and by one a few bytes become millions.
        raise SheetUnreadableError

    def keep(name: str, told: dict[str, str]) -> None:
        if len(found) >= ELEMENTS_MAX:
            raise SheetUnreadableError
        found.append((name.rpartition(" ")[2], told))

    # In the encoding that every workbook has: told otherwise, readers would not agree.
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = keep
    parser.Parse(part, True)  # noqa: FBT003 - it takes no keywords
    return found


def _spread(reference: str) -> tuple[range, range]:
    """Return the lines and the columns that one formula fills, whose cells hold none."""
    span = _REFERENCE.fullmatch(reference)
    if span is None or span[3] is None:
        return range(0), range(0)
    lines = range(int(span[2]), min(int(span[4]), LINES_MAX) + 1)
    return lines, range(_number(span[1]), _number(span[3]) + 1)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
