"""A participant's history: entries, and attendance that earned nothing, in one order of time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from rewards.access.types import ParticipantId
from rewards.activities import queries as activities
from rewards.activities.types import Occasion
from rewards.appeals import queries as appeals
from rewards.appeals import rules as appeal_rules
from rewards.appeals.types import Appeal
from rewards.checkins import queries as checkins
from rewards.checkins.types import CheckInId, JudgedAttendance
from rewards.core import clock
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import PAGE_SIZE, Page, decode_cursor, encode_cursor
from rewards.identity import queries as identity
from rewards.ledger import queries as ledger
from rewards.ledger.errors import EntryNotFoundError
from rewards.ledger.queries.history import Direction
from rewards.ledger.types import Asset, Entry, EntryId, Expiring, Fate
from rewards.reports.types import staff_id_of

# Points end with the year after the one they were earned in, so with one of two years.
VALID_MAX = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry with what became of it, or else an attendance that earned nothing."""

    entry: Entry | None
    fate: Fate | None
    attendance: JudgedAttendance | None
    occasion: Occasion | None
    appeal: Appeal | None

    @property
    def id(self) -> UUID:
        """Return the id of the entry or of the attendance; ids are ordered by time."""
        if self.entry is not None:
            return self.entry.id
        assert self.attendance is not None
        return self.attendance.check_in_id

    @property
    def at(self) -> datetime:
        """Return when it came into the books, or was judged."""
        if self.entry is not None:
            return self.entry.posted_at
        assert self.attendance is not None
        return self.attendance.judged_at

    @property
    def actor(self) -> str:
        """Return the principal by whose word it stands there."""
        if self.entry is not None:
            return self.entry.actor
        assert self.attendance is not None
        # As with an entry: who said how it ended.
        return self.attendance.closed_by or self.attendance.recorded_by

    @property
    def is_entered(self) -> bool:
        """Tell whether it stands on the word of staff."""
        return self.actor.startswith("staff:")

    @property
    def node_id(self) -> UUID:
        """Return the node that it belongs to."""
        if self.entry is not None:
            return self.entry.node_id
        assert self.occasion is not None
        return self.occasion.node_id


def page_lines(
    *,
    participant_id: ParticipantId,
    asset: Asset = Asset.POINTS,
    direction: Direction | None = None,
    has_unrewarded: bool = True,
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[Line]:
    """Return the participant's history, the newest first.

    With *has_unrewarded*, what earned nothing is among the points, unless only
    gains or only losses are asked for.

    :raises InvalidCursorError: if the cursor is not one of this list.
    """
    page = ledger.page_entries(
        participant_id=participant_id,
        asset=asset,
        direction=direction,
        cursor=cursor,
        limit=limit,
    )
    unrewarded: tuple[JudgedAttendance, ...] = ()
    if has_unrewarded and asset is Asset.POINTS and direction is None:
        unrewarded = checkins.list_unrewarded(
            participant_id=participant_id, before=_read_cursor(cursor), limit=limit + 1
        )
    # Both lists go by ids that are ordered by time, and so does what they are together.
    found: list[Entry | JudgedAttendance] = [*page.items, *unrewarded]
    found.sort(key=_id_of, reverse=True)
    items = found[:limit]
    has_more = len(found) > limit or page.next is not None
    following = encode_cursor([str(_id_of(items[-1]))]) if items and has_more else None
    return Page(items=_complete(items), next=following)


def get_line(line_id: UUID, *, participant_id: ParticipantId) -> Line:
    """Return one line of a participant's history.

    :raises EntryNotFoundError: if the participant has no such line.
    """
    found: Entry | JudgedAttendance | None
    try:
        found = ledger.get_entry(EntryId(line_id))
    except EntryNotFoundError:
        found = checkins.find_judged(CheckInId(line_id), with_undone=True)
    if found is None or found.participant_id != participant_id:
        raise EntryNotFoundError
    return _complete([found])[0]


def list_expiring(participant_id: ParticipantId, *, now: datetime) -> tuple[Expiring, ...]:
    """Return a participant's points by the day on which they end, the first to end first."""
    today = clock.local_date(now, clock.zone())
    return ledger.list_expiring(participant_id, since=today, until=today + VALID_MAX)


def list_askable(lines: Iterable[Line], *, now: datetime) -> frozenset[UUID]:
    """Return the ids of those lines that can be contested now, as none waits for an answer."""
    return frozenset(
        line.id
        for line in lines
        if now < appeal_rules.find_end(line.at)
        and not (line.appeal is not None and line.appeal.is_open)
    )


def name_staff(lines: Iterable[Line]) -> Mapping[str, str]:
    """Return the names of the staff by whose word *lines* stand, by principal; for staff alone."""
    ids = {line.actor: staff_id_of(line.actor) for line in lines if line.is_entered}
    staff = identity.list_staff_by_ids({each for each in ids.values() if each is not None})
    return {
        principal: staff[each].name
        for principal, each in ids.items()
        if each is not None and each in staff
    }


def _complete(found: Iterable[Entry | JudgedAttendance]) -> tuple[Line, ...]:
    listed = list(found)
    entries = [each for each in listed if isinstance(each, Entry)]
    attendance = [each for each in listed if isinstance(each, JudgedAttendance)]
    fates = ledger.list_fates([each.id for each in entries]) if entries else {}
    occasions = (
        activities.list_by_ids([each.occasion_id for each in attendance]) if attendance else {}
    )
    contested = appeals.map_latest(
        entry_ids=[each.id for each in entries],
        check_in_ids=[each.check_in_id for each in attendance],
    )
    return tuple(
        Line(
            entry=each,
            fate=fates[each.id],
            attendance=None,
            occasion=None,
            appeal=contested.get(each.id),
        )
        if isinstance(each, Entry)
        else Line(
            entry=None,
            fate=None,
            attendance=each,
            occasion=occasions[each.occasion_id],
            appeal=contested.get(each.check_in_id),
        )
        for each in listed
    )


def _id_of(found: Entry | JudgedAttendance) -> UUID:
    return found.id if isinstance(found, Entry) else found.check_in_id


def _read_cursor(cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    try:
        return UUID(decode_cursor(cursor, length=1)[0])
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error
