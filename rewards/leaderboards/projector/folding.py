"""The books folded into cells, a part at a time."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import attrgetter

from rewards.ledger import queries as ledger

from .. import rules
from ..types import Cell


def fold(*, center: str, through: int, day: date, size: int) -> Iterator[tuple[list[Cell], int]]:
    """Yield every cell that the seals up to *through* make for the boards kept on *day*.

    They come in parts of about *size*, those of one participant together, each
    part with the number of entries folded so far.
    """
    part: list[Cell] = []
    done = 0
    with ledger.open_fold(through=through, node_path=f"{center}/") as sums:
        for _, own in groupby(sums, key=attrgetter("participant_id")):
            mine = list(own)
            part += rules.fold_cells(mine, today=day)
            done += sum(each.count for each in mine)
            if len(part) >= size:
                yield part, done
                part = []
    yield part, done


def count_entries(*, center: str, through: int) -> int:
    """Return how many entries `fold` folds."""
    return ledger.count_earned(through=through, node_path=f"{center}/")
