"""Nodes that the process remembers for two seconds."""

import sqlalchemy as sa

from rewards.core.db import db, table_of
from rewards.core.unit import use_case
from rewards.network import queries
from rewards.network.models import NodeRow
from tests.factories.world import build_station


@use_case
def rename(node, name):
    nodes = table_of(NodeRow)
    db.session.execute(sa.update(nodes).where(nodes.c.id == node.id).values(name=name))


def test_a_node_is_read_anew_after_two_seconds_and_not_before(app, monkeypatch):
    moment = [100.0]
    monkeypatch.setattr(queries.time, "monotonic", lambda: moment[0])
    station = build_station()
    assert queries.find_node_lately(station.id) == station
    rename(station, "和平里站")

    assert queries.find_node_lately(station.id) == station
    moment[0] += queries.LATELY_SECONDS
    assert queries.find_node_lately(station.id).name == "和平里站"


def test_a_node_that_was_not_there_is_looked_for_again(app):
    station = build_station()
    queries.forget()

    @use_case
    def remove():
        nodes = table_of(NodeRow)
        db.session.execute(sa.delete(nodes).where(nodes.c.id == station.id))

    remove()
    assert queries.find_node_lately(station.id) is None
