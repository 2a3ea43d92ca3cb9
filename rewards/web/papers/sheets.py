"""Sheets of A4: pieces set one below the other, broken into pages, each with its foot.

What is drawn comes only through `Pen`, which leaves no character out silently.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from . import fonts

WIDTH, HEIGHT = A4
MARGIN = 51.0
INNER = WIDTH - 2 * MARGIN
TOP = HEIGHT - 54.0
FOOT = 40.0
BOTTOM = 66.0

INK = (0.13, 0.11, 0.10)
PALE = (0.40, 0.37, 0.34)
LINE = (0.80, 0.77, 0.73)
SHADE = (0.96, 0.95, 0.93)
BRAND = (0.71, 0.16, 0.11)
Colour = tuple[float, float, float]

TEXT = 9.5
SMALL = 8.0
# A line is this much higher than its letters.
LEADING = 1.45


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws on a page; places are in points from its lower left corner."""

    canvas: Canvas

    def text(
        self, x: float, y: float, text: str, *, size: float = TEXT, colour: Colour = INK
    ) -> None:
        """Write *text* from *x* on."""
        self._set(size, colour)
        self.canvas.drawString(x, y, fonts.drawable(text))

    def right(
        self, x: float, y: float, text: str, *, size: float = TEXT, colour: Colour = INK
    ) -> None:
        """Write *text* so that it ends at *x*."""
        self._set(size, colour)
        self.canvas.drawRightString(x, y, fonts.drawable(text))

    def centre(
        self, x: float, y: float, text: str, *, size: float = TEXT, colour: Colour = INK
    ) -> None:
        """Write *text* with its middle at *x*."""
        self._set(size, colour)
        self.canvas.drawCentredString(x, y, fonts.drawable(text))

    def rule(
        self, y: float, *, x: float = MARGIN, length: float = INNER, colour: Colour = LINE
    ) -> None:
        """Draw a thin line to the right of *x*."""
        self.canvas.setLineWidth(0.6)
        self.canvas.setStrokeColorRGB(*colour)
        self.canvas.line(x, y, x + length, y)

    def box(self, x: float, y: float, wide: float, high: float, *, colour: Colour = SHADE) -> None:
        """Fill the box whose lower left corner is at *x* and *y*."""
        self.canvas.setFillColorRGB(*colour)
        self.canvas.rect(x, y, wide, high, stroke=0, fill=1)

    def modules(self, x: float, y: float, side: float, rows: Sequence[Sequence[bool]]) -> None:
        """Draw the symbol of *rows*, black on white, into the square at *x* and *y*."""
        step = side / len(rows)
        self.canvas.setFillColorRGB(0, 0, 0)
        path = self.canvas.beginPath()
        for down, row in enumerate(rows):
            for across, is_dark in enumerate(row):
                if is_dark:
                    path.rect(x + across * step, y + side - (down + 1) * step, step, step)
        self.canvas.drawPath(path, stroke=0, fill=1)

    def _set(self, size: float, colour: Colour) -> None:
        self.canvas.setFont(fonts.NAME, size)
        self.canvas.setFillColorRGB(*colour)


@dataclass(frozen=True, slots=True)
class Piece:
    """Something *height* high; `draw` gets a pen and the top of its place.

    `head` is drawn again on the next page if the page ends before this piece;
    `needs` is how much must follow on the same page.
    """

    height: float
    draw: Callable[[Pen, float], None]
    head: "Piece | None" = None
    needs: float = 0


def gap(height: float) -> Piece:
    """Return room with nothing in it."""
    return Piece(height, lambda _pen, _top: None)


def heading(text: str, *, needs: float = 60) -> Piece:
    """Return the title of a part, which never stands alone at the end of a page."""
    return Piece(26, lambda pen, top: pen.text(MARGIN, top - 18, text, size=12.5), needs=needs)


def paragraph(text: str, *, size: float = TEXT, colour: Colour = INK, wide: float = INNER) -> Piece:
    """Return *text* in as many lines as it takes."""
    lines = wrap(text, wide, size)
    step = size * LEADING

    def draw(pen: Pen, top: float) -> None:
        for number, line in enumerate(lines, start=1):
            pen.text(
                MARGIN, top - number * step + (step - size) / 2, line, size=size, colour=colour
            )

    return Piece(len(lines) * step, draw)


def wrap(text: str, wide: float, size: float) -> tuple[str, ...]:
    """Return *text* in lines no wider than *wide*; Latin words stay whole where they can."""
    widths = fonts.load().face.getCharWidth
    limit = wide * 1000 / size
    lines, line, used = [], "", 0.0
    for character in fonts.drawable(text):
        used += widths(ord(character))
        if used > limit and line:
            cut = _last_gap(line) if character.isalnum() and character.isascii() else len(line)
            lines.append(line[:cut].rstrip())
            line = line[cut:]
            used = sum(widths(ord(each)) for each in line) + widths(ord(character))
        line += character
    return (*lines, line)


def width_of(text: str, size: float) -> float:
    """Return how wide *text* is drawn."""
    return fonts.width(fonts.drawable(text), size)


def draw_sheets(
    pieces: Sequence[Piece], *, title: str, foot: str, number_of: Callable[[int, int], str]
) -> bytes:
    """Return the PDF of *pieces*; *number_of* says which of how many pages one is."""
    with fonts.drawing:
        fonts.load()
        pages = _paginate(pieces)
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=A4, pageCompression=1, lang="zh-CN")
        canvas.setTitle(title)
        canvas.setCreator("Rewards")
        pen = Pen(canvas)
        for number, page in enumerate(pages, start=1):
            _draw_page(pen, page)
            pen.rule(FOOT + 14)
            pen.text(MARGIN, FOOT, foot, size=SMALL, colour=PALE)
            numbered = number_of(number, len(pages))
            pen.right(WIDTH - MARGIN, FOOT, numbered, size=SMALL, colour=PALE)
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()


def _draw_page(pen: Pen, page: Sequence[Piece]) -> None:
    top = TOP
    for piece in page:
        piece.draw(pen, top)
        top -= piece.height


def _paginate(pieces: Sequence[Piece]) -> list[list[Piece]]:
    pages: list[list[Piece]] = [[]]
    room = TOP - BOTTOM
    for piece in pieces:
        if piece.height + piece.needs > room and pages[-1]:
            pages.append([piece.head] if piece.head else [])
            room = TOP - BOTTOM - sum(each.height for each in pages[-1])
        pages[-1].append(piece)
        room -= piece.height
    return pages


def _last_gap(line: str) -> int:
    """Return where *line* may be cut before the Latin word that it ends with."""
    end = len(line)
    while end and line[end - 1].isascii() and line[end - 1].isalnum():
        end -= 1
    return end or len(line)
