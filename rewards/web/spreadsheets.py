"""Lists as CSV that a spreadsheet opens: UTF-8 with a mark, and no cell that it would run."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# What a spreadsheet takes for the beginning of a formula, also behind these controls.
RISKY = frozenset(
    "=+-@\t\r\n\0"
    "\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
    "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)

Cell = str | int


def write_rows(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return *rows* as CSV; texts that a spreadsheet would run are told to be texts."""
    buffer = io.StringIO()
    buffer.write(MARK)
    csv.writer(buffer).writerows([_guard(cell) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8", "replace")


def answer_csv(rows: Iterable[Sequence[Cell]], *, name: str) -> Response:
    """Return *rows* as a file to keep, called *name*; nothing between keeps a copy."""
    response = Response(write_rows(rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _guard(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell and cell[0] in RISKY:
        return f"'{cell}"
    return cell
