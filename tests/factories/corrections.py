"""Staff of a station who correct the books, and entries to correct."""

from rewards.access.types import Role
from rewards.corrections import service
from rewards.ledger import queries as ledger
from tests.factories.redemptions import credit
from tests.factories.world import build_staff_actor

NOTE = "活动照片核对过，人在现场"


def build_admin(node, role=Role.STATION_ADMIN):
    return build_staff_actor(node, role)


def give(person, station, points, now):
    """Credit *points* for attendance and return the entry."""
    credit(person, station, points, now)
    return last_entry(person)


def last_entry(person):
    return ledger.page_entries(participant_id=person.participant_id, limit=1).items[0]


def reverse(actor, entry, now, note=NOTE):
    return service.reverse(actor=actor, entry_id=entry.id, note=note, now=now)


def adjust(actor, person, node, points, now, note=NOTE):
    return service.adjust(
        actor=actor,
        participant_id=person.participant_id,
        node_id=node.id,
        points=points,
        note=note,
        now=now,
    )


def decide(actor, correction, now, *, approve=True, note=""):
    return service.decide(
        actor=actor, correction_id=correction.id, approve=approve, note=note, now=now
    )
