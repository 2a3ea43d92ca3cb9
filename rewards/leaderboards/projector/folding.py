"""The books folded into cells, a part at a time."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import attrgetter

from rewards.ledger import queries as ledger
from rewards.ledger.types import EarnedBy

from .. import rules
from ..types import Cell, Subject


def fold(*, center: str, through: int, day: date, size: int) -> Iterator[tuple[list[Cell], int]]:
    """Yield every cell that the seals up to *through* make for the boards kept on *day*.

    They come in parts of about *size*, those of one participant or team
    together, each part with the number of entries folded so far: participants
    first, whose boards hold nearly all.
    """
    done = 0
    for subject in (Subject.PARTICIPANT, Subject.TEAM):
        part: list[Cell] = []
        for cells, count in _fold_earners(subject, center=center, through=through, day=day):
            part += cells
            # Each entry is counted once, though its team has it too.
            done += count if subject is Subject.PARTICIPANT else 0
            if len(part) >= size:
                yield part, done
                part = []
        yield part, done
    with ledger.open_fold(through=through, node_path=f"{center}/", by=EarnedBy.NODE) as sums:
        yield rules.fold_cells(sums, today=day, subject=Subject.NODE), done


def count_entries(*, center: str, through: int) -> int:
    """Return how many entries `fold` folds."""
    return ledger.count_earned(through=through, node_path=f"{center}/")


def _fold_earners(
    subject: Subject, *, center: str, through: int, day: date
) -> Iterator[tuple[list[Cell], int]]:
    by = EarnedBy(subject.value)
    with ledger.open_fold(through=through, node_path=f"{center}/", by=by) as sums:
        for _, own in groupby(sums, key=attrgetter("earner")):
            mine = list(own)
            cells = rules.fold_cells(mine, today=day, subject=subject)
            yield cells, sum(each.count for each in mine)
