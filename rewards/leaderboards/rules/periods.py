"""Periods of the local calendar, the names of boards, and which boards are kept."""

from datetime import date, timedelta
from functools import lru_cache

from rewards.ledger.types import Asset, BoardKind

from ..types import BoardKey, Kind, Period, Subject

# How many periods the projection keeps, the current one included. Older ones
# do not change any more and are asked for rarely: the books answer for them.
KEPT_PERIODS = {Period.DAY: 2, Period.WEEK: 2, Period.MONTH: 2, Period.YEAR: 2}

_MINUTES = "minutes"


def build_key(
    *,
    subject: Subject = Subject.PARTICIPANT,
    node_path: str,
    asset: Asset,
    kind: Kind,
    period: Period,
    day: date,
) -> BoardKey:
    """Return the key of the board whose period holds *day*. Minutes have one kind only."""
    start, end = period_bounds(period, day)
    return BoardKey(
        subject=subject,
        node_path=node_path,
        asset=asset,
        kind=kind if asset is Asset.POINTS else Kind.ALL,
        period=period,
        start=start,
        end=end,
    )


def list_kinds(asset: Asset, board: BoardKind) -> tuple[Kind, ...]:
    """Return the kinds of boards that something earned counts for."""
    if asset is not Asset.POINTS or board is BoardKind.NONE:
        return (Kind.ALL,)
    return Kind.ALL, Kind(board.value)


def period_bounds(period: Period, day: date) -> tuple[date | None, date | None]:
    """Return the first and the last day of the period that holds *day*."""
    match period:
        case Period.DAY:
            return day, day
        case Period.WEEK:
            monday = day - timedelta(days=day.weekday())
            return monday, monday + timedelta(days=6)
        case Period.MONTH:
            following = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
            return day.replace(day=1), following - timedelta(days=1)
        case Period.YEAR:
            return date(day.year, 1, 1), date(day.year, 12, 31)
        case Period.ALL:
            return None, None


def format_period(period: Period, start: date | None) -> str:
    """Return the name of a period: 2026-11-21, 2026-W47, 2026-11, 2026 or all."""
    if start is None:
        return "all"
    match period:
        case Period.WEEK:
            year, week, _ = start.isocalendar()
            return f"{year:04}-W{week:02}"
        case Period.MONTH:
            return f"{start:%Y-%m}"
        case Period.YEAR:
            return f"{start:%Y}"
        case _:
            return start.isoformat()


def format_board(key: BoardKey) -> str:
    """Return the name of a board, which ends its key in the store."""
    counted = key.kind.value if key.asset is Asset.POINTS else _MINUTES
    # Boards of participants are most of all, and their names the shortest.
    whose = "" if key.subject is Subject.PARTICIPANT else f"{key.subject.value}:"
    return f"{key.node_path}:{whose}{counted}:{format_period(key.period, key.start)}"


def parse_board(name: str) -> BoardKey:
    """Return the key of the board that `format_board` gave that name."""
    node_path, *whose, counted, period_name = name.split(":")
    period, day = _parse_period(period_name)
    return build_key(
        subject=Subject(whose[0]) if whose else Subject.PARTICIPANT,
        node_path=node_path,
        asset=Asset.SERVICE_MINUTES if counted == _MINUTES else Asset.POINTS,
        kind=Kind.ALL if counted == _MINUTES else Kind(counted),
        period=period,
        day=day,
    )


@lru_cache(maxsize=64)
def find_kept_from(period: Period, today: date) -> date | None:
    """Return the first day of the oldest period that is kept, None if all are."""
    if period is Period.ALL:
        return None
    start = today
    for _ in range(KEPT_PERIODS[period] - 1):
        first, _last = period_bounds(period, start)
        start = (first or start) - timedelta(days=1)
    return period_bounds(period, start)[0]


def is_kept(key: BoardKey, today: date) -> bool:
    """Tell whether the projection of *today* holds a board."""
    kept_from = find_kept_from(key.period, today)
    return kept_from is None or key.start is None or key.start >= kept_from


def is_kept_name(name: str, today: date) -> bool:
    """Tell whether *name* is that of a board that is kept; a key may have any name."""
    return is_board(name) and is_kept(parse_board(name), today)


def is_board(name: str) -> bool:
    """Tell whether *name* is that of a board at all."""
    try:
        parse_board(name)
    except ValueError:
        return False
    return True


def list_paths(node_path: str) -> tuple[str, ...]:
    """Return the paths of the center, of each node below it, and last the node's own."""
    labels = node_path.rstrip("/").split("/")
    return tuple("/".join(labels[:depth]) + "/" for depth in range(1, len(labels) + 1))


def list_children(node_path: str) -> tuple[tuple[str, str], ...]:
    """Return each path above a node's own with the label of the child through which it goes."""
    labels = node_path.rstrip("/").split("/")
    return tuple(("/".join(labels[:depth]) + "/", labels[depth]) for depth in range(1, len(labels)))


def find_center(node_path: str) -> str:
    """Return the label of the center that a path begins with."""
    return node_path.partition("/")[0]


def _parse_period(name: str) -> tuple[Period, date]:
    if name == "all":
        return Period.ALL, date.min
    if "W" in name:
        return Period.WEEK, date.fromisoformat(name)
    match name.count("-"):
        case 0:
            return Period.YEAR, date(int(name), 1, 1)
        case 1:
            return Period.MONTH, date.fromisoformat(f"{name}-01")
        case _:
            return Period.DAY, date.fromisoformat(name)
