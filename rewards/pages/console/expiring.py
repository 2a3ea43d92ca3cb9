"""Whose points are about to expire: a list to print for the desk, and a file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.access.types import ParticipantId, Verb
from rewards.core import clock
from rewards.core.errors import InvalidCursorError
from rewards.core.paging import decode_cursor, encode_cursor
from rewards.ledger import queries as ledger
from rewards.ledger.types import Expiring
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.pages.trees import nest
from rewards.participants import queries as participants
from rewards.participants.types import Participant
from rewards.web import history, spreadsheets
from rewards.web.spreadsheets import Cell, TableForm

from . import frame
from .frame import Post

blueprint = Blueprint("console_expiring", __name__)

# A sheet of A4 holds about half as many.
LINES_SHOWN = 60
FILE_BATCH = 1_000
FILE_LINES_MAX = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the list."""

    person: Participant
    home: Node
    points: int


@blueprint.get("/console/books/expiring")
def show() -> ResponseReturnValue:
    """Show whose points end with a day, by the order in which people registered."""
    post = frame.enter(Verb.VIEW_BOOKS)
    days = _list_days(post)
    day, node = _read_day(days), _read_node(post)
    people, points = ledger.sum_expiring(node_path=node.path, day=day) if day else (0, 0)
    found = _list(node, day, after=_read_cursor(), limit=LINES_SHOWN + 1) if day else ()
    rows = list(_build_rows(found[:LINES_SHOWN]))
    return frame.show(
        "books_expiring.html",
        post=post,
        current="books",
        days=days,
        day=day,
        node=node,
        nodes=nest(network.list_branch(post.node.path)),
        people=people,
        points=points,
        rows=rows,
        next_cursor=encode_cursor([rows[-1].person.id.hex]) if len(found) > LINES_SHOWN else None,
        is_first=request.args.get("cursor") is None,
    )


@blueprint.get("/console/books/expiring.<any(csv, xlsx):form>")
def download(form: str) -> ResponseReturnValue:
    """Return the whole list as a file."""
    post = frame.enter(Verb.VIEW_BOOKS)
    day, node = _read_day(_list_days(post)), _read_node(post)
    name = f"expiring-{day.isoformat()}" if day else "expiring"
    return spreadsheets.answer_table(_write(node, day), name=name, form=TableForm(form))


def _write(node: Node, day: date | None) -> Iterator[Sequence[Cell]]:
    yield [_("居民"), _("志愿者号"), _("站点"), _("到期的积分"), _("最后一天")]
    after, count = None, 0
    while day is not None and count < FILE_LINES_MAX:
        found = _list(node, day, after=after, limit=FILE_BATCH)
        for row in _build_rows(found):
            yield [
                *(row.person.masked_name, row.person.number),
                *(row.home.name, row.points, day.isoformat()),
            ]
        if len(found) < FILE_BATCH:
            return
        after, count = found[-1].participant_id, count + len(found)


def _list(
    node: Node, day: date, *, after: ParticipantId | None, limit: int
) -> tuple[Expiring, ...]:
    return ledger.list_expiring_of(
        since=day, until=day, node_path=node.path, after=after, limit=limit
    )


def _build_rows(found: Iterable[Expiring]) -> Iterator[Row]:
    listed = list(found)
    people = participants.list_participants({each.participant_id for each in listed})
    homes = network.list_by_ids({person.home_node_id for person in people.values()})
    for each in listed:
        person = people[each.participant_id]
        yield Row(person=person, home=homes[person.home_node_id], points=each.points)


def _list_days(post: Post) -> tuple[date, ...]:
    today = clock.local_date(post.now, clock.zone())
    return ledger.list_end_days(since=today, until=today + history.VALID_MAX)


def _read_day(days: Sequence[date]) -> date | None:
    asked = request.args.get("day", "")
    return next((day for day in days if day.isoformat() == asked), days[0] if days else None)


def _read_node(post: Post) -> Node:
    try:
        asked = network.find_node(UUID(request.args.get("node", "")))
    except ValueError:
        return post.node
    is_inside = asked is not None and asked.path.startswith(post.node.path)
    return asked if asked is not None and is_inside else post.node


def _read_cursor() -> ParticipantId | None:
    cursor = request.args.get("cursor")
    if cursor is None:
        return None
    try:
        return ParticipantId(UUID(hex=decode_cursor(cursor, length=1)[0]))
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidCursorError from error
