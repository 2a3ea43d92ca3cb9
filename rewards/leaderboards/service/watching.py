"""Comparing the boards in use with the books, again and again."""

from dataclasses import asdict
from datetime import datetime
from functools import partial

import structlog
from redis.exceptions import ResponseError

from rewards.core.unit import use_case

from .. import operations, projector, store
from ..types import Comparison
from .shared import following, hold_lease, visit_centers

log = structlog.get_logger(__name__)

LOGGED_MAX = 5
WRONG_TYPE = "WRONGTYPE"

_mark_verified = use_case(operations.mark_verified)


class Watcher:
    """Looks at the boards of every center, and remembers how far it has come."""

    def __init__(self) -> None:
        self._watches: dict[str, projector.Watch] = {}

    def look(self, *, now: datetime) -> int:
        """Compare the boards with the books; return how many cells were wrong.

        For the worker. What is found wrong is made anew by `mend`.
        """
        return visit_centers(partial(self._look, now=now), tell=_tell)

    def _look(self, client: store.RedisClient, center: str, *, now: datetime) -> int:
        if not hold_lease(client, store.watcher(center)):
            return 0
        watch = self._watches.setdefault(center, projector.Watch(center))
        epochs = store.Epochs(client, center)
        try:
            seen = watch.look(epochs, hold=lambda: following)
        except ResponseError as error:
            if not str(error).startswith(WRONG_TYPE):
                raise
            seen = _find_broken(epochs)
        if seen is None:
            return 0
        epoch, comparison = seen
        _mark_verified(
            center=center,
            epoch=epoch,
            cells=comparison.cells,
            wrong=comparison.wrong,
            now=now,
        )
        if comparison.wrong:
            log.error(
                "boards.drifted",
                center=center,
                epoch=epoch,
                wrong=comparison.wrong,
                boards=comparison.boards[:LOGGED_MAX],
                first=[asdict(each) for each in comparison.differences[:LOGGED_MAX]],
            )
        return comparison.wrong


def _tell(center: str, error: Exception) -> None:
    # `follow` tells of an outage, and `mend` mends it.
    log.info("boards.not_compared", center=center, error=type(error).__name__)


def _find_broken(epochs: store.Epochs) -> tuple[int, Comparison] | None:
    # Something stands under the key of a board that is none.
    state = epochs.find_state()
    if state is None:
        return None
    return state.epoch, Comparison(cells=1, boards=(WRONG_TYPE,), differences=())
