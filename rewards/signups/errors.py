"""What signing up refuses. Each has its own next step."""

from rewards.core.errors import ConflictError, ForbiddenError, GoneError, NotFoundError


class SignUpNotOfferedError(ConflictError):
    code = "sign-up-not-offered"
    title = "This occasion takes no sign-ups: whoever comes can check in."


class SignUpClosedError(GoneError):
    code = "sign-up-closed"
    title = "Sign-up for this occasion has closed."


class SignUpPausedError(ForbiddenError):
    code = "sign-up-paused"
    title = "Sign-up is paused for a while, after places that stayed empty."


class SignUpNotFoundError(NotFoundError):
    code = "sign-up-not-found"
    title = "There is no such sign-up."


class SignUpSettledError(ConflictError):
    code = "sign-up-settled"
    title = "The sign-up was used, or its place went on to somebody else."


class NotWaitingError(ConflictError):
    code = "not-waiting"
    title = "This sign-up does not wait for a place."


class StillWaitingError(ConflictError):
    code = "still-waiting"
    title = "Every place is kept for somebody who signed up earlier."


class AlreadyInsideError(ConflictError):
    code = "already-inside"
    title = "The participant has checked in, and needs no other place."


class PlacesKeptError(ConflictError):
    code = "places-kept"
    title = "Scans may wait on a desk without a network, so no place is given on yet."


class PauseNotFoundError(NotFoundError):
    code = "sign-up-pause-not-found"
    title = "Sign-up is not paused for this participant."


class OwnPauseError(ForbiddenError):
    code = "own-sign-up-pause"
    title = "Nobody excuses themselves, or lifts a pause of their own."


class OwnPlaceError(ForbiddenError):
    code = "own-place-in-line"
    title = "Nobody puts themselves first in line."
