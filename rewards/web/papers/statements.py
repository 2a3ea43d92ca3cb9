"""The statement on paper."""

from collections.abc import Iterator, Sequence

import flask_babel

from rewards.core import clock
from rewards.ledger.types import EARNING_REASONS, Reason
from rewards.statements.types import Line, Statement
from rewards.web import formats, sentences

from . import sheets
from .sheets import INNER, MARGIN, PALE, SMALL, TEXT, WIDTH, Pen, Piece

RIGHT = WIDTH - MARGIN
AT_TITLE = MARGIN + 64
AT_ORIGIN = MARGIN + 308
AT_AMOUNT = RIGHT - 62
TITLE_WIDE = AT_ORIGIN - AT_TITLE - 10
ORIGIN_WIDE = 88.0
ROW_GAP = 6.5
STEP, SMALL_STEP = 12.5, 10.5
TILE_HIGH = 46.0


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def draw_statement(statement: Statement, *, name: str, issuer: str) -> bytes:
    """Return *statement* as a PDF for the person of that full *name*, printed by *issuer*."""
    title = _("积分与服务时长对账单")
    pieces = [
        _title(statement, title, name=name, issuer=issuer),
        _tiles(statement),
        *_points(statement),
        *_totals(statement),
        *_services(statement),
        *_expiring(statement),
        sheets.gap(10),
        sheets.paragraph(_explain(), size=SMALL, colour=PALE),
    ]
    return sheets.draw_sheets(
        pieces,
        title=f"{title} {sentences.period_name(statement.period)}",
        foot=f"{issuer} · {sentences.period_name(statement.period)}",
        number_of=lambda number, count: _(
            "第%(number)s页，共%(count)s页", number=number, count=count
        ),
    )


def _title(statement: Statement, title: str, *, name: str, issuer: str) -> Piece:
    number = formats.group4(statement.participant.number)
    made = f"{formats.full_day(statement.made_at)} {formats.clock(statement.made_at)}"

    def draw(pen: Pen, top: float) -> None:
        pen.box(MARGIN, top - 4, 34, 4, colour=sheets.BRAND)
        pen.text(MARGIN, top - 18, issuer, size=TEXT, colour=PALE)
        pen.right(RIGHT, top - 18, _("打印于 %(moment)s", moment=made), size=SMALL, colour=PALE)
        pen.text(MARGIN, top - 46, title, size=19)
        pen.text(
            MARGIN, top - 68, _("%(name)s，志愿者 %(number)s", name=name, number=number), size=11
        )
        pen.right(RIGHT, top - 68, sentences.period_name(statement.period), size=11)

    return Piece(84, draw)


def _tiles(statement: Statement) -> Piece:
    gained = sum(amount for reason, amount in statement.totals.items() if reason in EARNING_REASONS)
    expired = statement.totals.get(Reason.EXPIRY, 0)
    spent = statement.closing - statement.opening - gained - expired
    tiles = (
        (_("期初"), formats.number(statement.opening)),
        (_("得到"), formats.gain(gained)),
        (_("用掉"), formats.gain(spent)),
        (_("到期"), formats.gain(expired)),
        (_("期末"), formats.points(statement.closing)),
        (_("确认的时长"), formats.hours_exact(statement.served.minutes)),
        (_("补录的时长"), formats.hours_exact(statement.served.backfilled)),
    )
    shares = (0.11, 0.12, 0.12, 0.12, 0.15, 0.19, 0.19)

    def draw(pen: Pen, top: float) -> None:
        pen.box(MARGIN, top - TILE_HIGH, INNER, TILE_HIGH)
        x = MARGIN + 10
        for (label, value), share in zip(tiles, shares, strict=True):
            pen.text(x, top - 17, label, size=SMALL, colour=PALE)
            pen.text(x, top - 35, value, size=11)
            x += (INNER - 10) * share

    return Piece(TILE_HIGH + 8, draw)


def _points(statement: Statement) -> Iterator[Piece]:
    yield sheets.heading(_("积分"))
    if not statement.lines:
        yield sheets.paragraph(_("这段时间没有积分变动。"), colour=PALE)
        return
    head = _head(_("变动"), _("余额"))
    yield Piece(head.height, head.draw, needs=60)
    for line in statement.lines:
        amount = formats.gain(line.entry.amount)
        day = clock.local_date(line.entry.posted_at, clock.zone()).isoformat()
        yield _row(line, day, amount, formats.number(line.balance), head=head)


