"""Refused scans as staff help with them: who, what, why, and whether it came right since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rewards.access.types import ParticipantId
from rewards.activities.types import Occasion, OccasionId
from rewards.checkins import queries as checkins
from rewards.checkins.types import AttendanceState, RefusedScan
from rewards.participants import queries as participants
from rewards.participants.types import Participant

from . import troubles, words
from .frame import Post
from .troubles import Trouble

SHOWN_SPAN = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A refused scan. `person` None: nobody was signed in on the phone.

    `occasion` None: what was scanned is no code of ours, or not a whole one. `is_settled`: they
    have come since, or left where they wanted to leave.
    """

    at: datetime
    occasion: Occasion | None
    person: Participant | None
    trouble: Trouble
    raw: str
    is_leaving: bool
    is_settled: bool
    can_check_in: bool

    @property
    def is_waiting(self) -> bool:
        """Tell whether somebody known may still stand there."""
        return self.person is not None and not self.is_settled


def list_of(
    occasions: Sequence[Occasion], *, post: Post, since: datetime | None = None
) -> list[Attempt]:
    """Return the refused scans of those occasions, of people first, the latest first."""
    by_id = {occasion.id: occasion for occasion in occasions}
    scans = checkins.list_refused(occasion_ids=list(by_id), since=since or post.now - SHOWN_SPAN)
    return _show(scans, by_id, post=post)


def list_all(occasions: Sequence[Occasion], *, post: Post) -> list[Attempt]:
    """Return the refused scans of those occasions, and of residents at no code of ours."""
    since = post.now - SHOWN_SPAN
    unplaced = checkins.list_unplaced(node_path=post.node.path, since=since)
    found = [*list_of(occasions, post=post), *_show(unplaced, {}, post=post)]
    return sorted(found, key=lambda each: (each.person is not None, each.at), reverse=True)


def _show(
    scans: Sequence[RefusedScan], occasions: Mapping[OccasionId, Occasion], *, post: Post
) -> list[Attempt]:
    people = participants.list_participants(
        {scan.participant_id for scan in scans if scan.participant_id}
    )
    present: dict[tuple[OccasionId | None, ParticipantId | None], bool] = {
        (occasion_id, line.participant_id): line.state is not AttendanceState.OPEN
        for occasion_id in {scan.occasion_id for scan in scans if scan.occasion_id}
        for line in checkins.list_attendance(occasion_id)
    }
    attempts = []
    for scan in scans:
        occasion = occasions[scan.occasion_id] if scan.occasion_id else None
        person = people.get(scan.participant_id) if scan.participant_id else None
        has_left = present.get((scan.occasion_id, scan.participant_id))
        is_present = has_left is not None
        attempts.append(
            Attempt(
                at=scan.at,
                occasion=occasion,
                person=person,
                trouble=troubles.judge(scan.reason),
                raw=scan.raw,
                is_leaving=scan.is_leaving,
                is_settled=bool(has_left) if scan.is_leaving else is_present,
                can_check_in=person is not None
                and occasion is not None
                and not is_present
                and not scan.is_leaving
                and person.closed_at is None
                and words.judge(occasion, post.now).is_open,
            )
        )
    return attempts
