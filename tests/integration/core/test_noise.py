"""Noise reaches every table that a read could forget to narrow."""

import sqlalchemy as sa

from rewards.core.db import Base, db

NARROWED = (
    "nodes",
    "participants",
    "consents",
    "occasions",
    "ledger_accounts",
    "ledger_entries",
    "ledger_holds",
    "ledger_outbox",
    "spaces",
    "rewards",
    "stock_levels",
    "stock_movements",
    "redemptions",
    "teams",
    "team_memberships",
)


def test_noise_is_everywhere(noise):
    def count(name):
        table = Base.metadata.tables[name]
        return db.session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()

    assert [name for name in NARROWED if count(name) == 0] == []


def test_the_next_test_starts_with_what_the_migrations_left(app):
    nodes = Base.metadata.tables["nodes"]
    rules = Base.metadata.tables["point_rules"]

    assert db.session.execute(sa.select(nodes.c.id)).all() == []
    assert len(db.session.execute(sa.select(rules.c.code)).all()) == 25
