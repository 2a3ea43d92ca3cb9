"""Changing rows as somebody who owns the whole database can, past triggers and foreign keys."""

from contextlib import contextmanager

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.ledger import rules
from rewards.ledger.models import EntryRow, SealHeadRow, SealRow


@contextmanager
def tampering():
    """Open a connection that nothing but CHECK and unique indexes restrains."""
    db.session.rollback()
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            _let_go(connection)
        else:
            connection.execute(sa.text("SET session_replication_role = replica"))
        yield connection
        connection.commit()
        # The next one gets a connection that is restrained again.
        connection.invalidate()


def tamper(*statements):
    with tampering() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def rechain(connection):
    """Make every hash anew over the entries as they are, with a head to match."""
    entries, seals = table_of(EntryRow), table_of(SealRow)
    links = connection.execute(
        sa.select(
            seals.c.seq,
            seals.c.version,
            *(entries.c[name] for name in rules.CHAINED_FIELDS[rules.CHAIN_VERSION]),
        )
        .join(entries, entries.c.id == seals.c.entry_id)
        .order_by(seals.c.seq)
    ).mappings()
    number, digest = 0, rules.GENESIS_HASH
    for link in links.all():
        text = rules.canonical(link, version=link["version"])
        number, digest = link["seq"], rules.next_hash(digest, text)
        connection.execute(sa.update(seals).where(seals.c.seq == number).values(hash=digest))
    connection.execute(sa.update(table_of(SealHeadRow)).values(seq=number, hash=digest))


def _let_go(connection):
    driver = connection.connection.driver_connection
    for (name,) in driver.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        driver.execute(f'DROP TRIGGER "{name}"')
    driver.execute("PRAGMA foreign_keys = OFF")
