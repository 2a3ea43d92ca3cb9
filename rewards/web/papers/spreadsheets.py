"""Statements as rows of a spreadsheet."""

from collections.abc import Iterator

import flask_babel

from rewards.core import clock
from rewards.statements.types import Line, Statement
from rewards.web import formats, sentences
from rewards.web.spreadsheets import Cell


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def list_rows(statement: Statement) -> list[list[Cell]]:
    """Return the rows of *statement*, its head first, amounts as bare numbers."""
    return [_head(), *_points(statement), *_minutes(statement)]


def _head() -> list[Cell]:
    return [
        _("类别"),
        _("入账日期"),
        _("时间"),
        _("发生日期"),
        _("事项"),
        _("说明"),
        _("规则"),
        _("登记方式"),
        _("标记"),
        _("数量"),
        _("余额"),
        _("单位"),
    ]


def _points(statement: Statement) -> Iterator[list[Cell]]:
    kind, unit = _("积分"), _("分")
    days = statement.period
    yield _sum_row(
        kind, days.first.isoformat(), _("期初余额"), balance=statement.opening, unit=unit
    )
    for line in statement.lines:
        yield [kind, *_describe(line), line.entry.amount, line.balance, unit]
    yield _sum_row(kind, days.last.isoformat(), _("期末余额"), balance=statement.closing, unit=unit)


def _minutes(statement: Statement) -> Iterator[list[Cell]]:
    kind, unit = _("服务时长"), _("分钟")
    for line in statement.services:
        yield [kind, *_describe(line), line.entry.amount, "", unit]
    last, served = statement.period.last.isoformat(), statement.served
    yield _sum_row(kind, last, _("确认的时长合计"), amount=served.minutes, unit=unit)
    yield _sum_row(kind, last, _("补录的时长合计"), amount=served.backfilled, unit=unit)


def _describe(line: Line) -> list[Cell]:
    entry = line.entry
    posted_on = clock.local_date(entry.posted_at, clock.zone())
    return [
        posted_on.isoformat(),
        formats.clock(entry.posted_at),
        entry.business_date.isoformat(),
        sentences.entry_title(entry),
        sentences.entry_why(entry),
        sentences.rule_name(entry.rule_code),
        sentences.entry_origin(entry),
        sentences.entry_mark(line),
    ]


def _sum_row(kind: str, day: str, what: str, *, unit: str, **sums: int) -> list[Cell]:
    return [
        *(kind, day, "", "", what, "", "", "", ""),
        sums.get("amount", ""),
        sums.get("balance", ""),
        unit,
    ]
