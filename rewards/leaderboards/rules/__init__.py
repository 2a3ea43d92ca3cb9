"""Pure decisions of the boards."""

from .changes import find_change, may_change, rank_before
from .cursors import build_cursor, read_cursor
from .gains import (
    Where,
    fold_cells,
    list_boards,
    list_gains,
    list_node_boards,
    split_batches,
    sum_gains,
)
from .periods import (
    KEPT_PERIODS,
    build_key,
    find_center,
    find_kept_from,
    format_board,
    format_period,
    is_kept,
    list_paths,
    parse_board,
    period_bounds,
)
from .scores import (
    NODE_TIE_SPAN,
    TIE_MAX,
    TIE_SPAN,
    build_member,
    build_score,
    build_span,
    build_tie,
    find_scale,
    find_second,
    find_span,
    read_member,
    share_ranks,
    split_score,
)

LIMIT_MAX = 100
NEIGHBOURS = 5

__all__ = [
    "KEPT_PERIODS",
    "LIMIT_MAX",
    "NEIGHBOURS",
    "NODE_TIE_SPAN",
    "TIE_MAX",
    "TIE_SPAN",
    "Where",
    "build_cursor",
    "build_key",
    "build_member",
    "build_score",
    "build_span",
    "build_tie",
    "find_center",
    "find_change",
    "find_kept_from",
    "find_scale",
    "find_second",
    "find_span",
    "fold_cells",
    "format_board",
    "format_period",
    "is_kept",
    "list_boards",
    "list_gains",
    "list_node_boards",
    "list_paths",
    "may_change",
    "parse_board",
    "period_bounds",
    "rank_before",
    "read_cursor",
    "read_member",
    "share_ranks",
    "split_batches",
    "split_score",
    "sum_gains",
]
