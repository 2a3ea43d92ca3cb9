"""The books folded into boards by hand, beside the program's own fold.

Nothing of the program's rules is used here: which boards an entry counts for,
what their names are, how ties are told apart and how a cell is written down are
said again, in the plainest way, from what docs/ say. Only rows are read through
the program.
"""

import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import sqlalchemy as sa
from redis.exceptions import RedisError

from rewards.core.db import db
from rewards.leaderboards import store
from rewards.ledger.models import EntryRow, OutboxRow, SealHeadRow, SealRow
from rewards.network import queries as network

LOOK_SECONDS = 0.2
EARNED = ("attendance", "award", "adjustment", "backfill", "reversal")
PERIODS = ("day", "week", "month", "year", "all")
TIES = 2**25
# Values of nodes are greater, and their ties told apart in coarser steps.
NODE_TIES = 2**13
NODE_STEPS = {"day": 32, "week": 128, "month": 512, "year": 4_096, "all": 524_288}
SINCE = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Comparison:
    """How many cells there are or should be, and which of them are wrong."""

    cells: int = 0
    wrong: dict = field(default_factory=dict)
    # How long the boards took to follow.
    seconds: float = 0.0
    # Why nothing could be compared, if so.
    failure: str = ""

    def __str__(self):
        return self.failure or f"cells compared {self.cells}, wrong {len(self.wrong)}"

    @property
    def some_wrong(self):
        """Some wrong cells, each with what is stored and what the books say."""
        return list(self.wrong.items())[:5]


def compare(*, quiet):
    """Wait up to *quiet* seconds for the boards to follow; compare every cell with the books."""
    begun = time.monotonic()
    while late := _find_late():
        if time.monotonic() - begun > quiet:
            return Comparison(failure=f"after {quiet} s: {late}")
        time.sleep(LOOK_SECONDS)
    seconds = time.monotonic() - begun
    return replace(compare_now(), seconds=seconds)


def compare_now():
    """Compare every cell of every board with the books at the watermark of its center."""
    found = Comparison()
    for center in list_centers():
        epoch, state = read_state(center)
        if b"wm" not in state:
            return Comparison(failure=f"{center} has no boards")
        stored = read_boards(center, epoch)
        expected = fold(center, through=int(state[b"wm"]), today=_day(state))
        cells = stored.keys() | expected.keys()
        found.cells += len(cells)
        for cell in cells:
            pair = stored.get(cell), expected.get(cell)
            if pair[0] != pair[1]:
                found.wrong[cell] = pair
    return found


