"""Comparing the boards in use with the books, again and again."""

from dataclasses import asdict
from datetime import datetime

import structlog
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from rewards.core.unit import use_case

from .. import operations, projector, store
from ..errors import BoardsUnavailableError
from ..types import Comparison
from .shared import following, hold_lease, list_centers

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
        connections = store.find_connections()
        if connections is None:
            return 0
        client = connections.patient
        try:
            if not hold_lease(client, store.WATCHER):
                return 0
            return sum(self._look(client, center, now=now) for center in list_centers())
        except (RedisConnectionError, RedisTimeoutError, BoardsUnavailableError) as error:
            # `follow` tells of it, and `mend` mends it.
            log.info("boards.not_compared", error=type(error).__name__)
            return 0

    def _look(self, client: store.RedisClient, center: str, *, now: datetime) -> int:
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


def _find_broken(epochs: store.Epochs) -> tuple[int, Comparison] | None:
    # Something stands under the key of a board that is none.
    state = epochs.find_state()
    if state is None:
        return None
    return state.epoch, Comparison(cells=1, boards=(WRONG_TYPE,), differences=())
