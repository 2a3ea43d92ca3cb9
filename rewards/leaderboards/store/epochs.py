"""Writing the boards of one center: an epoch is opened, built, published, kept up, swept away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from rewards.core.redis_client import RedisClient, run_script, scan_keys

from ..types import Cell, Gain
from . import names, scripts
from .cells import Cells

# How long a builder may be silent, and how long a whole epoch may wait to be published.
BUILD_SECONDS_MAX = 300
WAIT_SECONDS_MAX = 3_600
GRACE_SECONDS = 60
SCAN_COUNT = 1_000

LOST = -1
FOREIGN = -2

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where an epoch stands: the last seal applied, its hash, and the day it keeps boards for.

    `layout` is `names.LAYOUT` of the program that made it.
    """

    epoch: int
    seq: int
    hash: str
    day: date
    as_of: datetime
    layout: int


class Epochs:
    """The epochs of one center."""

    def __init__(self, client: RedisClient, center: str) -> None:
        self._client = client
        self.center = center

    def find_state(self) -> State | None:
        """Return where the epoch in use stands, or None if there is none."""
        answer = self._run(
            scripts.FIND_STATE,
            keys=[names.current(self.center)],
            args=[names.prefix(self.center)],
        )
        if answer is None:
            return None
        epoch, seq, digest, day, at, layout = (part.decode() for part in answer)
        try:
            return State(
                epoch=int(epoch),
                seq=int(seq),
                hash=digest,
                day=date.fromisoformat(day),
                as_of=datetime.fromtimestamp(float(at), UTC),
                layout=int(layout),
            )
        except ValueError:
            # Not written by this program, or by one from before there were layouts.
            return State(epoch=int(epoch), seq=0, hash="", day=date.min, as_of=_NEVER, layout=0)

    def apply(
        self,
        epoch: int,
        *,
        start: tuple[int, str],
        end: tuple[int, str],
        gains: Sequence[Gain],
        now: datetime,
    ) -> int:
        """Add *gains* if the epoch stands at *start*, a number and its hash; move it to *end*.

        Return the number it stands at afterwards, LOST or FOREIGN.
        """
        numbers: dict[str, int] = {}
        args: list[Any] = [start[0], end[0], start[1], end[1], now.timestamp(), names.LAYOUT]
        for gain in gains:
            number = numbers.setdefault(gain.board, len(numbers) + 3)
            args += (number, gain.board, gain.member, gain.delta, gain.tie)
        keys = [names.state(self.center, epoch), names.sizes(self.center, epoch)]
        keys += [names.board(self.center, epoch, board) for board in numbers]
        return int(self._run(scripts.APPLY, keys=keys, args=args))

    def find_highest(self) -> int:
        """Return the highest number of an epoch that Redis remembers, 0 if none."""
        keys = [names.current(self.center), names.counter(self.center)]
        return int(self._run(scripts.FIND_HIGHEST, keys=keys))

    def begin(self, epoch: int, nonce: str) -> int:
        """Open an epoch for one builder; return its number, or a higher one if it was used."""
        keys = [names.current(self.center), names.counter(self.center), names.trash(self.center)]
        args = [names.prefix(self.center), epoch, nonce, BUILD_SECONDS_MAX]
        return int(self._run(scripts.BEGIN, keys=keys, args=args))

    def build(self, epoch: int, *, nonce: str, number: int, cells: Sequence[Cell]) -> bool:
        """Add chunk *number* of cells; tell whether the epoch is still what was built so far."""
        boards: dict[str, list[Any]] = {}
        for cell in cells:
            boards.setdefault(cell.board, []).extend((cell.score, cell.member))
        args: list[Any] = [nonce, number, epoch, BUILD_SECONDS_MAX]
        for board, flat in boards.items():
            args += (board, len(flat) // 2)
            args += flat
        keys = [names.build(self.center, epoch), names.sizes(self.center, epoch)]
        keys += [names.trash(self.center)]
        keys += [names.board(self.center, epoch, board) for board in boards]
        return int(self._run(scripts.BUILD, keys=keys, args=args)) == 1

    def keep(self, epoch: int, *, nonce: str) -> bool:
        """Say that the builder of *epoch* is still at work; tell whether it is still his."""
        keys = [names.build(self.center, epoch), names.trash(self.center)]
        args = [nonce, epoch, BUILD_SECONDS_MAX]
        return int(self._run(scripts.KEEP, keys=keys, args=args)) == 1

    def finish(
        self, epoch: int, *, nonce: str, chunks: int, end: tuple[int, str], day: date, now: datetime
    ) -> bool:
        """Give a complete epoch its watermark; tell whether it was complete."""
        keys = [names.build(self.center, epoch), names.state(self.center, epoch)]
        keys += [names.trash(self.center)]
        args = [nonce, chunks, end[0], end[1], day.isoformat(), now.timestamp(), names.LAYOUT]
        args += [epoch, WAIT_SECONDS_MAX]
        return int(self._run(scripts.FINISH, keys=keys, args=args)) == 1

    def publish(self, epoch: int) -> int:
        """Let readers see *epoch* if theirs is older; return the one they see, or LOST."""
        keys = [
            names.current(self.center),
            names.state(self.center, epoch),
            names.trash(self.center),
        ]
        return int(self._run(scripts.PUBLISH, keys=keys, args=[epoch, GRACE_SECONDS]))

    def discard(self, epoch: int) -> None:
        """Give up an epoch that is not in use; the next sweep takes it away."""
        keys = [
            names.current(self.center),
            names.build(self.center, epoch),
            names.trash(self.center),
        ]
        self._run(scripts.DISCARD, keys=keys, args=[epoch])

    def sweep(self) -> int:
        """Delete the epochs whose time is over; return how many."""
        keys = [names.current(self.center), names.trash(self.center)]
        due = self._run(scripts.LIST_TRASH, keys=keys)
        for epoch in (int(number) for number in due):
            self._unlink(list(self._scan(f"{names.prefix(self.center)}:{epoch}:*")))
            self._client.zrem(names.trash(self.center), epoch)
        return len(due)

    def move_day(self, epoch: int, day: date) -> bool:
        """Let the epoch keep boards for a later *day*; tell whether it was later."""
        keys = [names.state(self.center, epoch)]
        return int(self._run(scripts.MOVE_DAY, keys=keys, args=[day.isoformat()])) == 1

    def list_boards(self, epoch: int) -> Iterator[str]:
        """Yield the name of each board that has cells in *epoch*; a key may have any name."""
        start = names.board(self.center, epoch, "")
        for key in self._scan(start + "*"):
            yield key.decode(errors="replace").removeprefix(start)

    def drop_boards(self, epoch: int, boards: Sequence[str]) -> None:
        """Delete boards of *epoch*."""
        self._unlink([names.board(self.center, epoch, board).encode() for board in boards])
        if boards:
            self._client.hdel(names.sizes(self.center, epoch), *boards)

    def open_cells(self, epoch: int) -> Cells:
        """Return a way to read the cells of *epoch*."""
        return Cells(self._client, self.center, epoch)

    def _run(self, script: str, *, keys: Sequence[str], args: Sequence[Any] = ()) -> Any:
        return run_script(self._client, script, keys=keys, args=args)

    def _scan(self, pattern: str) -> Iterator[bytes]:
        # Braces are no wildcards to MATCH, and labels hold none.
        beside = names.current(self.center)
        yield from scan_keys(self._client, pattern, beside=beside, count=SCAN_COUNT)

    def _unlink(self, keys: Sequence[bytes]) -> None:
        for start in range(0, len(keys), SCAN_COUNT):
            self._client.unlink(*keys[start : start + SCAN_COUNT])


def hold_lease(client: RedisClient, name: str, *, holder: str, milliseconds: int) -> bool:
    """Take or keep the lease *name*; tell whether *holder* has it."""
    args = [holder, milliseconds]
    return int(run_script(client, scripts.HOLD_LEASE, keys=[name], args=args)) == 1
