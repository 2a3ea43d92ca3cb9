"""What the worker starts when the books are right again: the credit that was withheld."""

from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from rewards.core.errors import RewardsError
from rewards.core.unit import use_case
from rewards.earning import operations as crediting
from rewards.earning import queries as earning
from rewards.earning.types import Withheld
from rewards.ledger import queries as ledger
from rewards.ledger.errors import AlreadyCreditedError

from .. import operations

log = structlog.get_logger(__name__)

CREDITED_AT_ONCE = 200


def credit_withheld(*, now: datetime, limit: int = CREDITED_AT_ONCE) -> int:
    """Credit attendance that was recorded while the books were frozen; return of how many.

    Each is a unit of its own, so that a run that is cut off has done what it
    has done, and the next one goes on with the rest.
    """
    due = earning.list_withheld(limit=limit)
    if not due or ledger.find_freeze() is not None:
        return 0
    return sum(_try_to_credit(withheld, now=now) for withheld in due)


@use_case
def _credit(withheld: Withheld, *, is_rest: bool, now: datetime) -> bool:
    return operations.credit_withheld(withheld, is_rest=is_rest, now=now)


@use_case
def _note_refused(withheld: Withheld, *, now: datetime) -> None:
    crediting.note_refused(source_id=withheld.source_id, now=now)


def _try_to_credit(withheld: Withheld, *, now: datetime) -> bool:
    try:
        return _credit_missing(withheld, now=now)
    except RewardsError as refusal:
        reason = refusal.code
    except DBAPIError as error:
        reason = type(error).__name__
    log.error("credit.not_given", source_id=withheld.source_id.hex, reason=reason)
    _note_refused(withheld, now=now)
    return False


def _credit_missing(withheld: Withheld, *, now: datetime) -> bool:
    try:
        return _credit(withheld, is_rest=False, now=now)
    except AlreadyCreditedError:
        # The books have some of it.
        return _credit(withheld, is_rest=True, now=now)
