"""The poster on paper: what it is of, its code, and three steps in large letters."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import flask_babel
from reportlab.lib.pagesizes import A3, A4
from reportlab.pdfgen.canvas import Canvas

from . import fonts, sheets
from .sheets import BRAND, HEIGHT, INK, LINE, MARGIN, PALE, WIDTH, Pen

WHITE = (1.0, 1.0, 1.0)
BAND = 78.0
TITLE, TITLE_LEAST, TITLE_STEP = 46.0, 22.0, 4.0
# A title of two lines is read in passing; a longer one is at least whole.
TITLE_LINES, SMALL_TITLE, SMALL_TITLE_LINES = 2, 26.0, 4
FACT, FACT_LINES = 19.0, 4
SYMBOL_MOST = 350.0
STEP, STEP_HIGH = 22.0, 41.0
# From the middle of a number to its words.
TO_WORDS = 30.0
DISC = 15.0
FOOT, ABOVE_FOOT = 36.0, 54.0


class PaperSize(StrEnum):
    A4 = "a4"
    A3 = "a3"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPoster:
    """What stands on a poster. `symbol` are the modules of its code, `host` our address in words.

    `number` is how staff tell it from others, `place` where it hangs.
    """

    station: str
    title: str
    facts: Sequence[tuple[str, str]]
    steps: Sequence[str]
    symbol: Sequence[Sequence[bool]]
    host: str
    phone: str
    number: str
    place: str


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def draw_poster(poster: PrintedPoster, *, paper: PaperSize) -> bytes:
    """Return *poster* as a PDF of one page; A3 is A4 drawn larger."""
    size = A3 if paper is PaperSize.A3 else A4
    with fonts.drawing:
        fonts.load()
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=size, pageCompression=1, lang="zh-CN")
        canvas.setTitle(f"{poster.title} {poster.number}")
        canvas.setCreator("Rewards")
        canvas.scale(size[0] / WIDTH, size[1] / HEIGHT)
        _draw(Pen(canvas), poster)
        canvas.showPage()
        canvas.save()
        return buffer.getvalue()


def _draw(pen: Pen, poster: PrintedPoster) -> None:
    pen.box(0, HEIGHT - BAND, WIDTH, BAND, colour=BRAND)
    station = _fit(poster.station, size=24, least=14, lines=1)
    pen.centre(WIDTH / 2, HEIGHT - BAND / 2 - 8, station.lines[0], size=station.size, colour=WHITE)
    top = _draw_title(pen, poster, HEIGHT - BAND - 34)
    top = _draw_facts(pen, poster, top)
    low = _draw_steps(pen, poster, FOOT + ABOVE_FOOT + 16)
    # The code takes what is left of the page.
    side = min(top - low, SYMBOL_MOST)
    pen.modules((WIDTH - side) / 2, (top + low - side) / 2, side, poster.symbol)
    _draw_foot(pen, poster)


@dataclass(frozen=True, slots=True)
class _Fitted:
    lines: Sequence[str]
    size: float


def _fit(text: str, *, size: float, least: float, lines: int) -> _Fitted:
    """Return *text* in so many lines, in letters as large as that allows; the rest ends in dots."""
    while True:
        found = sheets.wrap(text, WIDTH - 2 * MARGIN, size)
        if lines > 1 and size <= SMALL_TITLE:
            lines = SMALL_TITLE_LINES
        if len(found) <= lines:
            return _Fitted(found, size)
        if size <= least:
            return _Fitted((*found[: lines - 1], found[lines - 1][:-1] + "…"), size)
        size = max(size - TITLE_STEP, least)


def _draw_title(pen: Pen, poster: PrintedPoster, top: float) -> float:
    title = _fit(poster.title, size=TITLE, least=TITLE_LEAST, lines=TITLE_LINES)
    for line in title.lines:
        top -= title.size * 1.25
        pen.centre(WIDTH / 2, top, line, size=title.size)
    return top - 24


def _draw_facts(pen: Pen, poster: PrintedPoster, top: float) -> float:
    wide = WIDTH - 2 * MARGIN - 64
    for label, text in poster.facts:
        for number, line in enumerate(sheets.wrap(text, wide, FACT)[:FACT_LINES]):
            top -= FACT * 1.5
            if number == 0:
                pen.text(MARGIN, top, label, size=FACT, colour=PALE)
            pen.text(MARGIN + 64, top, line, size=FACT)
    top -= 18
    pen.rule(top, colour=LINE)
    return top


def _draw_steps(pen: Pen, poster: PrintedPoster, low: float) -> float:
    wide = max(sheets.width_of(step, STEP) for step in poster.steps) + TO_WORDS + DISC
    x = max((WIDTH - wide) / 2, MARGIN) + DISC
    for number, step in reversed(list(enumerate(poster.steps, start=1))):
        pen.canvas.setFillColorRGB(*BRAND)
        pen.canvas.circle(x, low + DISC, DISC, stroke=0, fill=1)
        pen.centre(x, low + DISC - 7, str(number), size=20, colour=WHITE)
        pen.text(x + TO_WORDS, low + DISC - 8, step, size=STEP)
        low += STEP_HIGH
    return low


def _draw_foot(pen: Pen, poster: PrintedPoster) -> None:
    pen.rule(FOOT + 40, colour=INK)
    pen.text(MARGIN, FOOT + 20, _("网址 %(host)s", host=poster.host), size=14)
    if poster.phone:
        pen.right(WIDTH - MARGIN, FOOT + 20, _("电话 %(phone)s", phone=poster.phone), size=14)
    honest = _("签到不要密码，不用付钱，不用下载软件。")
    pen.text(MARGIN, FOOT, honest, size=10, colour=PALE)
    own = " · ".join(filter(None, (_("海报 %(number)s", number=poster.number), poster.place)))
    pen.right(WIDTH - MARGIN, FOOT, own, size=10, colour=PALE)
