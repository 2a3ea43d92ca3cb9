"""Reading the cells of an epoch to compare them with the books, each time at one moment.

Every answer comes with the watermark of that moment, so that the books can be
asked for just the same. An epoch that went away meanwhile is an error.
"""

from collections.abc import Sequence
from typing import Any

from rewards.core.redis_client import RedisClient, run_script

from .. import rules
from ..errors import BoardsUnavailableError
from ..types import CellName
from . import names, scripts

# Some thousands of steps are a few milliseconds, in which nobody else is answered.
VALUES_MAX = 250

GONE = "The boards went away while they were compared."


class Cells:
    """The cells of one epoch of a center."""

    def __init__(self, client: RedisClient, center: str, epoch: int) -> None:
        self._client = client
        self.center = center
        self._epoch = epoch

    def list_boards(self) -> tuple[str, ...]:
        """Return the name of each board that a cell was ever written to."""
        found = self._client.hkeys(names.sizes(self.center, self._epoch))
        return tuple(sorted(name.decode(errors="replace") for name in found))

    def measure(self, boards: Sequence[str]) -> tuple[int, list[tuple[int, int]]]:
        """Return for each board how many cells were written to it, and how many it has."""
        keys = [names.sizes(self.center, self._epoch), *self._keys(boards)]
        seq, flat = self._run(scripts.MEASURE, keys=keys, args=boards)
        return seq, list(zip(flat[::2], flat[1::2], strict=True))

    def add_up(self, boards: Sequence[str], *, start: str = "-inf") -> tuple[int, list[int], str]:
        """Return what the values of each board add up to, from the score *start* on.

        Last comes the score at which to go on, "" if nothing is left; several
        boards at once have to be small.
        """
        spans = [rules.find_span(rules.parse_board(board).subject) for board in boards]
        args = [start, VALUES_MAX, *spans]
        seq, flat = self._run(scripts.ADD_UP, keys=self._keys(boards), args=args)
        return seq, [int(total) for total in flat[::2]], flat[-1].decode()

    def read_part(self, board: str, *, first: int, last: int) -> tuple[int, int, dict[bytes, int]]:
        """Return how many cells a board has, and the scores on places *first* to *last*."""
        seq, (size, flat) = self._run(
            scripts.READ_PART, keys=self._keys([board]), args=[first, last]
        )
        scores = {member: int(score) for member, score in zip(flat[::2], flat[1::2], strict=True)}
        return seq, size, scores

    def read(self, cells: Sequence[CellName]) -> tuple[int, list[int | None]]:
        """Return the score of each of *cells*, None for those that are not there."""
        numbers: dict[str, int] = {}
        args: list[Any] = []
        for board, member in cells:
            args += (numbers.setdefault(board, len(numbers) + 2), member)
        seq, scores = self._run(scripts.READ_CELLS, keys=self._keys(list(numbers)), args=args)
        return seq, [None if score is None else int(score) for score in scores]

    def _keys(self, boards: Sequence[str]) -> list[str]:
        return [names.board(self.center, self._epoch, board) for board in boards]

    def _run(
        self, script: str, *, keys: Sequence[str], args: Sequence[Any]
    ) -> tuple[int, list[Any]]:
        state = names.state(self.center, self._epoch)
        seq, *rest = run_script(self._client, script, keys=[state, *keys], args=args)
        if seq is None:
            raise BoardsUnavailableError(GONE)
        return int(seq), rest
