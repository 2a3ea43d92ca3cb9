"""The check of each minute compares few accounts, and still misses nothing for long."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from rewards.core.checks import Scope
from rewards.core.db import db, snapshot
from rewards.ledger import queries as ledger
from rewards.ledger.queries import sums
from tests.factories.books import post
from tests.factories.tampering import tamper
from tests.factories.world import build_participant
from tests.integration.verification.conftest import seal

# An account with nothing in it cannot be lowered: the database refuses it.
POINTS = "kind = 'participant' AND asset = 'points' AND balance > held"
ENDS = tuple(
    f"id = (SELECT {end}(CAST(id AS text)) FROM ledger_accounts WHERE {POINTS})"
    for end in ("min", "max")
)
CANCELLING_OUT = tuple(
    f"UPDATE ledger_accounts SET balance = balance {sign} 1 WHERE CAST({where}"
    for sign, where in zip(
        "+-", (end.replace("id =", "id AS text) =", 1) for end in ENDS), strict=True
    )
)


def list_wrong(now, *, after=None):
    """Return what a check at *now* finds, by default with no new seal."""
    with snapshot() as connection:
        last = ledger.find_last_seal(connection).seq
        start = last if after is None else after
        scope = Scope(after=start, through=last, now=now, is_whole=False)
        return {each.subject for each in ledger.list_wrong_sums(connection, scope)}


def test_two_changes_that_cancel_out_are_found_within_as_many_minutes_as_there_are_turns(
    station, now
):
    tamper(*CANCELLING_OUT)

    found = [list_wrong(now + timedelta(minutes=minute)) for minute in range(sums.TURNS)]

    assert len(set().union(*found)) == 2
    assert min(map(len, found)) == 0


def test_they_are_found_at_once_where_the_accounts_were_touched(station, now):
    tamper(*CANCELLING_OUT)

    assert len(list_wrong(now, after=0)) == 2


@pytest.mark.parametrize("column", ["balance", "held"])
def test_one_change_is_found_at_once_wherever_it_is(station, now, column):
    tamper(f"UPDATE ledger_accounts SET {column} = {column} + 1 WHERE {POINTS}")

    assert list_wrong(now)


def test_a_posting_that_waits_for_its_seal_counts(station, now):
    post(build_participant(station, now=now), station, amount=3, now=now)

    assert list_wrong(now) == set()


def test_every_account_has_its_turn_whatever_their_number(station, now):
    for count in range(5):
        post(build_participant(station, now=now), station, amount=count + 1, now=now)
    seal()
    everybody = set(
        map(str, db.session.scalars(sa.text(f"SELECT id FROM ledger_accounts WHERE {POINTS}")))
    )
    # One more and one less keep the totals, whose disagreement would be found elsewhere.
    seen = set()
    for minute in range(sums.TURNS):
        with snapshot() as connection:
            scope = Scope(after=0, through=0, now=now + timedelta(minutes=minute), is_whole=False)
            turn = sums._has_its_turn(connection, scope)
            rows = connection.execute(
                sa.select(sums._accounts.c.id).where(sums.is_owned, turn)
            ).scalars()
            seen |= {each.hex if db.engine.dialect.name == "sqlite" else str(each) for each in rows}

    assert everybody <= seen
