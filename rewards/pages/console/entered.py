"""Who entered how much for whom: staff-entered points beside those the system proved."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from rewards.access.types import ParticipantId, Verb
from rewards.core import clock
from rewards.participants import queries as participants
from rewards.participants.types import Participant
from rewards.reports import queries
from rewards.reports.types import Finding, Pair, Pattern, Report
from rewards.web import formats, spreadsheets
from rewards.web.spreadsheets import Cell, TableForm

from . import frame, periods
from .frame import Post
from .periods import Shown

blueprint = Blueprint("console_entered", __name__)

FINDINGS_SHOWN = 40
PAIRS_SHOWN = 10
BARS_SHOWN = 12
BAR_WIDTH = 100
PAGES_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A line of the chart: points, and the width of its bar in hundredths."""

    label: str
    points: int
    width: int


@blueprint.get("/console/books/entered")
def show() -> ResponseReturnValue:
    """Show what staff entered in a period, and what in it is worth a second look."""
    post = frame.enter(Verb.VIEW_BOOKS)
    shown = periods.read(post.now)
    report = _get_report(post, shown)
    page = _read_page()
    start = page * FINDINGS_SHOWN
    findings = report.findings[start : start + FINDINGS_SHOWN]
    pairs = [pair for pair in report.pairs if pair.points][:PAIRS_SHOWN]
    people = _list_people([*findings, *pairs])
    names = _name_staff(report)
    return frame.show(
        "books_entered.html",
        post=post,
        current="books",
        shown=shown,
        neighbour=partial(periods.query_of, shown.span),
        spans=[(span, periods.query_of(span, shown.period)) for span in periods.SPANS],
        report=report,
        bars=_draw(report),
        names=names,
        pairs=[(pair, names[pair.staff], people[pair.participant_id]) for pair in pairs],
        findings=[
            (finding, names[finding.staff], _tell(finding), _find_person(finding, people))
            for finding in findings
        ],
        page=page,
        has_more=len(report.findings) > start + FINDINGS_SHOWN,
        patterns=Pattern,
    )


@blueprint.get("/console/books/entered.<any(csv, xlsx):form>")
def download(form: str) -> ResponseReturnValue:
    """Return one of the report's lists as a file."""
    post = frame.enter(Verb.VIEW_BOOKS)
    shown = periods.read(post.now)
    part = request.args.get("part", "staff")
    write = _PARTS.get(part)
    if write is None:
        raise NotFound
    rows = write(_get_report(post, shown))
    return spreadsheets.answer_table(
        rows,
        name=f"entered-{part}-{shown.span.value}-{shown.period.first:%Y-%m}",
        form=TableForm(form),
    )


def _get_report(post: Post, shown: Shown) -> Report:
    since, until = shown.bounds
    return queries.get_report(node_path=post.node.path, since=since, until=until)


def _read_page() -> int:
    text = request.args.get("page", "")
    page = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return min(page, PAGES_MAX)


def _draw(report: Report) -> list[Bar]:
    lines = [line for line in report.staff if line.points][:BARS_SHOWN]
    most = max((line.points for line in lines), default=1)
    return [
        Bar(
            label=line.name or _("已不在册"),
            points=line.points,
            width=max(1, line.points * BAR_WIDTH // most),
        )
        for line in lines
    ]


def _name_staff(report: Report) -> Mapping[str, str]:
    return {line.staff: line.name or _("已不在册") for line in report.staff}


def _list_people(about: Iterable[Finding | Pair]) -> dict[ParticipantId, Participant]:
    return participants.list_participants(
        {each.participant_id for each in about if each.participant_id is not None}
    )


def _find_person(
    finding: Finding, people: Mapping[ParticipantId, Participant]
) -> Participant | None:
    return people[finding.participant_id] if finding.participant_id else None


def _tell(finding: Finding) -> str:
    match finding.pattern:
        case Pattern.OUTSIDE:
            return str(_("不在活动时间里录入"))
        case Pattern.BURST:
            return str(_("几分钟里接连录入"))
        case Pattern.REPEATED:
            return str(_("反复给同一人录入"))


def _write_staff(report: Report) -> Iterable[Sequence[Cell]]:
    yield [
        *(_("工作人员"), _("笔数"), _("录入积分"), _("撤回积分"), _("涉及居民")),
        *(_("时间外"), _("接连录入"), _("反复同一人")),
    ]
    for line in report.staff:
        yield [
            line.name or _("已不在册"),
            *(line.entries, line.points, line.taken, line.beneficiaries),
            *(line.findings[pattern] for pattern in Pattern),
        ]


def _write_nodes(report: Report) -> Iterable[Sequence[Cell]]:
    yield [_("站点"), _("人工录入"), _("系统核实"), _("人工占比")]
    for line in report.nodes:
        share = formats.share(line.entered, line.entered + line.proved)
        yield [line.node.name, line.entered, line.proved, share]


def _write_pairs(report: Report) -> Iterable[Sequence[Cell]]:
    people, names = _list_people(report.pairs), _name_staff(report)
    yield [_("工作人员"), _("居民"), _("志愿者号"), _("笔数"), _("录入积分"), _("撤回积分")]
    for pair in report.pairs:
        person = people[pair.participant_id]
        yield [
            *(names[pair.staff], person.masked_name, person.number),
            *(pair.entries, pair.points, pair.taken),
        ]


def _write_findings(report: Report) -> Iterable[Sequence[Cell]]:
    people, names = _list_people(report.findings), _name_staff(report)
    yield [
        *(_("工作人员"), _("值得再看"), _("居民"), _("志愿者号"), _("笔数"), _("录入积分")),
        *(_("从"), _("到")),
    ]
    for finding in report.findings:
        person = _find_person(finding, people)
        yield [
            names[finding.staff],
            _tell(finding),
            *((person.masked_name, person.number) if person else ("", "")),
            *(finding.entries, finding.points),
            *(_stamp(each) for each in (finding.first_at, finding.last_at)),
        ]


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(clock.zone()):%Y-%m-%d %H:%M}"


_PARTS: Mapping[str, Callable[[Report], Iterable[Sequence[Cell]]]] = {
    "staff": _write_staff,
    "nodes": _write_nodes,
    "pairs": _write_pairs,
    "findings": _write_findings,
}
