"""A piece without a reason, a reason without its piece, and one person for two are found."""

import pytest
from sqlalchemy.exc import IntegrityError

from rewards.stockroom import service
from rewards.stockroom.types import SheetRow
from tests.factories.stockroom import ask, find_faults, open_two
from tests.factories.tampering import tamper

CORRECTED_ALONE = (
    "INSERT INTO stock_movements (reward_id, kind, quantity, actor, note, moved_at)"
    " SELECT reward_id, 'adjust', -1, actor, '', moved_at FROM stock_movements"
    " WHERE kind = 'damage'"
)
BROKEN = {
    "a movement without a change": (
        "I24",
        "UPDATE stock_movements SET quantity = quantity + 1 WHERE kind = 'damage'",
    ),
    "a change without its movement": (
        "I24",
        "DELETE FROM stock_movements WHERE kind = 'damage'",
    ),
    "a change by one": (
        "I24",
        "UPDATE stock_change_requests SET quantity = quantity - 1",
    ),
    "a correction by one without a change": (
        "I24",
        CORRECTED_ALONE,
    ),
    "a transfer that did not arrive": (
        "I24",
        "DELETE FROM stock_movements WHERE kind = 'transfer_in'",
    ),
    "a line that tells otherwise": ("I24", "UPDATE stock_transfer_lines SET received = 1"),
    "a delivery that brought less": ("I24", "UPDATE stock_deliveries SET pieces = pieces + 1"),
    "a level": ("I7", "UPDATE stock_levels SET on_hand = on_hand + 1"),
    "giving with pieces": ("I7", "UPDATE rewards SET kind = 'giving'"),
    "an approval without an audit": (
        "I19",
        "DELETE FROM audit_records WHERE action = 'stock.change_approved'",
    ),
    "a transfer without an audit": (
        "I19",
        "DELETE FROM audit_records WHERE action = 'transfer.received'",
    ),
}


def work(shelves, now):
    """Let something of everything happen."""
    here, there = shelves
    change = ask(here, now)
    service.decide(actor=here.admin, change_id=change.id, approve=True, now=now)
    transfer = service.send(
        actor=here.admin,
        from_space_id=here.space.id,
        to_space_id=there.space.id,
        pieces={here.towel.id: 3},
        now=now,
    )
    service.receive(actor=there.clerk, transfer_id=transfer.id, counted={here.towel.id: 2}, now=now)
    rows = [SheetRow(line=2, name="毛巾", quantity="5")]
    sheet = service.try_sheet(actor=here.admin, space_id=here.space.id, rows=rows, now=now)
    service.take_in(
        actor=here.admin, space_id=here.space.id, rows=rows, digest=sheet.digest, now=now
    )


@pytest.fixture
def worked(app, now):
    work(open_two(now), now)


def test_the_database_refuses_damage_without_a_source(worked):
    with pytest.raises(IntegrityError):
        tamper("UPDATE stock_movements SET source_id = NULL WHERE kind = 'damage'")


def test_what_does_not_agree_is_found(worked, rewind, now):
    assert find_faults(now) == ()

    found = {}
    for name, (invariant, statement) in BROKEN.items():
        tamper(statement)
        found[name] = invariant in {fault.invariant for fault in find_faults(now)}
        rewind()

    assert [name for name, is_found in found.items() if not is_found] == []
    assert find_faults(now) == ()
