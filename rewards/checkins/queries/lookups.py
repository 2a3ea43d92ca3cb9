"""Reads of attendance, and of what a code means now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.core import secrecy
from rewards.core.db import UtcDateTime, db, table_of
from rewards.core.ids import new_label
from rewards.earning import operations as earning
from rewards.ledger import queries as ledger
from rewards.participants import queries as participants
from rewards.participants.errors import ParticipantNotFoundError
from rewards.participants.types import Participant

from .. import rules
from ..errors import InvalidCodeError
from ..models import CheckInRow, RefusedScanRow
from ..types import (
    Attendance,
    CheckInChannel,
    CheckInId,
    CodeKind,
    DisplayCode,
    Receipt,
    RefusedScan,
    ScanTicket,
    Token,
    Turnout,
)

TICKET_ID_LENGTH = 26

_check_ins = table_of(CheckInRow)
_one = sa.select(_check_ins).where(
    _check_ins.c.occasion_id == sa.bindparam("occasion"),
    _check_ins.c.participant_id == sa.bindparam("participant"),
)


def get_display_code(occasion: Occasion, *, now: datetime) -> DisplayCode:
    """Return the code that the screen of *occasion* shows now."""
    return rules.build_code(label=occasion.code_label, key=occasion.code_key, now=now)


def get_member_code(participant: Participant, *, now: datetime) -> str:
    """Return the token by which staff can find *participant* in the next minutes."""
    return rules.build_member_code(
        label=_member_label(participant), key=_member_key(participant), now=now
    )


def find_member(text: str, *, now: datetime) -> Participant | None:
    """Return the participant whose member code or number *text* is.

    :raises InvalidCodeError: if it is a code, but none of a participant.
    :raises CodeExpiredError: if the code is too old.
    """
    number = "".join(text.split())
    if number.isdigit():
        return participants.find_by_number(number)
    token = rules.parse_token(text)
    if token.kind is not CodeKind.MEMBER:
        raise InvalidCodeError
    participant = participants.find_by_number(_member_number(token))
    if participant is None:
        raise InvalidCodeError
    rules.check_member_code(token, key=_member_key(participant), now=now)
    return participant


def get_present(
    occasion: Occasion, participant_id: ParticipantId | None, card: str, *, now: datetime
) -> Participant:
    """Return who stands before staff at an occasion: of that id, or else of that card.

    :raises InvalidCodeError: if the card is none of ours.
    :raises CodeExpiredError: if the code on it is too old.
    :raises ParticipantNotFoundError: if nobody of the occasion's center is meant.
    """
    if participant_id is None:
        member = find_member(card, now=now)
        if member is None:
            raise ParticipantNotFoundError
        participant_id = member.id
    return participants.get_local_participant(participant_id, node_path=occasion.node_path)


def freeze_scan(text: str, *, now: datetime) -> tuple[Occasion, ScanTicket]:
    """Return the occasion of a scanned code, and a ticket that keeps the time of the scan.

    :raises InvalidCodeError: if it is not the code of an occasion.
    :raises CodeExpiredError: if the screen has moved on.
    """
    occasion, token = find_scanned(text)
    rules.check_link(token, key=occasion.code_key, now=now)
    return occasion, ScanTicket(
        id=new_label(TICKET_ID_LENGTH),
        occasion_id=occasion.id,
        scanned_at=now,
        channel=CheckInChannel.DISPLAY_CODE,
    )


def find_scanned(text: str) -> tuple[Occasion, Token]:
    """Return the occasion whose label *text* carries; whether it is genuine is not checked.

    :raises InvalidCodeError: if there is no such occasion.
    """
    token = rules.parse_token(text)
    occasion = (
        activities.find_by_code_label(token.label) if token.kind is CodeKind.DISPLAY else None
    )
    if occasion is None:
        raise InvalidCodeError
    return occasion, token


def find_receipt(*, occasion_id: OccasionId, participant_id: ParticipantId) -> Receipt | None:
    """Return what a participant's check-in to an occasion gave, if there was one."""
    wanted = {"occasion": occasion_id, "participant": participant_id}
    row = db.session.connection().execute(_one, wanted).one_or_none()
    return None if row is None else _receipt(row)


def list_receipts(
    *, participant_id: ParticipantId, occasion_ids: Sequence[OccasionId]
) -> dict[OccasionId, Receipt]:
    """Return the participant's check-ins to those occasions."""
    rows = db.session.execute(
        sa.select(CheckInRow.__table__).where(
            CheckInRow.participant_id == participant_id,
            CheckInRow.occasion_id.in_(list(occasion_ids)),
        )
    ).all()
    return {OccasionId(row.occasion_id): _receipt(row) for row in rows}


def list_attended(
    participant_id: ParticipantId, *, since: datetime
) -> dict[OccasionId, datetime | None]:
    """Return the occasions the participant came to since a moment, and when they left each."""
    rows = db.session.execute(
        sa.select(_check_ins.c.occasion_id, _check_ins.c.checked_out_at).where(
            _check_ins.c.participant_id == participant_id, _check_ins.c.checked_in_at >= since
        )
    ).all()
    return {OccasionId(row.occasion_id): row.checked_out_at for row in rows}


