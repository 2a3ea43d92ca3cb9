"""The database itself keeps the second person, the own account and the ends of corrections."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.core.db import constraint_of, db, table_of
from rewards.core.ids import new_id
from rewards.corrections.models import CorrectionRow
from tests.factories.corrections import adjust, decide, give, reverse

_corrections = table_of(CorrectionRow)
DECIDED_AT = datetime(2026, 11, 21, 6, tzinfo=UTC)


def copy_of(correction, **changes):
    row = db.session.execute(
        sa.select(_corrections).where(_corrections.c.id == correction.id)
    ).mappings()
    return {**row.one(), "id": new_id(), "applied_entry_id": None, **changes}


def refused_by(statement):
    with pytest.raises(IntegrityError) as refused:
        db.session.execute(statement)
    db.session.rollback()
    return constraint_of(refused.value)


@pytest.fixture
def pending(admin, station, person, now):
    return adjust(admin, person, station, 60, now)


@pytest.fixture
def reversal(admin, station, person, now):
    return reverse(admin, give(person, station, 20, now), now)


@pytest.fixture
def unused(person, station, now):
    """An entry that no correction came to."""
    return give(person, station, 7, now).id


def insert(correction, **changes):
    return sa.insert(_corrections).values(**copy_of(correction, **changes))


def test_an_entry_is_reversed_once(reversal, unused):
    assert refused_by(insert(reversal, applied_entry_id=unused)) == "uq_corrections__entry_id"


def test_points_above_the_limit_are_not_applied_alone(pending, unused):
    alone = insert(pending, status="applied", applied_entry_id=unused)

    assert refused_by(alone) == "ck_corrections__second_person_above_limit"


def test_points_are_not_given_back_alone_above_the_limit(pending, unused, person, station, now):
    taken = give(person, station, 8, now).id
    alone = insert(
        pending, kind="reversal", entry_id=taken, status="applied", applied_entry_id=unused
    )

    assert refused_by(alone) == "ck_corrections__second_person_above_limit"


def test_whoever_asked_is_no_second_person(pending, unused, now):
    by_oneself = insert(
        pending,
        status="applied",
        applied_entry_id=unused,
        decided_by=pending.requested_by,
        decided_at=now,
    )

    assert refused_by(by_oneself) == "ck_corrections__second_person"


def test_nobody_asks_or_decides_for_themselves(pending, unused, now, person):
    own = person.participant_id
    decided = {"decided_by": "staff:x", "decided_at": now, "decider_participant_id": own}

    assert (
        refused_by(insert(pending, requester_participant_id=own))
        == "ck_corrections__not_asked_for_oneself"
    )
    assert (
        refused_by(insert(pending, status="applied", applied_entry_id=unused, **decided))
        == "ck_corrections__not_decided_for_oneself"
    )


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"amount": 0}, "amount_not_zero"),
        ({"status": "applied", "amount": 5}, "applied_in_books"),
        ({"status": "refused"}, "refused_by"),
        ({"note": ""}, "has_note"),
        ({"decided_at": DECIDED_AT}, "decided_by_and_at"),
        ({"rule_code": "AWARD"}, "award_by_rule"),
        ({"kind": "reversal"}, "reversal_of"),
    ],
)
def test_a_state_that_contradicts_itself_is_refused(pending, changes, name):
    assert refused_by(insert(pending, **changes)) == f"ck_corrections__{name}"


def test_what_was_asked_never_changes_and_an_end_is_final(second, pending, reversal, now):
    done = decide(second, pending, now)
    for correction, changes in [
        (reversal, {"amount": -1}),
        (reversal, {"note": "换一个说法"}),
        (done, {"requested_by": "staff:x"}),
        (done, {"status": "refused", "applied_entry_id": None}),
        (done, {"decided_by": "staff:x"}),
        (done, {"decision_note": "后来补的"}),
    ]:
        statement = (
            sa.update(_corrections).where(_corrections.c.id == correction.id).values(**changes)
        )
        with pytest.raises(IntegrityError, match="final"):
            db.session.execute(statement)
        db.session.rollback()


def test_what_waits_keeps_its_amount_too(pending):
    with pytest.raises(IntegrityError, match="final"):
        db.session.execute(sa.update(_corrections).values(amount=61))


def test_nothing_is_deleted(pending):
    with pytest.raises(IntegrityError):
        db.session.execute(sa.delete(_corrections))
