"""What staff did at the desks: handed over, by card, undone, paid back; and who changed prices."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import NotFound

from rewards.access.types import Verb
from rewards.core import clock
from rewards.core.paging import PAGE_SIZE
from rewards.redemptions import queries as redemptions
from rewards.redemptions.types import DeskAct
from rewards.reports import queries
from rewards.reports.types import DeskLine, DeskReport, PriceLine, Tally
from rewards.statements import rules as periods_of
from rewards.statements.types import Period, Span
from rewards.web import formats, spreadsheets
from rewards.web.spreadsheets import Cell, TableForm

from . import frame, periods
from .frame import Post
from .periods import Shown

blueprint = Blueprint("console_desk_report", __name__)

PAGE = "/console/books/desk"
PRICES_SHOWN = 100
PRINCIPAL_LENGTH_MAX = 64
ACT_NAMES = {
    DeskAct.HANDED_OVER: lazy_gettext("交付"),
    DeskAct.BY_CARD: lazy_gettext("其中凭卡"),
    DeskAct.UNSEEN: lazy_gettext("其中没扫码"),
    DeskAct.UNDONE: lazy_gettext("撤销"),
    DeskAct.REFUNDED: lazy_gettext("退货"),
    DeskAct.REPLACED: lazy_gettext("换货"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the table: who, in which month, and where the rows of each number are."""

    name: str
    month: str
    cells: list[tuple[Tally, str]]


@blueprint.get(PAGE)
def show() -> ResponseReturnValue:
    """Show what each clerk did in a period, and which prices changed in it."""
    post = frame.enter(Verb.VIEW_BOOKS)
    shown = periods.read(post.now)
    report = _get_report(post, shown)
    return frame.show(
        "books_desk.html",
        post=post,
        current="books",
        shown=shown,
        neighbour=partial(periods.query_of, shown.span),
        spans=[(span, periods.query_of(span, shown.period)) for span in periods.SPANS],
        report=report,
        acts=ACT_NAMES,
        lines=[_line(line) for line in report.lines],
        prices=[(line, _name(line.change.changed_by, line.name)) for line in _shown(report)],
        has_more_prices=len(report.prices) > PRICES_SHOWN,
        prices_kept=len(report.prices) if report.is_cut else None,
        may_price=post.may(Verb.MANAGE_STOCK),
    )


@blueprint.get(f"{PAGE}.<any(csv, xlsx):form>")
def download(form: str) -> ResponseReturnValue:
    """Return the clerks or the prices as a file."""
    post = frame.enter(Verb.VIEW_BOOKS)
    shown = periods.read(post.now)
    part = request.args.get("part", "staff")
    write = _PARTS.get(part)
    if write is None:
        raise NotFound
    return spreadsheets.answer_table(
        write(_get_report(post, shown)),
        name=f"desk-{part}-{shown.span.value}-{shown.period.first:%Y-%m}",
        form=TableForm(form),
    )


@blueprint.get(f"{PAGE}/rows")
def show_rows() -> ResponseReturnValue:
    """Show the rows behind one number: what somebody did of one kind in a period."""
    post = frame.enter(Verb.VIEW_BOOKS)
    shown = periods.read(post.now)
    try:
        act = DeskAct(request.args.get("act", ""))
    except ValueError:
        raise NotFound from None
    by = request.args.get("by", "")[:PRINCIPAL_LENGTH_MAX]
    since, before = shown.bounds
    cursor = request.args.get("cursor")
    page = redemptions.page_handled(
        node_path=post.node.path,
        act=act,
        by=by,
        since=since,
        before=before,
        cursor=cursor,
        limit=PAGE_SIZE,
    )
    return frame.show(
        "books_desk_rows.html",
        post=post,
        current="books",
        shown=shown,
        act=ACT_NAMES[act],
        name=_name(by, queries.name_staff([by]).get(by, "")),
        rows=page.items,
        here=_address(act, by, shown.query),
        next_cursor=page.next,
        is_first=cursor is None,
        may_open=post.may(Verb.VIEW_PARTICIPANT),
    )


def _get_report(post: Post, shown: Shown) -> DeskReport:
    return queries.get_desk_report(
        node_path=post.node.path, months=_list_months(shown.period, post.now)
    )


def _list_months(period: Period, now: datetime) -> list[tuple[date, datetime, datetime]]:
    months = []
    first, last = period.first, min(period.last, clock.local_date(now, clock.zone()))
    while first <= last:
        month = periods_of.month_of(first)
        bounds = [clock.day_bounds(day, clock.zone()) for day in (month.first, month.last)]
        months.append((month.first, bounds[0][0], bounds[1][1]))
        first = month.last + timedelta(days=1)
    return months


def _line(line: DeskLine) -> Line:
    query = periods.query_of(Span.MONTH, periods_of.month_of(line.month))
    return Line(
        name=_name(line.by, line.name),
        month=formats.full_month(line.month),
        cells=[(line.acts.get(act, Tally()), _address(act, line.by, query)) for act in DeskAct],
    )


def _address(act: DeskAct, by: str, query: str) -> str:
    return f"{PAGE}/rows?{query}&act={act.value}&by={by}"


def _name(principal: str, name: str) -> str:
    return name or (_("系统") if principal == "system" else _("已不在册"))


def _shown(report: DeskReport) -> Sequence[PriceLine]:
    return report.prices[:PRICES_SHOWN]


def _write_staff(report: DeskReport) -> Iterable[Sequence[Cell]]:
    heads = [
        each for name in ACT_NAMES.values() for each in (str(name), _("%(act)s积分", act=name))
    ]
    yield [_("月份"), _("工作人员"), *heads]
    for line in report.lines:
        tallies = [line.acts.get(act, Tally()) for act in DeskAct]
        yield [
            f"{line.month:%Y-%m}",
            _name(line.by, line.name),
            *(number for each in tallies for number in (each.count, each.points)),
        ]


def _write_prices(report: DeskReport) -> Iterable[Sequence[Cell]]:
    yield [
        *(_("时间"), _("兑换点"), _("物品"), _("单位"), _("原价"), _("现价")),
        *(_("谁改的"), _("按现价换的件数")),
    ]
    for line in report.prices:
        change = line.change
        yield [
            f"{change.at.astimezone(clock.zone()):%Y-%m-%d %H:%M}",
            *(change.space_name, change.reward_name, change.unit, change.before, change.points),
            *(_name(change.changed_by, line.name), line.pieces),
        ]


_PARTS: Mapping[str, Callable[[DeskReport], Iterable[Sequence[Cell]]]] = {
    "staff": _write_staff,
    "prices": _write_prices,
}
