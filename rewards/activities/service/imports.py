"""Brings occasions and series in from the rows of a file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core import clock
from rewards.core.db import db
from rewards.core.errors import RewardsError
from rewards.core.importing import ImportReport, OnProgress, RowFault
from rewards.core.unit import joined, use_case
from rewards.network import queries as network
from rewards.network.types import Node

from .. import queries, rules
from ..errors import (
    OccasionCapacityError,
    OccasionKindUnknownError,
    OccasionsNotImportedError,
    OccasionTimesError,
    OccasionTimesUnreadableError,
    OccasionTitleError,
    OccasionWordsError,
)
from ..types import NO_POINTS, OccasionKind
from .occasions import create_occasion
from .series import create_series

TITLE_LENGTH_MAX = 80
WORDS_LENGTH_MAX = 80
CAPACITY_MAX = 100_000
CAPACITY_DIGITS_MAX = 6
DAY_MINUTES = 24 * 60
MINUTE = timedelta(minutes=1)
# As the form of the console calls them, and as the interface for programs does.
KINDS: dict[str, tuple[OccasionKind, str | None]] = {
    **{kind.value: (kind, None) for kind in OccasionKind},
    "活动": (OccasionKind.ACTIVITY, "ACT_JOIN"),
    "红色观影": (OccasionKind.ACTIVITY, "FILM_JOIN"),
    "观影": (OccasionKind.ACTIVITY, "FILM_JOIN"),
    "学习": (OccasionKind.STUDY_SESSION, "STUDY_GROUP"),
    "集中学习": (OccasionKind.STUDY_SESSION, "STUDY_GROUP"),
    "空间打卡": (OccasionKind.STUDY_SESSION, "SPACE_STAMP"),
    "培训": (OccasionKind.STUDY_SESSION, "TRAIN_PASS"),
    "志愿服务": (OccasionKind.SERVICE_SHIFT, "SVC_TIME"),
    "集结令": (OccasionKind.SERVICE_SHIFT, "SVC_MUSTER"),
    "专业服务": (OccasionKind.SERVICE_SHIFT, "SVC_PRO"),
    "宣讲授课": (OccasionKind.SERVICE_SHIFT, "LECTURE_GIVE"),
    "窗帘行动巡看": (OccasionKind.SERVICE_SHIFT, "CURTAIN"),
    "值班名单": (OccasionKind.SERVICE_SHIFT, NO_POINTS),
}
# Lectures and plays whose listeners nobody asks for a name.
NAMELESS = frozenset({"只点人数", "讲座", "演出", "情景剧"})
_BETWEEN = re.compile(r"[-/.年月]")
_CLOCK = re.compile(r"(\d{1,2})[:：](\d\d)(?::00)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class OccasionLine:
    """A row as it stands in the file. `node` is a path of names, or a name that is unique.

    One with `repeat`, such as 每周二 or an RRULE, is a series from its day on.
    """

    line: int
    title: str
    kind: str
    node: str
    day: str
    start: str
    end: str
    place: str = ""
    team: str = ""
    capacity: str = ""
    repeat: str = ""
    until: str = ""


@use_case
def import_occasions(
    *,
    actor: Actor,
    rows: Sequence[OccasionLine],
    skip_bad: bool = False,
    now: datetime,
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Plan the occasions and series of *rows* that are not there yet.

    :raises OccasionsNotImportedError: naming every bad row; nothing is planned.
    """
    added = unchanged = 0
    faults: list[RowFault] = []
    for done, row in enumerate(rows, start=1):
        try:
            # Of a row that is refused half-way nothing stays.
            with db.session.begin_nested():
                is_new = _plan(actor, row, now)
            added += is_new
            unchanged += not is_new
        except RewardsError as error:
            faults.append(RowFault.of(row.line, error))
        if on_progress is not None:
            on_progress(done)
    report = ImportReport(added=added, unchanged=unchanged, faults=tuple(faults))
    if report.faults and not skip_bad:
        raise OccasionsNotImportedError(
            faults=[[fault.line, fault.code, fault.title] for fault in report.faults]
        )
    audit_trail.audit(
        actor=actor,
        action="occasions.imported",
        node_id=None,
        subject="occasions",
        details={"added": added, "unchanged": unchanged, "left_out": len(faults)},
        now=now,
    )
    return report


