"""Pure decisions about scans that a tablet kept: their signature, their order, their time."""

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta

from rewards.activities.types import Occasion
from rewards.core.errors import RewardsError

from .errors import (
    DropReasonError,
    OfflineScanForgedError,
    OfflineScanReorderedError,
    OfflineScanSettledError,
    OfflineScanTimeError,
    OfflineScanTooOldError,
)
from .types import Elapsed, GateDevice, OfflineScan, QueuedScan, Reckoning, ScanState

AGE_MAX = timedelta(hours=24)
# A tablet's clocks drift, and an upload takes its time.
DISAGREEMENT_MAX = timedelta(minutes=2)
AHEAD_MAX = timedelta(seconds=30)
ELAPSED_MAX = timedelta(days=366)
KEPT = timedelta(days=30)
# An open page says every 45 seconds that nothing waits on it.
SILENT_AFTER = timedelta(minutes=2)
READY_BEFORE = timedelta(hours=1)
BATCH_MAX = 50
GATE_LENGTH_MAX = 20
RAW_LENGTH_MAX = 256
REASON_LENGTH_MIN = 2
REASON_LENGTH_MAX = 200

_MILLISECOND = timedelta(milliseconds=1)
# What nobody at the door can put right: the scan itself cannot be believed.
UNFIT: Mapping[str, type[RewardsError]] = {
    error.code: error
    for error in (OfflineScanReorderedError, OfflineScanTimeError, OfflineScanTooOldError)
}


def sign(scan: QueuedScan, *, device: str, key: bytes) -> str:
    """Return the signature that the tablet *device* puts under a scan."""
    return hmac.new(key, _signed_text(scan, device).encode(), hashlib.sha256).hexdigest()


def check_signature(scan: QueuedScan, *, device: str, key: bytes) -> None:
    """Check that a scan was signed with the key of its tablet.

    :raises OfflineScanForgedError: if it was not, or was changed since.
    """
    if not hmac.compare_digest(sign(scan, device=device, key=key), scan.signature):
        raise OfflineScanForgedError


def fingerprint(scan: QueuedScan) -> str:
    """Return what tells a scan from another one under the same number."""
    return hashlib.sha256(_signed_text(scan, "").encode()).hexdigest()


def reckon(elapsed: Elapsed, *, sent: Elapsed, loaded_at: datetime, now: datetime) -> Reckoning:
    """Return when a scan was made, from what the tablet reckoned then and at the upload.

    How long ago the page was loaded we know at the upload: whichever of the
    tablet's clocks was right then is believed for the scan too. A clock that
    was set, even by a day, is found out that way, and so is one that slept.

    :raises OfflineScanTimeError: if that is before the loading, or in the future.
    """
    if not timedelta(0) <= elapsed.least <= elapsed.most <= ELAPSED_MAX:
        raise OfflineScanTimeError
    true = now - loaded_at
    slow, quick = abs(true - sent.least), abs(true - sent.most)
    since = elapsed.most if quick < slow else elapsed.least
    at = loaded_at + since
    if at > now + AHEAD_MAX:
        raise OfflineScanTimeError
    return Reckoning(at=min(at, now), is_sure=min(slow, quick) <= DISAGREEMENT_MAX)


def find_silence(
    occasion: Occasion, *, due_at: datetime, now: datetime
) -> tuple[datetime, datetime]:
    """Return in what span an open page must have been heard last for scans to wait on it now.

    One that told all since places were due is not waited for, unless it has
    been silent for a while again. One that was open long before check-in was
    is at nobody's door.
    """
    return occasion.opens_at - READY_BEFORE, max(due_at, now - SILENT_AFTER)


def check_age(at: datetime, *, now: datetime) -> None:
    """Check that a scan is not too old to be taken.

    :raises OfflineScanTooOldError: if it was kept for more than 24 hours.
    """
    if now - at > AGE_MAX:
        raise OfflineScanTooOldError


def check_order(scan: QueuedScan, *, device: GateDevice) -> None:
    """Check that a scan comes after those that were uploaded before it.

    :raises OfflineScanReorderedError: if it stands, or is said to be, before one of them.
    """
    if scan.sequence <= device.sequence or scan.elapsed.least < device.elapsed:
        raise OfflineScanReorderedError


def check_waiting(scan: OfflineScan) -> None:
    """Check that a scan waits to be settled.

    :raises OfflineScanSettledError: if it does not.
    """
    if scan.state is not ScanState.REFUSED:
        raise OfflineScanSettledError


def check_fit(scan: OfflineScan) -> None:
    """Check that a scan can be believed, so that somebody can still be checked in by it.

    :raises OfflineScanReorderedError: if it came out of order.
    :raises OfflineScanTimeError: if its time cannot be.
    :raises OfflineScanTooOldError: if it was kept for too long.
    """
    unfit = UNFIT.get(scan.reason)
    if unfit is not None:
        raise unfit


def normalize_reason(text: str) -> str:
    """Return the words why a scan is dropped.

    :raises DropReasonError: if there are hardly any, or too many.
    """
    words = " ".join(text.split())
    if not REASON_LENGTH_MIN <= len(words) <= REASON_LENGTH_MAX or not words.isprintable():
        raise DropReasonError(length_min=REASON_LENGTH_MIN, length_max=REASON_LENGTH_MAX)
    return words


def name_gate(text: str) -> str:
    """Return the name of a gate as it is kept: one line of at most twenty characters."""
    line = " ".join(normalize_raw(text).split())
    return "".join(char for char in line if char.isprintable())[:GATE_LENGTH_MAX]


def normalize_raw(text: str) -> str:
    """Return what was scanned or typed without the width and the gaps of a keyboard."""
    return unicodedata.normalize("NFKC", text[:RAW_LENGTH_MAX]).strip()


def milliseconds(span: timedelta) -> int:
    """Return the full milliseconds of *span*."""
    return span // _MILLISECOND


def _signed_text(scan: QueuedScan, device: str) -> str:
    # No part but the last can hold the sign that parts them.
    return "\n".join(
        (
            device,
            str(scan.sequence),
            str(milliseconds(scan.elapsed.least)),
            str(milliseconds(scan.elapsed.most)),
            scan.direction.value,
            scan.gate,
            scan.raw,
        )
    )