def list_attendance(occasion_id: OccasionId) -> tuple[Attendance, ...]:
    """Return who came to an occasion, the latest first."""
    rows = db.session.execute(
        sa.select(CheckInRow.__table__)
        .where(CheckInRow.occasion_id == occasion_id)
        .order_by(CheckInRow.id.desc())
    ).all()
    people = participants.list_participants([ParticipantId(row.participant_id) for row in rows])
    return tuple(
        Attendance(
            check_in_id=CheckInId(row.id),
            participant_id=ParticipantId(row.participant_id),
            masked_name=people[ParticipantId(row.participant_id)].masked_name,
            number=people[ParticipantId(row.participant_id)].number,
            checked_in_at=row.checked_in_at,
            checked_out_at=row.checked_out_at,
            minutes=row.minutes,
            points=sum(earning.recall(values).points for values in row.awards),
            channel=row.channel,
        )
        for row in rows
    )


def count_attendance(occasion_ids: Sequence[OccasionId]) -> dict[OccasionId, int]:
    """Return how many checked in to each of the occasions."""
    rows = db.session.execute(
        sa.select(CheckInRow.occasion_id, sa.func.count().label("people"))
        .where(CheckInRow.occasion_id.in_(list(occasion_ids)))
        .group_by(CheckInRow.occasion_id)
    ).all()
    counts = {OccasionId(row.occasion_id): int(row.people) for row in rows}
    return {occasion_id: counts.get(occasion_id, 0) for occasion_id in occasion_ids}


def list_turnouts(occasion_ids: Sequence[OccasionId]) -> dict[OccasionId, Turnout]:
    """Return how many came and when the latest did, for those occasions to which anybody came."""
    last_at = sa.func.max(CheckInRow.checked_in_at, type_=UtcDateTime)
    rows = db.session.execute(
        sa.select(CheckInRow.occasion_id, sa.func.count().label("people"), last_at.label("last_at"))
        .where(CheckInRow.occasion_id.in_(list(occasion_ids)))
        .group_by(CheckInRow.occasion_id)
    ).all()
    return {
        OccasionId(row.occasion_id): Turnout(people=int(row.people), last_at=row.last_at)
        for row in rows
    }


def count_not_checked_out(occasion_ids: Sequence[OccasionId]) -> dict[OccasionId, int]:
    """Return how many are still checked in to each of the occasions."""
    rows = db.session.execute(
        sa.select(CheckInRow.occasion_id, sa.func.count().label("people"))
        .where(CheckInRow.occasion_id.in_(list(occasion_ids)), CheckInRow.checked_out_at.is_(None))
        .group_by(CheckInRow.occasion_id)
    ).all()
    return {OccasionId(row.occasion_id): int(row.people) for row in rows}


def list_refused(
    *, occasion_ids: Sequence[OccasionId], since: datetime, limit: int = 100
) -> tuple[RefusedScan, ...]:
    """Return the refused attempts at those occasions since a moment, the latest first."""
    rows = db.session.execute(
        sa.select(RefusedScanRow.__table__)
        .where(
            RefusedScanRow.occasion_id.in_(list(occasion_ids)),
            RefusedScanRow.at >= since,
        )
        .order_by(RefusedScanRow.id.desc())
        .limit(limit)
    ).all()
    return tuple(
        RefusedScan(
            at=row.at,
            reason=row.reason,
            occasion_id=OccasionId(row.occasion_id),
            participant_id=None
            if row.participant_id is None
            else ParticipantId(row.participant_id),
        )
        for row in rows
    )


def count_wrong_digits(participant_id: ParticipantId, *, now: datetime, span: timedelta) -> int:
    """Return how often the participant typed wrong digits lately."""
    count = db.session.scalar(
        sa.select(sa.func.count()).where(
            RefusedScanRow.participant_id == participant_id,
            RefusedScanRow.reason == "wrong-digits",
            RefusedScanRow.at > now - span,
        )
    )
    return int(count or 0)


def _receipt(row: sa.Row[tuple[object, ...]]) -> Receipt:
    awards = tuple(earning.recall(values) for values in row.awards)
    participant_id = ParticipantId(row.participant_id)
    return Receipt(
        check_in_id=CheckInId(row.id),
        occasion_id=OccasionId(row.occasion_id),
        participant_id=participant_id,
        checked_in_at=row.checked_in_at,
        checked_out_at=row.checked_out_at,
        minutes=row.minutes,
        awards=awards,
        points=sum(award.points for award in awards),
        balance=ledger.get_balance(participant_id).balance,
        is_new=False,
    )


def _member_label(participant: Participant) -> str:
    return participant.number.encode().hex()


def _member_number(token: Token) -> str:
    number = bytes.fromhex(token.label)
    if not number.isdigit():
        raise InvalidCodeError
    return number.decode()


def _member_key(participant: Participant) -> bytes:
    return bytes.fromhex(secrecy.vault().lookup(f"member:{participant.id.hex}"))
