"""Refusals of the screens."""

from rewards.core.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    ThrottledError,
    UnauthenticatedError,
)


class ScreenNotPairedError(UnauthenticatedError):
    code = "screen-not-paired"
    title = "This screen is not paired, or was disconnected."


class ScreenNotFoundError(NotFoundError):
    code = "screen-not-found"
    title = "There is no such screen."


class PairingCodeNotFoundError(NotFoundError):
    code = "pairing-code-not-found"
    title = "No screen shows this pairing code now."


class TooManyPairingsError(ThrottledError):
    code = "too-many-pairings"
    title = "Too many screens wait to be paired, or too many codes were tried."


class InvalidScreenNameError(InvalidError):
    code = "invalid-screen-name"
    title = "The name of the screen is empty, too long, or holds characters that cannot be shown."


class ScreenChangedError(ConflictError):
    code = "screen-changed"
    title = "The screen was changed by somebody else meanwhile."


class InvalidSlideSecondsError(InvalidError):
    code = "invalid-slide-seconds"
    title = "A slide of the screen stays too briefly or too long."


class InvalidSlidesError(InvalidError):
    code = "invalid-slides"
    title = "The slides of the screen are too few, too many, or out of its scope."
