"""Tables as files for a spreadsheet: XLSX, or CSV in UTF-8 with a mark.

No cell is one that a spreadsheet would run, whatever somebody typed as a name or a note.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum

from flask import Response
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# What a spreadsheet takes for the beginning of a formula, also behind these controls.
RISKY = frozenset(
    "=+-@\t\r\n\0"
    "\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
    "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)

# What XLSX can hold in a cell; without a limit of ours, more would leave it empty.
TEXT_LENGTH_MAX = 32_767
WIDTH_MIN, WIDTH_MAX = 8, 48
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Nothing is guessed from a text: neither a formula, a link nor a number.
_WRITE_AS_TOLD = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# A wide character takes two columns of a narrow one.
_NARROW_BELOW = 0x1100

Cell = str | int | date
Rows = Iterable[Sequence[Cell]]


class TableForm(StrEnum):
    """What a table is kept as; also the ending of the file."""

    XLSX = "xlsx"
    CSV = "csv"


def write_rows(rows: Rows) -> bytes:
    """Return *rows* as CSV; texts that a spreadsheet would run are told to be texts."""
    buffer = io.StringIO()
    buffer.write(MARK)
    csv.writer(buffer).writerows([_guard(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8", "replace")


def write_workbook(rows: Rows) -> bytes:
    """Return *rows*, their head first, as a workbook of one sheet.

    Texts are texts and numbers numbers, so the sheet can be summed and runs
    nothing. A text that begins like a formula is marked as text, or it would
    become one as soon as somebody touches the cell.
    """
    buffer = io.BytesIO()
    with Workbook(buffer, _WRITE_AS_TOLD) as book:
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True, "bottom": 1})
        quoted = book.add_format({"quote_prefix": True})
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        widths: dict[int, int] = {}
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    text = _clean(cell)
                    style = head if line == 0 else quoted if _is_risky(text) else None
                    sheet.write_string(line, column, text, style)
                elif isinstance(cell, date):
                    sheet.write_datetime(line, column, cell, days)
                else:
                    sheet.write_number(line, column, cell)
                widths[column] = max(widths.get(column, WIDTH_MIN), _width_of(cell))
        _lay_out(sheet, widths)
    return buffer.getvalue()


def answer_csv(rows: Rows, *, name: str) -> Response:
    """Return *rows* as a CSV file to keep, called *name*; nothing between keeps a copy."""
    return answer_table(rows, name=name, form=TableForm.CSV)


def answer_table(rows: Rows, *, name: str, form: TableForm) -> Response:
    """Return *rows* as a file to keep, called *name*; nothing between keeps a copy."""
    write, mimetype = _FORMS[form]
    response = Response(write(rows), mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _guard(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and _is_risky(cell) else cell


def _is_risky(text: str) -> bool:
    return text[:1] in RISKY if text else False


def _clean(text: str) -> str:
    return text[:TEXT_LENGTH_MAX].encode("utf-8", "replace").decode()


def _width_of(cell: Cell) -> int:
    text = str(cell)[:WIDTH_MAX]
    return min(WIDTH_MAX, sum(1 if ord(each) < _NARROW_BELOW else 2 for each in text) + 2)


def _lay_out(sheet: Worksheet, widths: dict[int, int]) -> None:
    for column, width in widths.items():
        sheet.set_column(column, column, width)
    # The head stays in sight, and a long table is printed as wide as the paper.
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


_FORMS: dict[TableForm, tuple[Callable[[Rows], bytes], str]] = {
    TableForm.CSV: (write_rows, "text/csv"),
    TableForm.XLSX: (write_workbook, XLSX_TYPE),
}
