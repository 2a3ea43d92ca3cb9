"""Sealing on a real database: numbers without a gap, each hash over the one before."""

import pytest
import sqlalchemy as sa

from rewards.core.db import db
from rewards.core.unit import use_case
from rewards.ledger import operations, queries, rules
from rewards.ledger.models import EntryRow, OutboxRow, SealRow
from rewards.ledger.types import Asset, BoardKind
from rewards.participants.models import ParticipantRow
from tests.factories.books import build_draft, post, post_drafts

seal = use_case(operations.seal)


def read_chain():
    """Return the hash of each seal and what it ought to be, by the rows alone."""
    rows = db.session.execute(
        sa.select(SealRow.seq, SealRow.hash, SealRow.version, EntryRow)
        .join_from(SealRow, EntryRow, EntryRow.id == SealRow.entry_id)
        .order_by(SealRow.seq)
    ).all()
    digest = rules.GENESIS_HASH
    chain = []
    for number, row in enumerate(rows, start=1):
        names = rules.CHAINED_FIELDS[row.version]
        fields = {name: getattr(row.EntryRow, name) for name in names}
        digest = rules.next_hash(digest, rules.canonical(fields, version=row.version))
        chain.append(((row.seq, row.hash), (number, digest)))
    return chain


@pytest.mark.usefixtures("app")
def test_the_chain_of_empty_books_has_number_0():
    assert queries.get_head().seq == 0
    assert queries.find_seal_hash(0) == queries.get_head().hash == rules.GENESIS_HASH
    assert queries.find_seal_hash(1) is None
    assert not queries.has_unsealed()


def test_entries_are_numbered_in_the_order_of_the_outbox(person, station, now):
    for amount in (10, 20, 30):
        post(person, station, amount=amount, now=now)

    assert queries.has_unsealed()
    assert seal() == 3
    assert not queries.has_unsealed()
    sealed = queries.list_sealed(after=0, limit=10)
    assert [(each.seq, each.amount) for each in sealed] == [(1, 10), (2, 20), (3, 30)]
    assert queries.get_head().seq == 3
    assert queries.get_head().hash == sealed[-1].hash == queries.find_seal_hash(3)


def test_each_hash_is_over_the_one_before_and_its_entry(person, station, now):
    for amount in (10, 20, 30):
        post(person, station, amount=amount, board=BoardKind.STUDY, now=now)
        seal()

    assert [stored for stored, _ in read_chain()] == [expected for _, expected in read_chain()]


def test_a_batch_has_its_limit_and_the_next_goes_on(person, station, now):
    post_drafts([build_draft(person, station, now=now) for _ in range(5)], now=now)

    assert [seal(limit=2), seal(limit=2), seal(limit=2), seal(limit=2)] == [2, 2, 1, 0]
    assert [each.seq for each in queries.list_sealed(after=2, limit=2)] == [3, 4]


def test_spending_advances_the_chain_and_is_not_earned(person, station, now):
    post(person, station, amount=10, now=now)
    post(person, station, amount=-10, now=now)
    seal()

    assert [each.is_earned for each in queries.list_sealed(after=0, limit=9)] == [True, False]


def test_sealing_that_fails_leaves_the_outbox_as_it_was(person, station, now):
    post(person, station, now=now)

    @use_case
    def seal_and_fail():
        operations.seal()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        seal_and_fail()

    assert queries.get_head().seq == 0
    assert seal() == 1


def test_sealers_at_once_leave_no_gap_and_no_double(person, station, now, race):
    post_drafts([build_draft(person, station, now=now) for _ in range(40)], now=now)

    sealed = race(4, lambda _: sum(seal(limit=5) for _ in range(4)))

    assert sum(sealed) == 40
    assert [stored for stored, _ in read_chain()] == [expected for _, expected in read_chain()]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxRow)) == 0


def test_erasing_a_name_keeps_the_chain_valid(person, station, now):
    post(person, station, now=now)
    seal()

    @use_case
    def erase():
        db.session.execute(sa.update(ParticipantRow).values(name_sealed="", masked_name=""))

    erase()

    assert [stored for stored, _ in read_chain()] == [expected for _, expected in read_chain()]


def test_the_fold_sums_one_person_at_one_node_on_one_day(person, station, now):
    for amount, asset in ((10, Asset.POINTS), (5, Asset.POINTS), (90, Asset.SERVICE_MINUTES)):
        post(person, station, amount=amount, asset=asset, now=now)
    post(person, station, amount=-7, now=now)
    seal()
    post(person, station, amount=1000, now=now)
    seal()

    with queries.open_fold(through=4, node_path=station.path) as sums:
        folded = {(each.asset, each.amount, each.count, each.last_gain_at) for each in sums}

    assert folded == {(Asset.POINTS, 15, 2, now), (Asset.SERVICE_MINUTES, 90, 1, now)}
    assert queries.count_earned(through=4, node_path=station.path) == 3
