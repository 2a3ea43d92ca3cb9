"""Comparing cells with the books while both are in use.

A part of a board is read at one moment, with its watermark, and compared with
the books up to just that seal; so what is told is wrong, however much is
earned meanwhile.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from rewards.ledger import queries as ledger

from .. import rules
from ..store import Cells
from ..types import CellName, Difference, Subject

PART_SIZE = 500
FOUND_MAX = 1_000


def compare_part(
    cells: Cells, board: str, *, first: int
) -> tuple[int, int, tuple[Difference, ...]]:
    """Compare the cells of *board* on the places from *first*, counted from 0.

    Return how many there were, how many the whole board has, and which are wrong.
    """
    seq, size, stored = cells.read_part(board, first=first, last=first + PART_SIZE - 1)
    return len(stored), size, tuple(_judge(board, stored, members=list(stored), through=seq))


def find_missing(cells: Cells, board: str) -> tuple[Difference, ...]:
    """Return the cells that *board* should have and has not."""
    seq, [(_, size)] = cells.measure([board])
    span = rules.build_span(rules.parse_board(board))
    if ledger.count_earners(span, through=seq) <= size:
        return ()
    found: list[Difference] = []
    members = [rules.build_member(earner) for earner in ledger.list_earners(span, through=seq)]
    for start in range(0, len(members), PART_SIZE):
        found += compare_members(cells, board, members[start : start + PART_SIZE])
        if len(found) >= FOUND_MAX:
            break
    return tuple(found)


def compare_members(cells: Cells, board: str, members: Sequence[bytes]) -> tuple[Difference, ...]:
    """Compare what some members have on *board*, or have not."""
    seq, scores = cells.read([CellName(board, member) for member in members])
    stored = {
        member: score for member, score in zip(members, scores, strict=True) if score is not None
    }
    return tuple(_judge(board, stored, members=members, through=seq))


def compare_board(cells: Cells, board: str) -> Iterator[Difference]:
    """Yield each cell of *board* that is wrong, in excess or missing."""
    first, size = 0, 1
    while first < size:
        _, size, differences = compare_part(cells, board, first=first)
        yield from differences
        first += PART_SIZE
    yield from find_missing(cells, board)


def _judge(
    board: str, stored: Mapping[bytes, int], *, members: Sequence[bytes], through: int
) -> Iterable[Difference]:
    key = rules.parse_board(board)
    span = rules.build_span(key)
    ties = rules.find_span(key.subject)
    earners = {member: _find_earner(member, key.subject) for member in members}
    known = [earner for earner in earners.values() if earner is not None]
    expected = {
        rules.build_member(earner): rules.build_score(value, span.steps_max - steps, ties)
        for earner, value, steps in ledger.list_totals(span, through=through, earners=known)
    }
    for member in members:
        if stored.get(member) != expected.get(member):
            yield Difference(
                board=board,
                member=str(earners[member] or member.hex()),
                stored=_split(stored.get(member), ties),
                expected=_split(expected.get(member), ties),
            )


def _find_earner(member: bytes, subject: Subject) -> UUID | str | None:
    try:
        return rules.read_member(member, subject)
    except ValueError:
        # Whatever put it there, it was not the projection.
        return None


def _split(score: int | None, span: int) -> tuple[int, int] | None:
    return None if score is None else rules.split_score(score, span)
