"""Refusals of the desks that go on without a network."""

from rewards.core.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    NotFoundError,
)


class GateDeviceNotFoundError(NotFoundError):
    code = "gate-device-not-found"
    title = "No page that works without a network was loaded under this id, or it is long ago."


class GateOfAnotherError(ForbiddenError):
    code = "gate-of-another"
    title = "Scans are uploaded by whoever loaded the page that kept them."


class OfflineScanForgedError(InvalidError):
    code = "offline-scan-forged"
    title = "The scan was not signed on the device that it is said to come from."


class OfflineScanUnreadableError(InvalidError):
    code = "offline-scan-unreadable"
    title = "The scan is too long, or is not written like one."


class OfflineScanReusedError(ConflictError):
    code = "offline-scan-reused"
    title = "Another scan of the device was uploaded under this number."


class OfflineScanReorderedError(ConflictError):
    code = "offline-scan-reordered"
    title = "The scan stands before others of its device that were uploaded earlier."


class OfflineScanTooOldError(GoneError):
    code = "offline-scan-too-old"
    title = "The scan was kept for more than 24 hours."


class OfflineScanTimeError(InvalidError):
    code = "offline-scan-time"
    title = "The scan is said to be from before the page was loaded, or from the future."


class OfflineScanNotFoundError(NotFoundError):
    code = "offline-scan-not-found"
    title = "There is no such uploaded scan."


class OfflineScanSettledError(ConflictError):
    code = "offline-scan-settled"
    title = "The uploaded scan does not wait for anybody, or was settled meanwhile."


class DropReasonError(InvalidError):
    code = "drop-reason"
    title = "Dropping a scan needs a reason of some words."
