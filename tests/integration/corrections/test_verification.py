"""A correction without its second person, its entry, its reason or its audit is found."""

import pytest

from rewards.core.checks import Scope
from rewards.core.db import db, snapshot
from rewards.corrections import queries
from rewards.ledger import queries as ledger
from tests.factories.corrections import NOTE, adjust, decide, give, reverse
from tests.factories.tampering import tamper

CHECKS = (queries.list_self_approved, queries.list_unmatched, queries.list_unaudited)
GIVEN = "kind = 'adjustment' AND status = 'applied' AND decided_by <> ''"

REFUSED = {
    "no second person": f"UPDATE corrections SET decided_by = '', decided_at = NULL WHERE {GIVEN}",
    "the same person": f"UPDATE corrections SET decided_by = requested_by WHERE {GIVEN}",
    "the requester's own account": "UPDATE corrections SET requester_participant_id ="
    f" participant_id WHERE {GIVEN}",
    "the approver's own account": "UPDATE corrections SET decider_participant_id ="
    f" participant_id WHERE {GIVEN}",
    "points given back alone": "UPDATE corrections SET decided_by = '', decided_at = NULL"
    " WHERE kind = 'reversal' AND amount > 0",
    "no reason": f"UPDATE corrections SET note = '' WHERE {GIVEN}",
}

TAMPERED = {
    "another amount": f"UPDATE corrections SET amount = amount + 1 WHERE {GIVEN}",
    "no entry": "DELETE FROM ledger_entries WHERE reason = 'adjustment'",
    "no reversal": "DELETE FROM ledger_entries WHERE reason = 'reversal'",
    "no correction": f"DELETE FROM corrections WHERE {GIVEN}",
    "no audit of an approval": "DELETE FROM audit_records WHERE action = 'correction.approved'",
    "no audit of a request": "DELETE FROM audit_records WHERE action = 'correction.requested'",
    "no audit of a reversal": "DELETE FROM audit_records WHERE action = 'correction.reversed'",
}


@pytest.fixture
def books(admin, second, station, person, now):
    reverse(admin, give(person, station, 20, now), now)
    adjust(admin, person, station, 10, now)
    decide(second, adjust(admin, person, station, 60, now), now)
    taken = decide(second, adjust(admin, person, station, -60, now), now)
    back = reverse(second, ledger.get_entry(taken.applied_entry_id), now)
    decide(admin, back, now)
    refused = adjust(admin, person, station, 70, now)
    decide(second, refused, now, approve=False, note=NOTE)
    adjust(second, person, station, 80, now)
    db.session.rollback()


def check(now, *, is_whole):
    with snapshot() as connection:
        scope = Scope(after=0, through=0, now=now, is_whole=is_whole)
        return [found for run in CHECKS for found in run(connection, scope)]


@pytest.mark.parametrize("is_whole", [False, True])
def test_what_was_done_rightly_is_clean(books, now, is_whole):
    assert check(now, is_whole=is_whole) == []


def find(tampered, now, rewind, *, is_whole, before=()):
    found = {}
    for name, statement in tampered.items():
        # One world for all: to build it takes longer than to check it.
        tamper(*before, statement)
        found[name] = bool(check(now, is_whole=is_whole))
        rewind()
    return found


@pytest.mark.parametrize("is_whole", [False, True])
def test_each_wrong_row_is_found(books, now, rewind, is_whole):
    assert find(TAMPERED, now, rewind, is_whole=is_whole) == dict.fromkeys(TAMPERED, True)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("is_whole", [False, True])
def test_what_the_table_itself_refuses_is_found_as_well(books, now, rewind, is_whole):
    unchecked = ("PRAGMA ignore_check_constraints = 1",)

    found = find(REFUSED, now, rewind, is_whole=is_whole, before=unchecked)

    assert found == dict.fromkeys(REFUSED, True)
