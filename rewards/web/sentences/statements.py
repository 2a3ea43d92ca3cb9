"""Statements and record slips in words: periods, reasons, and who vouches for a line."""

import flask_babel

from rewards.ledger.types import Entry, Reason
from rewards.statements import rules
from rewards.statements.types import Line, Period, Span, VoidReason
from rewards.web import formats

from .fates import entered_by, needs_origin

_QUARTER_MONTHS = 3


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def period_name(period: Period) -> str:
    """Return what a period is called: 2026年11月, 2026年第4季度, 2026年, or its two days."""
    first = period.first
    match rules.span_of(period):
        case Span.YEAR:
            return _("%(year)s年", year=first.year)
        case Span.QUARTER:
            quarter = (first.month - 1) // _QUARTER_MONTHS + 1
            return _("%(year)s年第%(quarter)s季度", year=first.year, quarter=quarter)
        case Span.MONTH:
            return formats.full_month(first)
        case Span.DAYS:
            return period_days(period)


def period_days(period: Period) -> str:
    """Return the first and the last day of a period: 2026年11月1日–2026年11月30日."""
    first = formats.full_day(period.first)
    if period.first == period.last:
        return first
    return f"{first}–{formats.full_day(period.last)}"


def reason_name(reason: Reason) -> str:
    """Return what a kind of entry is called where kinds are added up: 兑换."""
    names = {
        Reason.ATTENDANCE: _("参加活动和服务"),
        Reason.AWARD: _("奖励"),
        Reason.ADJUSTMENT: _("人工调整"),
        Reason.BACKFILL: _("补录"),
        Reason.REVERSAL: _("撤回"),
        Reason.REDEMPTION: _("兑换"),
        Reason.REFUND: _("退回"),
        Reason.EXPIRY: _("积分到期"),
    }
    return names[reason]


def entry_origin(entry: Entry) -> str:
    """Return whose word an entry stands on, "" where that does not matter."""
    return entered_by(is_entered=entry.is_entered) if needs_origin(entry) else ""


def entry_mark(line: Line) -> str:
    """Return what an entry must not be read without and its title does not say, or ""."""
    if line.reversed_at is not None:
        return _("已撤回")
    if line.expired:
        return _("%(points)s已到期", points=formats.points(line.expired))
    return ""


def void_reason_name(reason: VoidReason) -> str:
    """Return why a slip was voided, for staff."""
    names = {
        VoidReason.MISTAKE: _("开错了"),
        VoidReason.CORRECTED: _("时长有更正"),
        VoidReason.REPLACED: _("另开了一张"),
        VoidReason.NOT_NEEDED: _("不需要了"),
    }
    return names[reason]
