"""The receipt of a hand-over on a strip of 58 mm, as long as it takes."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import flask_babel
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from rewards.web import formats

from . import fonts, sheets
from .sheets import INK, Pen

WIDTH = 58 * mm
# What a printer of such paper reaches.
INNER = 48 * mm
LEFT = (WIDTH - INNER) / 2
RIGHT = LEFT + INNER
EDGE = 4 * mm
# Large enough for who has left the glasses at home.
TITLE, TEXT, LINE = 17.0, 14.0, 19.0
LABEL_GAP = 6.0
Row = tuple[float, Callable[[Pen, float], None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedReceipt:
    """What stands on a receipt: a name with parts left out, and no code to be used again.

    What was `returned` is named without its points; where all was, the receipt is void.
    """

    number: str
    things: tuple[tuple[str, int], ...]
    returned: tuple[str, ...]
    who: str
    collector: str
    at: datetime
    clerk: str
    place: str
    points: int
    left: int


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def draw_receipt(receipt: PrintedReceipt) -> bytes:
    """Return *receipt* as a PDF of one page, 58 mm wide."""
    with fonts.drawing:
        fonts.load()
        rows = _list_rows(receipt)
        height = sum(high for high, _draw in rows) + 2 * EDGE
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=(WIDTH, height), pageCompression=1, lang="zh-CN")
        canvas.setTitle(f"{_('交付单')} {receipt.number}")
        canvas.setCreator("Rewards")
        pen, top = Pen(canvas), height - EDGE
        for high, draw in rows:
            draw(pen, top)
            top -= high
        canvas.showPage()
        canvas.save()
        return buffer.getvalue()


def _list_rows(receipt: PrintedReceipt) -> list[Row]:
    title = _("交付单") if receipt.things else _("交付单 作废")
    rows = [_title(title), _pair(_("单号"), receipt.number), _rule()]
    rows += [_pair(name, formats.points(points)) for name, points in receipt.things]
    rows += [_pair(name, _("已退回")) for name in receipt.returned]
    rows += [_rule(), _pair(_("领取人"), receipt.who)]
    if receipt.collector:
        rows.append(_pair(_("来领的"), receipt.collector))
    rows += [
        _pair(_("时间"), formats.day_clock(receipt.at)),
        _pair(_("经办"), receipt.clerk),
        _pair(_("地点"), receipt.place),
        _rule(),
        _pair(_("用掉"), formats.points(receipt.points)),
        _pair(_("剩余积分"), formats.points(receipt.left)),
    ]
    if receipt.things:
        told = sheets.wrap(
            _(
                "东西坏了，7天内本人带“我的卡”或志愿者卡来换；本人来不了，请家人带这张单找站管理员。"
            ),
            INNER,
            TEXT,
        )
        rows += [_rule(), *(_line(text) for text in told)]
    return rows


def _title(text: str) -> Row:
    return TITLE * 1.8, lambda pen, top: pen.centre(WIDTH / 2, top - TITLE, text, size=TITLE)


def _line(text: str) -> Row:
    return LINE, lambda pen, top: pen.text(LEFT, top - TEXT, text, size=TEXT)


def _rule() -> Row:
    return 8.0, lambda pen, top: pen.rule(top - 4, x=LEFT, length=INNER, colour=INK)


def _pair(label: str, value: str) -> Row:
    """Write both on one line if they fit, else the value below, each in as many as it takes."""
    room = INNER - sheets.width_of(label, TEXT) - LABEL_GAP
    labels, values = sheets.wrap(label, INNER, TEXT), sheets.wrap(value, INNER, TEXT)
    below = 0 if sheets.width_of(value, TEXT) <= room else len(labels)

    def draw(pen: Pen, top: float) -> None:
        for number, line in enumerate(labels):
            pen.text(LEFT, top - TEXT - number * LINE, line, size=TEXT)
        for number, line in enumerate(values, start=below):
            pen.right(RIGHT, top - TEXT - number * LINE, line, size=TEXT)

    return max(len(labels), below + len(values)) * LINE, draw