def fold(center, *, through, today):
    """Return the score of each cell that the seals up to *through* make, by board and member."""
    values, ties, spans = defaultdict(int), {}, {}
    for row in list_entries(center, through=through):
        for board, member, span, step, begin in list_cells(row, today=today):
            cell = board, member
            values[cell] += row.amount
            spans[cell] = span
            ties.setdefault(cell, span - 1)
            if row.amount > 0:
                steps = min(max(count_seconds(row.posted_at, begin) // step, 0), span - 1)
                ties[cell] = min(ties[cell], span - 1 - steps)
    return {cell: value * spans[cell] + ties[cell] for cell, value in values.items()}


def list_entries(center, *, through=None):
    """Return what was earned below *center*, in the order of the seals."""
    columns = (
        SealRow.seq,
        EntryRow.participant_id,
        EntryRow.asset,
        EntryRow.amount,
        EntryRow.board,
        EntryRow.node_path,
        sa.func.coalesce(EntryRow.counted_on, EntryRow.business_date).label("counted_on"),
        EntryRow.team_id,
        EntryRow.posted_at,
    )
    query = (
        sa.select(*columns)
        .join(SealRow, SealRow.entry_id == EntryRow.id)
        .where(EntryRow.reason.in_(EARNED))
        .order_by(SealRow.seq)
    )
    if through is not None:
        query = query.where(SealRow.seq <= through)
    rows = [row for row in db.session.execute(query) if row.node_path.split("/")[0] == center]
    db.session.rollback()
    return rows


def list_cells(row, *, today):
    """Yield each cell that an entry counts for: board, member, span, step and first day."""
    counted = ["minutes"] if row.asset == "service_minutes" else ["all"]
    if row.asset == "points" and row.board in ("study", "service"):
        counted.append(str(row.board))
    labels = row.node_path.strip("/").split("/")
    for depth in range(1, len(labels) + 1):
        earners = [("", row.participant_id.bytes)]
        if row.team_id is not None:
            earners.append(("team:", row.team_id.bytes))
        if depth < len(labels):
            earners.append(("node:", labels[depth].encode()))
        for period, (whose, member), kind in product(PERIODS, earners, counted):
            begin = begin_of(period, row.counted_on)
            if begin is None or begin >= oldest(period, today):
                board = f"{'/'.join(labels[:depth])}/:{whose}{kind}:"
                span = NODE_TIES if whose == "node:" else TIES
                step = NODE_STEPS[period] if whose == "node:" else 1 if begin else 60
                yield board + name_of(period, row.counted_on), member, span, step, begin


def begin_of(period, day):
    """Return the first day of the period that holds *day*."""
    match period:
        case "day":
            return day
        case "week":
            return date.fromisocalendar(*day.isocalendar()[:2], 1)
        case "month":
            return date(day.year, day.month, 1)
        case "year":
            return date(day.year, 1, 1)
    return None


def oldest(period, today):
    """Return the first day of the period before the one of *today*: nothing older is kept."""
    return begin_of(period, begin_of(period, today) - timedelta(days=1))


def name_of(period, day):
    match period:
        case "day":
            return day.strftime("%Y-%m-%d")
        case "week":
            return day.strftime("%G-W%V")
        case "month":
            return day.strftime("%Y-%m")
        case "year":
            return day.strftime("%Y")
    return "all"


def count_seconds(moment, begin):
    """Return how many seconds after the eve of a period something was gained."""
    if begin is None:
        return int((moment - SINCE).total_seconds())
    eve = datetime(begin.year, begin.month, begin.day, tzinfo=UTC) - timedelta(days=1)
    return int((moment - eve).total_seconds())


def read_state(center):
    """Return the epoch in use and its state, as they are written down."""
    client = store.find_connections().patient
    epoch = (client.get(f"rw:{{c{center}}}:cur") or b"").decode()
    return epoch, client.hgetall(f"rw:{{c{center}}}:{epoch}:st")


def read_boards(center, epoch):
    """Return the score of each cell of an epoch, by board and member."""
    client = store.find_connections().patient
    begin = f"rw:{{c{center}}}:{epoch}:b:"
    return {
        (key.decode().removeprefix(begin), member): int(score)
        for key in client.scan_iter(begin + "*", count=1_000)
        for member, score in client.zrange(key, 0, -1, withscores=True)
    }


def _find_late():
    """Return what has not followed yet, or nothing."""
    head = db.session.execute(sa.select(SealHeadRow.seq, SealHeadRow.hash)).one()
    waiting = db.session.scalar(sa.select(sa.func.count()).select_from(OutboxRow))
    db.session.rollback()
    if waiting:
        return f"{waiting} entries are not sealed"
    for center in list_centers():
        try:
            _, state = read_state(center)
        except RedisError as error:
            return f"Redis: {error}"
        stands = state.get(b"wm"), state.get(b"h")
        if stands != (str(head.seq).encode(), head.hash.encode()):
            return f"the boards of {center} stand at {stands}, the books at {tuple(head)}"
    return ""


def list_centers():
    """Return the label of each center."""
    labels = [center.label for center in network.list_centers()]
    db.session.rollback()
    return labels


def _day(state):
    return date.fromisoformat(state[b"day"].decode())
