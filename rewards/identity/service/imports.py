"""Registers many participants out of the rows of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rewards.access import operations as access
from rewards.access.rules import authorize
from rewards.access.types import Actor, Verb
from rewards.core.errors import RewardsError
from rewards.core.importing import ImportReport, OnProgress, RowFault
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.errors import NodeClosedError
from rewards.network.types import Node
from rewards.participants import operations as participants
from rewards.participants.errors import InvalidBirthYearError
from rewards.participants.types import ConsentChannel

from ..errors import ParticipantsNotImportedError
from .checks import channel_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantLine:
    """A row as it stands in the file. `node` is a path of names, or a name that is unique."""

    line: int
    name: str
    phone: str
    node: str
    birth_year: str
    number: str


@use_case
def import_participants(
    *,
    actor: Actor,
    rows: Sequence[ParticipantLine],
    skip_bad: bool = False,
    now: datetime,
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Register the participants of *rows*: all of them, or with *skip_bad* all good ones.

    :raises ParticipantsNotImportedError: naming every bad row; nothing is changed.
    """
    nodes: dict[str, Node] = {}
    faults: list[RowFault] = []
    for done, row in enumerate(rows, start=1):
        try:
            _register(actor, row, nodes, now)
        except RewardsError as error:
            faults.append(RowFault.of(row.line, error))
        if on_progress is not None:
            on_progress(done)
    if faults and not skip_bad:
        raise ParticipantsNotImportedError(faults=[[f.line, f.code, f.title] for f in faults])
    added = len(rows) - len(faults)
    access.audit(
        actor=actor,
        action="participants.imported",
        node_id=None,
        subject="participants",
        details={"added": added, "skipped": len(faults)},
        now=now,
    )
    return ImportReport(added=added, unchanged=0, faults=tuple(faults))


def _register(actor: Actor, row: ParticipantLine, nodes: dict[str, Node], now: datetime) -> None:
    if row.node not in nodes:
        node = network.get_node_by_names(row.node)
        authorize(actor, Verb.MANAGE_PARTICIPANT, node.path)
        if node.closed_at is not None:
            raise NodeClosedError
        nodes[row.node] = node
    participants.register(
        name=row.name,
        phone=row.phone or None,
        home_node_id=nodes[row.node].id,
        birth_year=_read_year(row.birth_year),
        number=row.number or None,
        channel=ConsentChannel.IMPORT,
        recorded_by=channel_of(actor)[1],
        now=now,
    )


def _read_year(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise InvalidBirthYearError
    return int(text[:5])
