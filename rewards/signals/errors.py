"""What reviewing signals refuses."""

from rewards.core.errors import ConflictError, InvalidError, NotFoundError


class SignalNotFoundError(NotFoundError):
    code = "signal-not-found"
    title = "There is no such signal."


class SignalDecidedError(ConflictError):
    code = "signal-decided"
    title = "Somebody has looked at this signal already."


class OwnSignalError(ConflictError):
    code = "own-signal"
    title = "Nobody decides about what they did themselves."


class SignalNoteError(InvalidError):
    code = "signal-note"
    title = "What is being done about a signal must be said in some words."
