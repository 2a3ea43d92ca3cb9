"""Refused scans as staff help with them: who, what, why, and whether it came right since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rewards.activities.types import Occasion
from rewards.checkins import queries as checkins
from rewards.participants import queries as participants
from rewards.participants.types import Participant

from . import words
from .frame import Post
from .words import Trouble

SHOWN_SPAN = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A refused scan. `person` None: nobody was signed in on the phone."""

    at: datetime
    occasion: Occasion
    person: Participant | None
    trouble: Trouble
    is_settled: bool
    can_check_in: bool


def list_of(
    occasions: Sequence[Occasion], *, post: Post, since: datetime | None = None
) -> list[Attempt]:
    """Return the refused scans of those occasions, the latest first."""
    by_id = {occasion.id: occasion for occasion in occasions}
    scans = checkins.list_refused(occasion_ids=list(by_id), since=since or post.now - SHOWN_SPAN)
    people = participants.list_participants(
        {scan.participant_id for scan in scans if scan.participant_id}
    )
    present = {
        (occasion_id, line.participant_id)
        for occasion_id in {scan.occasion_id for scan in scans}
        for line in checkins.list_attendance(occasion_id)
    }
    attempts = []
    for scan in scans:
        occasion = by_id[scan.occasion_id]
        person = people.get(scan.participant_id) if scan.participant_id else None
        is_present = (scan.occasion_id, scan.participant_id) in present
        attempts.append(
            Attempt(
                at=scan.at,
                occasion=occasion,
                person=person,
                trouble=words.trouble(scan.reason),
                is_settled=is_present,
                can_check_in=person is not None
                and not is_present
                and person.closed_at is None
                and words.judge(occasion, post.now).is_open,
            )
        )
    return attempts
