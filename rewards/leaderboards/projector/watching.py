"""A look at the boards in use, again and again: whether they are what the books say.

The watermark cannot see that somebody deleted a board or wrote into one. Each
look goes over every board by its size and its sum, over some people cell by
cell, and over some boards in rotation. What it tells is wrong for certain.
"""

import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import groupby, islice
from operator import attrgetter
from uuid import UUID

from rewards.ledger import queries as ledger

from .. import rules
from ..store import LAYOUT, Cells, Epochs, State
from ..store.cells import VALUES_MAX
from ..types import CellName, Comparison, Difference
from .comparing import PART_SIZE, compare_board, compare_part
from .following import drop_past
from .sums import BookSums

PEOPLE = 200
PEOPLE_AT_ONCE = 20
BOARDS_AT_ONCE = 500
# So much of the rotation in one look.
PARTS_MAX = 100
BOARDS_MAX = 20
TRIES_MAX = 5
NAMED_MAX = 20

# Keeps the boards as they are for as long as it is held.
Hold = Callable[[], AbstractContextManager[object]]


class Watch:
    """Looks at the boards of one center, and remembers how far it has come."""

    def __init__(self, center: str) -> None:
        self.center = center
        self._sums = BookSums(center)
        # Boards to go over in rotation, with the place to go on from.
        self._turns: deque[tuple[str, int]] = deque()

    def look(self, epochs: Epochs, *, hold: Hold) -> tuple[int, Comparison] | None:
        """Compare the epoch in use with the books; return its number and what was seen.

        None if there is none to compare, or if it was changed for another one,
        or brought to another day, meanwhile.

        :raises BoardsUnavailableError: if it went away meanwhile.
        """
        state = epochs.find_state()
        if state is None or state.layout != LAYOUT:
            return None
        if ledger.find_seal_hash(state.seq) != state.hash:
            return None
        self._sums.confirm()
        seen = self._compare(epochs, state, hold=hold)
        after = epochs.find_state()
        if after is None or (after.epoch, after.day) != (state.epoch, state.day):
            return None
        # Whoever moved the day may not have come to it.
        drop_past(epochs, epoch=state.epoch, day=state.day)
        return state.epoch, seen

    def _compare(self, epochs: Epochs, state: State, *, hold: Hold) -> Comparison:
        cells = epochs.open_cells(state.epoch)
        # Those that were written, those that are there, and those that have to be.
        stored = {*cells.list_boards(), *epochs.list_boards(state.epoch)}
        known = {board for board in stored if rules.is_kept_name(board, state.day)}
        strangers = {board for board in stored if not rules.is_board(board)}
        known |= self._sums.read(through=state.seq, day=state.day).keys()
        sizes, wrong = _measure(cells, sorted(known))
        wrong |= {
            board
            for board, seq, total in _list_sums(cells, sizes, hold=hold)
            if total != self._sums.read(through=seq, day=state.day)[board]
        }
        people, differences = _compare_people(cells, state)
        turned, found = self._take_turn(cells, state, known=known)
        for board in islice(sorted(wrong), NAMED_MAX):
            found += islice(compare_board(cells, board), NAMED_MAX)
        return Comparison(
            cells=sum(sizes.values()) + people + turned,
            boards=tuple(sorted(wrong | strangers)),
            differences=tuple(dict.fromkeys((*differences, *found))),
        )

    def _take_turn(
        self, cells: Cells, state: State, *, known: set[str]
    ) -> tuple[int, list[Difference]]:
        if not self._turns:
            turns = [(board, 0) for board in known]
            random.shuffle(turns)
            self._turns.extend(turns)
        count, parts, boards_left = 0, PARTS_MAX, BOARDS_MAX
        found: list[Difference] = []
        while self._turns and parts and boards_left:
            board, first = self._turns.popleft()
            if not rules.is_kept_name(board, state.day):
                continue
            seen, size, differences = compare_part(cells, board, first=first)
            count += seen
            found += differences
            parts -= 1
            if first + PART_SIZE < size:
                self._turns.appendleft((board, first + PART_SIZE))
            else:
                boards_left -= 1
        return count, found


