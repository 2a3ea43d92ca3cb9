"""What the books refuse."""

from rewards.core.errors import ConflictError, InvalidError, NotFoundError, UnavailableError


class InsufficientPointsError(ConflictError):
    code = "insufficient-points"
    title = "The account does not hold enough points."


class AlreadyCreditedError(ConflictError):
    code = "already-credited"
    title = "This attendance was already credited by this rule."


class HoldClosedError(ConflictError):
    code = "hold-closed"
    title = "The hold was already captured or released."


class AccountInDebtError(ConflictError):
    code = "account-in-debt"
    title = "Points that were taken back have to be earned again first."


class AlreadyPostedError(ConflictError):
    code = "already-posted"
    title = "This was posted to the books before."


class AlreadyReversedError(ConflictError):
    code = "already-reversed"
    title = "The entry was reversed before."


class NotReversibleError(InvalidError):
    code = "not-reversible"
    title = "A reversal, a refund or an expiry cannot be reversed."


class EntryNotFoundError(NotFoundError):
    code = "entry-not-found"
    title = "There is no such entry."


class BooksFrozenError(UnavailableError):
    code = "books-frozen"
    title = "The books are being checked; no points come or go until that is done."
