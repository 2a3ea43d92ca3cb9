"""The record slip on paper."""

from collections.abc import Iterator, Sequence

import flask_babel

from rewards.statements.types import RecordSlip, SlipStatus
from rewards.web import formats, sentences

from . import sheets
from .sheets import BRAND, INK, INNER, MARGIN, PALE, SMALL, WIDTH, Pen, Piece

RIGHT = WIDTH - MARGIN
AT_VALUE = MARGIN + 132
LABEL, VALUE = 11.0, 13.0
VALUE_WIDE = RIGHT - AT_VALUE
STEP = 19.0
SYMBOL_SIDE = 118.0


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def slip_title(slip: RecordSlip) -> str:
    """Return what a slip is called: a certificate only where a lawful issuer answers for it."""
    return _("志愿服务记录证明") if slip.is_certificate else _("志愿服务记录单")


def draw_slip(
    slip: RecordSlip, *, name: str, member: str, link: str, symbol: Sequence[Sequence[bool]]
) -> bytes:
    """Return *slip* as a PDF for the person of that full *name* and *member* number.

    *link* is where anybody can check the number, *symbol* the code of it.
    """
    title = slip_title(slip)
    pieces = [
        _head(slip, title),
        *_facts(slip, name=name, member=member),
        sheets.gap(14),
        sheets.paragraph(_explain(slip), size=SMALL + 1, colour=PALE),
        sheets.gap(22),
        _check(link, symbol),
        sheets.gap(26),
        _signatures(slip),
    ]
    return sheets.draw_sheets(
        pieces,
        title=f"{title} {formats.slip_number(slip.number)}",
        foot=f"{slip.issuer} · {title} {formats.slip_number(slip.number)}",
        number_of=lambda number, count: _(
            "第%(number)s页，共%(count)s页", number=number, count=count
        ),
    )


def _head(slip: RecordSlip, title: str) -> Piece:
    subtitle = slip.issuer if slip.is_certificate else _("本站记录")
    void = _("已作废") if slip.status is SlipStatus.VOID else ""

    def draw(pen: Pen, top: float) -> None:
        pen.box(MARGIN, top - 4, 34, 4, colour=BRAND)
        pen.centre(WIDTH / 2, top - 58, title, size=25)
        pen.centre(WIDTH / 2, top - 82, subtitle, size=12, colour=PALE)
        number = _("编号 %(number)s", number=formats.slip_number(slip.number))
        pen.centre(WIDTH / 2, top - 108, number, size=13)
        if void:
            pen.right(RIGHT, top - 20, void, size=20, colour=BRAND)
        pen.rule(top - 126, colour=INK)

    return Piece(140, draw)


def _facts(slip: RecordSlip, *, name: str, member: str) -> Iterator[Piece]:
    yield _fact(_("姓名"), name)
    yield _fact(_("志愿者编号"), formats.group4(member))
    yield _fact(_("服务起止"), sentences.period_days(slip.period))
    yield _fact(_("确认的服务时长"), formats.hours_exact(slip.minutes))
    yield _fact(_("补录的服务时长"), formats.hours_exact(slip.backfilled))
    yield _fact(_("服务次数"), _("%(count)s次", count=formats.number(slip.services)))
    yield _fact(_("出具单位"), slip.issuer)
    yield _fact(_("出具日期"), formats.full_day(slip.issued_at))


def _fact(label: str, value: str) -> Piece:
    lines = sheets.wrap(value, VALUE_WIDE, VALUE)
    height = len(lines) * STEP + 9

    def draw(pen: Pen, top: float) -> None:
        pen.text(MARGIN, top - STEP, label, size=LABEL, colour=PALE)
        for number, line in enumerate(lines, start=1):
            pen.text(AT_VALUE, top - number * STEP, line, size=VALUE)
        pen.rule(top - height + 1)

    return Piece(height, draw)


def _check(link: str, symbol: Sequence[Sequence[bool]]) -> Piece:
    at_text = MARGIN + SYMBOL_SIDE + 18
    wide = INNER - SYMBOL_SIDE - 18
    steps = (
        _("扫左边的码，或打开下面的网址，可以查这张单的真伪："),
        link,
        _("网页只显示编号、起止、时长和状态，不显示姓名。请对照编号和时长。"),
    )
    lines = [line for text in steps for line in (*sheets.wrap(text, wide, 10), "")]

    def draw(pen: Pen, top: float) -> None:
        pen.modules(MARGIN, top - SYMBOL_SIDE, SYMBOL_SIDE, symbol)
        for number, line in enumerate(lines, start=1):
            pen.text(at_text, top - 4 - number * 14, line, size=10)

    return Piece(max(SYMBOL_SIDE, len(lines) * 14 + 4) + 6, draw)


def _signatures(slip: RecordSlip) -> Piece:
    places = (_("负责人"), _("经办人"), _("联系方式"))
    seal = _("出具单位（盖章）") if slip.is_certificate else _("记录单位（盖章）")

    def draw(pen: Pen, top: float) -> None:
        share = INNER / len(places)
        for number, place in enumerate(places):
            x = MARGIN + number * share
            pen.text(x, top - 14, place, size=LABEL, colour=PALE)
            start = x + sheets.width_of(place, LABEL) + 6
            pen.rule(top - 17, x=start, length=x + share - 16 - start, colour=PALE)
        pen.text(MARGIN, top - 54, seal, size=LABEL, colour=PALE)

    return Piece(64, draw)


def _explain(slip: RecordSlip) -> str:
    if slip.is_certificate:
        return _(
            "时长是实际服务的时间，不含往返途中；没有确认的时长不在内。补录的时长不在确认的时长之内，"
            "单独列出。志愿服务记录证明免费出具。"
        )
    return _(
        "本单是本站对志愿服务的记录。时长是实际服务的时间，不含往返途中；没有确认的时长不在内。"
        "补录的时长不在确认的时长之内，单独列出。免费打印。"
    )