def _plan(actor: Actor, row: OccasionLine, now: datetime) -> bool:
    node = network.get_node_by_names(row.node)
    access.authorize(actor, Verb.MANAGE_OCCASION, node.path)
    title = " ".join(row.title.split())
    if not 0 < len(title) <= TITLE_LENGTH_MAX:
        raise OccasionTitleError(length_max=TITLE_LENGTH_MAX)
    for field, words in (("place", row.place), ("team", row.team)):
        if len(words) > WORDS_LENGTH_MAX:
            raise OccasionWordsError(field=field, length_max=WORDS_LENGTH_MAX)
    day, start, minutes = _read_times(row)
    details = {
        "actor": actor,
        "node_id": node.id,
        "title": title,
        "place": row.place,
        "team": row.team,
        "capacity": _read_capacity(row.capacity),
        "now": now,
        **_read_kind(row.kind),
    }
    starts_at = datetime.combine(day, start, tzinfo=clock.zone())
    rules.check_start(starts_at, now=now)
    if row.repeat:
        return _plan_series(row, node, details, day=day, start=start, minutes=minutes)
    there = queries.list_occasions(
        node_path=node.path, starts_from=starts_at, starts_before=starts_at + MINUTE
    )
    if any(each.title == title and each.node_id == node.id for each in there):
        return False
    wall_end = datetime.combine(day, start) + minutes * MINUTE
    joined(create_occasion)(
        starts_at=starts_at, ends_at=wall_end.replace(tzinfo=clock.zone()), **details
    )
    return True


def _plan_series(
    row: OccasionLine,
    node: Node,
    details: dict[str, Any],
    *,
    day: date,
    start: time,
    minutes: int,
) -> bool:
    rule = rules.read_spoken(row.repeat)
    if row.until:
        rule += f";UNTIL={_read_day(row.until):%Y%m%d}"
    for each in queries.list_series(node_path=node.path, day=day):
        is_there = each.details.title == details["title"] and each.node_id == node.id
        if is_there and (each.pattern.starts_on, each.pattern.start) == (day, start):
            return False
    joined(create_series)(rule=rule, starts_on=day, start=start, minutes=minutes, **details)
    return True


def _read_times(row: OccasionLine) -> tuple[date, time, int]:
    day, start, end = _read_day(row.day), _read_clock(row.start), _read_clock(row.end)
    if start == end:
        # A slip of the pen far sooner than a day and a night.
        raise OccasionTimesError(field="end")
    # What goes on past midnight ends on the next day.
    return day, start, (_minute_of(end) - _minute_of(start)) % DAY_MINUTES


def _minute_of(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _read_day(text: str) -> date:
    try:
        # A workbook adds midnight to its days.
        year, month, day = (
            int(part) for part in _BETWEEN.split(text.removesuffix(" 00:00:00").removesuffix("日"))
        )
        return date(year, month, day)
    except ValueError as error:
        raise OccasionTimesUnreadableError from error


def _read_clock(text: str) -> time:
    found = _CLOCK.fullmatch(text)
    try:
        if found is None:
            raise OccasionTimesUnreadableError
        return time(int(found[1]), int(found[2]))
    except ValueError as error:
        raise OccasionTimesUnreadableError from error


def _read_kind(text: str) -> dict[str, Any]:
    if text in NAMELESS:
        return {"kind": OccasionKind.ACTIVITY, "counts_heads": True}
    if text not in KINDS:
        raise OccasionKindUnknownError(known=[*KINDS, *sorted(NAMELESS)])
    kind, rule_code = KINDS[text]
    return {"kind": kind, "rule_code": rule_code}


def _read_capacity(text: str) -> int | None:
    if not text:
        return None
    is_number = text.isascii() and text.isdigit() and len(text) <= CAPACITY_DIGITS_MAX
    if not (is_number and 0 < int(text) <= CAPACITY_MAX):
        raise OccasionCapacityError(most=CAPACITY_MAX)
    return int(text)
