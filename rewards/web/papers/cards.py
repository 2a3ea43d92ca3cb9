"""Cards for people without a phone: ten on a sheet of A4, of the size of a bank card."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import flask_babel
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from . import fonts, sheets
from .sheets import BRAND, HEIGHT, LINE, PALE, WIDTH, Pen

WIDE, HIGH = 85.6 * mm, 54.0 * mm
COLUMNS, ROWS = 2, 5
PER_SHEET = COLUMNS * ROWS
LEFT = (WIDTH - COLUMNS * WIDE) / 2
LOW = (HEIGHT - ROWS * HIGH) / 2
BAND = 20.0
SYMBOL_SIDE = 38 * mm
PADDING = 9.0
# Where scissors begin and end.
MARK = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCard:
    """What stands on a card: no phone number of its owner, and a name with parts left out."""

    station: str
    phone: str
    name: str
    number: str
    symbol: Sequence[Sequence[bool]]


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def draw_cards(cards: Sequence[PrintedCard]) -> bytes:
    """Return *cards* as a PDF, ten to a page, with marks for the scissors."""
    with fonts.drawing:
        fonts.load()
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), pageCompression=1, lang="zh-CN")
        canvas.setTitle(_("志愿者卡"))
        canvas.setCreator("Rewards")
        pen = Pen(canvas)
        for start in range(0, len(cards), PER_SHEET):
            _draw_marks(pen)
            for place, card in enumerate(cards[start : start + PER_SHEET]):
                row, column = divmod(place, COLUMNS)
                _draw_card(pen, card, LEFT + column * WIDE, HEIGHT - LOW - (row + 1) * HIGH)
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()


def _draw_card(pen: Pen, card: PrintedCard, x: float, y: float) -> None:
    pen.box(x, y + HIGH - BAND, WIDE, BAND, colour=BRAND)
    station = _fit(card.station, WIDE - 2 * PADDING, 10.5)
    pen.text(x + PADDING, y + HIGH - BAND + 6.5, station, size=10.5, colour=(1, 1, 1))
    low = y + (HIGH - BAND - SYMBOL_SIDE) / 2
    pen.modules(x + 3, low, SYMBOL_SIDE, card.symbol)
    at, wide = x + SYMBOL_SIDE + 8, WIDE - SYMBOL_SIDE - 8 - PADDING
    top = y + HIGH - BAND - 18
    pen.text(at, top, _("志愿者卡"), size=9, colour=PALE)
    pen.text(at, top - 26, _fit(card.name, wide, 19), size=19)
    pen.text(at, top - 50, card.number, size=15)
    foot = [_("给工作人员扫")]
    if card.phone:
        foot.append(_("捡到请打 %(phone)s", phone=card.phone))
    lines = [line for text in foot for line in sheets.wrap(text, wide, 8.5)]
    for number, line in enumerate(reversed(lines)):
        pen.text(at, y + 9 + number * 12, line, size=8.5, colour=PALE)


def _draw_marks(pen: Pen) -> None:
    canvas = pen.canvas
    canvas.setLineWidth(0.4)
    canvas.setStrokeColorRGB(*LINE)
    right, high = LEFT + COLUMNS * WIDE, LOW + ROWS * HIGH
    for column in range(COLUMNS + 1):
        x = LEFT + column * WIDE
        canvas.line(x, LOW, x, high)
        canvas.line(x, high, x, high + MARK)
        canvas.line(x, LOW, x, LOW - MARK)
    for row in range(ROWS + 1):
        y = LOW + row * HIGH
        canvas.line(LEFT - MARK, y, right + MARK, y)


def _fit(text: str, wide: float, size: float) -> str:
    lines = sheets.wrap(text, wide, size)
    return lines[0] if len(lines) == 1 else lines[0][:-1] + "…"