def _services(statement: Statement) -> Iterator[Piece]:
    yield sheets.heading(_("服务时长"))
    if not statement.services:
        yield sheets.paragraph(_("这段时间没有确认的时长。"), colour=PALE)
        return
    head = _head("", _("时长"))
    yield Piece(head.height, head.draw, needs=60)
    for line in statement.services:
        amount = line.entry.amount
        served = formats.hours_exact(abs(amount))
        yield _row(
            line,
            line.entry.business_date.isoformat(),
            "",
            served if amount > 0 else f"−{served}",
            head=head,
        )


def _totals(statement: Statement) -> Iterator[Piece]:
    if statement.totals:
        yield sheets.heading(_("按种类合计"), needs=30)
        for reason, amount in statement.totals.items():
            yield _sum(sentences.reason_name(reason), formats.gain_points(amount))


def _expiring(statement: Statement) -> Iterator[Piece]:
    if statement.expiring:
        yield sheets.heading(_("将到期的积分"), needs=30)
        for each in statement.expiring:
            until = _("%(day)s 到期", day=formats.full_day(each.valid_until))
            yield _sum(until, formats.points(each.points))


def _sum(label: str, value: str) -> Piece:
    def draw(pen: Pen, top: float) -> None:
        pen.text(MARGIN, top - 12, label)
        pen.right(RIGHT, top - 12, value)
        pen.rule(top - 18)

    return Piece(19, draw)


def _head(amount: str, balance: str) -> Piece:
    cells = ((MARGIN, _("日期")), (AT_TITLE, _("事项和说明")), (AT_ORIGIN, _("登记方式")))

    def draw(pen: Pen, top: float) -> None:
        for x, text in cells:
            pen.text(x, top - 12, text, size=SMALL, colour=PALE)
        pen.right(AT_AMOUNT, top - 12, amount, size=SMALL, colour=PALE)
        pen.right(RIGHT, top - 12, balance, size=SMALL, colour=PALE)
        pen.rule(top - 18, colour=PALE)

    return Piece(20, draw)


def _row(line: Line, day: str, amount: str, balance: str, *, head: Piece) -> Piece:
    entry = line.entry
    titles = sheets.wrap(sentences.entry_title(entry), TITLE_WIDE, TEXT)
    rule = sentences.rule_name(entry.rule_code)
    why = " · ".join(part for part in (sentences.entry_why(entry), rule) if part)
    whys = sheets.wrap(why, TITLE_WIDE, SMALL) if why else ()
    origins = _origins(line)
    height = max(len(titles) * STEP + len(whys) * SMALL_STEP, len(origins) * STEP) + ROW_GAP

    def draw(pen: Pen, top: float) -> None:
        pen.text(MARGIN, top - STEP, day)
        for number, text in enumerate(titles, start=1):
            pen.text(AT_TITLE, top - number * STEP, text)
        below = top - len(titles) * STEP
        for number, text in enumerate(whys, start=1):
            pen.text(AT_TITLE, below - number * SMALL_STEP, text, size=SMALL, colour=PALE)
        for number, text in enumerate(origins, start=1):
            pen.text(AT_ORIGIN, top - number * STEP, text, size=SMALL)
        pen.right(AT_AMOUNT, top - STEP, amount)
        pen.right(RIGHT, top - STEP, balance)
        pen.rule(top - height + 2)

    return Piece(height, draw, head=head)


def _origins(line: Line) -> Sequence[str]:
    texts = (sentences.entry_origin(line.entry), sentences.entry_mark(line))
    return [part for text in texts if text for part in sheets.wrap(text, ORIGIN_WIDE, SMALL)]


def _explain() -> str:
    return _(
        "积分按入账的日期列出，时长按服务的日期列出。“系统核实”是本人扫码或出示卡，"
        "“由工作人员录入”是工作人员代为登记。补录的时长另列，不计积分。"
        "哪一笔不是您办的，请在15天内向站里提出。"
    )
