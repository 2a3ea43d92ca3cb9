"""Use cases over one seeded row, to try units of work without a feature."""

import time

import sqlalchemy as sa

from rewards.core.db import Base, db
from rewards.core.errors import ConflictError
from rewards.core.unit import use_case

SECONDS_BETWEEN_READ_AND_WRITE = 0.02


class TakenError(ConflictError):
    code = "taken"
    title = "Somebody else was first."


def head():
    return Base.metadata.tables["ledger_seal_head"]


def count():
    """Return the number that was committed last."""
    db.session.rollback()
    return db.session.execute(sa.select(head().c.seq)).scalar_one()


def add_one(*, lock=True):
    query = sa.select(head().c.seq)
    seen = db.session.execute(query.with_for_update() if lock else query).scalar_one()
    # Long enough for every other thread to have read as well, if it can.
    time.sleep(SECONDS_BETWEEN_READ_AND_WRITE)
    db.session.execute(sa.update(head()).values(seq=seen + 1))
    return seen + 1


@use_case
def increment(*, lock=True):
    return add_one(lock=lock)


@use_case
def take():
    """Take the only one there is."""
    if db.session.execute(sa.select(head().c.seq).with_for_update()).scalar_one() > 0:
        raise TakenError
    return add_one()
