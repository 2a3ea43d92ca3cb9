"""Rows of a CSV or XLSX file, as text, by the names of their columns.

A CSV file may be UTF-8, with or without a byte order mark, or GB18030, which
is what spreadsheet programs on Chinese desktops write.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import python_calamine

Columns = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row with content: its line in the file, and the text of each column."""

    number: int
    cells: Mapping[str, str]


def read(path: Path, *, columns: Columns, required: frozenset[str]) -> tuple[Line, ...]:
    """Return the rows of a file whose first row names its columns.

    *columns* gives for each column what it may be called in the file; one that
    is missing and not *required* is empty in every row.

    :raises click.ClickException: if the file cannot be understood.
    """
    is_workbook = path.suffix.lower() in {".xlsx", ".xlsm"}
    rows = _read_workbook(path) if is_workbook else _read_csv(path)
    number, header = next(rows, (0, []))
    if not number:
        raise click.ClickException(f"{path.name} is empty.")
    places = _find_columns(header, columns=columns, required=required)
    return tuple(
        Line(number=number, cells={name: _cell(row, places.get(name)) for name in columns})
        for number, row in rows
    )


def _find_columns(
    header: list[str], *, columns: Columns, required: frozenset[str]
) -> dict[str, int]:
    names = {alias: name for name, aliases in columns.items() for alias in aliases | {name}}
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        name = names.get(title.lower())
        if name in places:
            raise click.ClickException(f"The column {name} is there twice.")
        if name is None and title:
            known = ", ".join(columns)
            raise click.ClickException(f"There is no column {title!r}; known are: {known}.")
        if name is not None:
            places[name] = place
    missing = sorted(required - places.keys())
    if missing:
        raise click.ClickException(f"The first row must name the column {', '.join(missing)}.")
    return places


def _cell(row: list[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""


def _read_csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(_decode(path), newline=""))
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise click.ClickException(f"Line {reader.line_num} of {path.name}: {error}.") from error


def _decode(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise click.ClickException(f"{path.name} is neither UTF-8 nor GB18030 text.")


def _read_workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as workbook:
            rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except python_calamine.CalamineError as error:
        raise click.ClickException(f"{path.name} is not a workbook: {error}.") from error
    for number, row in enumerate(rows, start=1):
        cells = [_text(cell) for cell in row]
        if any(cells):
            yield number, cells


def _text(cell: object) -> str:
    # A workbook keeps a phone or a number as a floating-point one.
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
