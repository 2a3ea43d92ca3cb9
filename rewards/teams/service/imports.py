"""Brings teams and their members in from the rows of files."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from rewards.access import operations as audit_trail
from rewards.access.rules import authorize
from rewards.access.types import Actor, Verb
from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.core.importing import ImportReport, OnProgress, RowFault
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantNotFoundError
from rewards.participants.rules import normalize_phone
from rewards.participants.types import Participant

from .. import operations, queries, rules
from ..errors import (
    AlreadyMemberError,
    CategoryUnknownError,
    MembershipDatesError,
    MembersNotImportedError,
    TeamNotFoundError,
    TeamsNotImportedError,
)
from ..types import Category
from .members import check_may_join
from .teams import get_offered

Line = TypeVar("Line", "TeamLine", "MemberLine")

# 2026-11-01, 2026/11/1 and 2026.11.1 are all written.
_BETWEEN = re.compile(r"[-/.]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLine:
    """A row as it stands in the file. `node` is a path of names, or a name that is unique."""

    line: int
    name: str
    category: str
    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """A row as it stands in the file. A person is named by their number or their phone."""

    line: int
    team: str
    node: str
    number: str
    phone: str
    joined_on: str


@use_case
def import_teams(
    *,
    actor: Actor,
    rows: Sequence[TeamLine],
    skip_bad: bool = False,
    now: datetime,
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Make the teams of *rows* that are not there yet; those that are stay as they are.

    :raises TeamsNotImportedError: naming every bad row; nothing is changed.
    """
    report = _import_each(rows, lambda row: _make(actor, row, now), on_progress)
    if report.faults and not skip_bad:
        raise TeamsNotImportedError(faults=_name_faults(report))
    _audit(actor, "teams", report, now=now)
    return report


@use_case
def import_members(
    *,
    actor: Actor,
    rows: Sequence[MemberLine],
    skip_bad: bool = False,
    now: datetime,
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Let the people of *rows* belong to their teams; who does already stays as they are.

    :raises MembersNotImportedError: naming every bad row; nothing is changed.
    """
    report = _import_each(rows, lambda row: _join(actor, row, now), on_progress)
    if report.faults and not skip_bad:
        raise MembersNotImportedError(faults=_name_faults(report))
    _audit(actor, "team-members", report, now=now)
    return report


def _import_each(
    rows: Sequence[Line], import_row: Callable[[Line], bool], on_progress: OnProgress | None
) -> ImportReport:
    added = unchanged = 0
    faults: list[RowFault] = []
    for done, row in enumerate(rows, start=1):
        try:
            if import_row(row):
                added += 1
            else:
                unchanged += 1
        except RewardsError as error:
            faults.append(RowFault.of(row.line, error))
        if on_progress is not None:
            on_progress(done)
    return ImportReport(added=added, unchanged=unchanged, faults=tuple(faults))


def _make(actor: Actor, row: TeamLine, now: datetime) -> bool:
    home = network.get_node_by_names(row.node)
    authorize(actor, Verb.MANAGE_TEAM, home.path)
    home = network.get_open_node(home.id)
    name = rules.normalize_name(row.name)
    category = get_offered(_find_code(row.category, home), home)
    if queries.find_by_name(home.id, name) is not None:
        return False
    operations.create_team(
        name=name, category=category, home=home, principal=actor.principal, now=now
    )
    return True


def _find_code(text: str, home: Node) -> str:
    categories: dict[str, Category] = {}
    for each in queries.list_categories(home.path, hidden_too=True):
        categories |= {each.code: each, each.name: each}
    if text not in categories:
        raise CategoryUnknownError
    return categories[text].code


def _join(actor: Actor, row: MemberLine, now: datetime) -> bool:
    home = network.get_node_by_names(row.node)
    authorize(actor, Verb.MANAGE_MEMBERS, home.path)
    found = queries.find_by_name(home.id, rules.normalize_name(row.team))
    if found is None:
        raise TeamNotFoundError
    team = operations.lock_team(found.id)
    person = _find_person(row)
    check_may_join(person.id, team)
    today = clock.local_date(now, clock.zone())
    joined_on = _read_day(row.joined_on, today=today)
    rules.check_joining(joined_on, today=today)
    try:
        operations.add_member(
            team,
            participant_id=person.id,
            joined_on=joined_on,
            principal=actor.principal,
            now=now,
        )
    except AlreadyMemberError:
        return False
    return True


def _find_person(row: MemberLine) -> Participant:
    found = None
    if row.number:
        found = participants.find_by_number(row.number)
    elif row.phone:
        found = participants.find_by_phone(normalize_phone(row.phone))
    if found is None:
        raise ParticipantNotFoundError
    return found


def _read_day(text: str, *, today: date) -> date:
    if not text:
        return today
    try:
        year, month, day = (int(part) for part in _BETWEEN.split(text))
        return date(year, month, day)
    except ValueError as error:
        raise MembershipDatesError(
            field="joined_on", first=rules.FIRST_DAY.isoformat(), last=today.isoformat()
        ) from error


def _name_faults(report: ImportReport) -> list[list[int | str]]:
    return [[fault.line, fault.code, fault.title] for fault in report.faults]


def _audit(actor: Actor, subject: str, report: ImportReport, *, now: datetime) -> None:
    audit_trail.audit(
        actor=actor,
        action=f"{subject}.imported",
        node_id=None,
        subject=subject,
        details={
            "added": report.added,
            "unchanged": report.unchanged,
            "skipped": len(report.faults),
        },
        now=now,
    )