def _measure(cells: Cells, boards: Sequence[str]) -> tuple[dict[str, int], set[str]]:
    sizes: dict[str, int] = {}
    wrong: set[str] = set()
    for start in range(0, len(boards), BOARDS_AT_ONCE):
        some = boards[start : start + BOARDS_AT_ONCE]
        _, found = cells.measure(some)
        for board, (written, size) in zip(some, found, strict=True):
            sizes[board] = size
            if written != size:
                wrong.add(board)
    return sizes, wrong


def _list_sums(
    cells: Cells, sizes: dict[str, int], *, hold: Hold
) -> Iterator[tuple[str, int, int]]:
    """Yield each board with its sum and the watermark at which it was that."""
    for some in _group(sizes):
        if sizes[some[0]] < VALUES_MAX:
            seq, sums, _ = cells.add_up(some)
            yield from ((board, seq, total) for board, total in zip(some, sums, strict=True))
            continue
        with hold():
            found = _add_up_large(cells, some[0])
        if found is not None:
            yield some[0], *found


def _add_up_large(cells: Cells, board: str) -> tuple[int, int] | None:
    # Other processes may write although this one does not.
    for _ in range(TRIES_MAX):
        first, [total], start = cells.add_up([board])
        seqs = {first}
        while start:
            seq, [more], start = cells.add_up([board], start=start)
            seqs.add(seq)
            total += more
        if len(seqs) == 1:
            return first, total
    return None


def _group(sizes: dict[str, int]) -> Iterator[list[str]]:
    """Yield large boards alone, and small ones in groups of about as many cells."""
    group: list[str] = []
    weight = 0
    for board, size in sizes.items():
        if size >= VALUES_MAX:
            yield [board]
            continue
        if group and weight + size >= VALUES_MAX:
            yield group
            group, weight = [], 0
        group.append(board)
        weight += size + 1
    if group:
        yield group


def _compare_people(cells: Cells, state: State) -> tuple[int, list[Difference]]:
    count = min(PEOPLE, state.seq)
    seqs = random.sample(range(1, state.seq + 1), count)
    people = ledger.list_participants_at(seqs) if seqs else ()
    compared = 0
    found: list[Difference] = []
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        some = people[start : start + PEOPLE_AT_ONCE]
        seen, differences = _compare_some(cells, state, some)
        compared += seen
        found += differences
    return compared, found


def _compare_some(
    cells: Cells, state: State, people: Sequence[UUID]
) -> tuple[int, list[Difference]]:
    expected = _fold_people(cells, state, people, through=state.seq)
    for _ in range(TRIES_MAX):
        wanted = list(expected)
        if not wanted:
            return 0, []
        seq, scores = cells.read(wanted)
        expected = _fold_people(cells, state, people, through=seq)
        if expected.keys() == set(wanted):
            return len(wanted), list(_list_wrong(expected, zip(wanted, scores, strict=True)))
    return 0, []


def _list_wrong(
    expected: dict[CellName, int], stored: Iterable[tuple[CellName, int | None]]
) -> Iterator[Difference]:
    for name, score in stored:
        if score != expected[name]:
            span = rules.find_span(rules.parse_board(name.board).subject)
            yield Difference(
                board=name.board,
                member=str(UUID(bytes=name.member)),
                stored=None if score is None else rules.split_score(score, span),
                expected=rules.split_score(expected[name], span),
            )


def _fold_people(
    cells: Cells, state: State, people: Sequence[UUID], *, through: int
) -> dict[CellName, int]:
    expected: dict[CellName, int] = {}
    with ledger.open_fold(
        through=through, node_path=f"{cells.center}/", participants=people
    ) as sums:
        for _, own in groupby(sums, key=attrgetter("earner")):
            for cell in rules.fold_cells(own, today=state.day):
                expected[CellName(cell.board, cell.member)] = cell.score
    return expected
