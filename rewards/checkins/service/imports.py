"""Brings attendance in from a list, such as a duty rota: it is kept and gives nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.activities import queries as activities
from rewards.activities.types import NO_POINTS, Occasion, OccasionId
from rewards.core.errors import RewardsError
from rewards.core.importing import ImportReport, OnProgress, RowFault
from rewards.core.unit import use_case
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantNotFoundError
from rewards.participants.rules import normalize_phone
from rewards.participants.types import Participant

from .. import operations
from ..errors import (
    AccountClosedError,
    AttendanceNotImportedError,
    ImportGivesPointsError,
    OccasionNotBegunError,
    OwnHoursError,
)
from ..types import CheckInChannel

NUMBER_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceLine:
    """A row as it stands in the file: the number or the phone of who was there."""

    line: int
    person: str


@use_case
def import_attendance(
    *,
    actor: Actor,
    occasion_id: OccasionId,
    rows: Sequence[AttendanceLine],
    skip_bad: bool = False,
    now: datetime,
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Check in everybody of *rows*, or with *skip_bad* everybody who can be.

    :raises NotAllowedError: if the actor may not check people in there.
    :raises ImportGivesPointsError: if attending the occasion gives something.
    :raises OccasionNotBegunError: if it lies ahead: nobody has been there.
    :raises AttendanceNotImportedError: naming every bad row; nothing is changed.
    """
    occasion = activities.get_occasion(occasion_id)
    access.authorize(actor, Verb.CHECK_IN, occasion.node_path)
    _check_importable(occasion, now=now)
    found: list[tuple[Participant, AttendanceLine]] = []
    faults: list[RowFault] = []
    for row in rows:
        try:
            found.append((_get_person(actor, row.person, occasion), row))
        except RewardsError as error:
            faults.append(RowFault.of(row.line, error))
    added = 0
    # Accounts are locked in the order of their owners, as everywhere.
    for done, (person, row) in enumerate(sorted(found, key=lambda each: each[0].id), start=1):
        try:
            added += _enter(actor, occasion, person, now=now)
        except RewardsError as error:
            faults.append(RowFault.of(row.line, error))
        if on_progress is not None:
            on_progress(done + len(rows) - len(found))
    faults.sort(key=lambda fault: fault.line)
    if faults and not skip_bad:
        raise AttendanceNotImportedError(faults=[[f.line, f.code, f.title] for f in faults])
    return ImportReport(
        added=added, unchanged=len(rows) - len(faults) - added, faults=tuple(faults)
    )


def _check_importable(occasion: Occasion, *, now: datetime) -> None:
    if occasion.rule_code != NO_POINTS or occasion.requires_check_out:
        raise ImportGivesPointsError
    if now < occasion.starts_at:
        raise OccasionNotBegunError(starts_at=occasion.starts_at.isoformat())


def _enter(actor: Actor, occasion: Occasion, person: Participant, *, now: datetime) -> bool:
    receipt = operations.check_in(
        actor=actor,
        occasion=occasion,
        participant_id=person.id,
        # A list says who was there, not when they came.
        at=max(occasion.starts_at, occasion.opens_at),
        channel=CheckInChannel.STAFF,
        ticket=None,
        now=now,
    )
    if receipt.is_new:
        audit_trail.audit(
            actor=actor,
            action="check_in.entered",
            node_id=occasion.node_id,
            subject=f"check_in:{receipt.check_in_id.hex}",
            details={"points": receipt.points, "is_new": True, "is_import": True},
            now=now,
        )
    return receipt.is_new


def _get_person(actor: Actor, text: str, occasion: Occasion) -> Participant:
    compact = "".join(text.split())
    is_number = len(compact) == NUMBER_LENGTH and compact.isdigit()
    person = (
        participants.find_by_number(compact)
        if is_number
        else participants.find_by_phone(normalize_phone(compact))
    )
    if person is None:
        raise ParticipantNotFoundError
    if person.closed_at is not None:
        raise AccountClosedError
    if access.is_self(actor, person.id):
        raise OwnHoursError
    return participants.get_local_participant(person.id, node_path=occasion.node_path)
