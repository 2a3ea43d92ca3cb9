"""What a tablet sends that kept scans without a network, read strictly."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from werkzeug.exceptions import BadRequest

from rewards.gates import rules
from rewards.gates.types import Direction, Elapsed, QueuedScan, UnreadableScan

SEQUENCE_MAX = 1_000_000
MILLISECONDS_MAX = 10**12
SIGNATURE_LENGTH = 64
# As a broken keyboard leaves it: no text, nothing can sign or store it.
HALF_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Scans of one loaded page, and how long ago it was loaded by the tablet's clocks.

    `unreadable`: what stands among them and is none; it must not hold up the others.
    """

    device_id: UUID
    sent: Elapsed
    scans: tuple[QueuedScan, ...]
    unreadable: tuple[UnreadableScan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The word of a loaded page that no scan waits on it, whether it is open or closes."""

    device_id: UUID
    is_open: bool


def read_heard(body: Any) -> Heard:
    """Return what a page says of itself.

    :raises werkzeug.exceptions.BadRequest: if *body* is nothing of that kind.
    """
    fields = _fields(body)
    is_open = fields.get("open")
    if not isinstance(is_open, bool):
        raise BadRequest
    return Heard(device_id=_uuid(fields, "device"), is_open=is_open)


def read_occasion(body: Any) -> UUID:
    """Return the occasion for which a page asks to go on without a network.

    :raises werkzeug.exceptions.BadRequest: if it names none.
    """
    return _uuid(_fields(body), "occasion")


def read_upload(body: Any) -> Upload:
    """Return the upload that *body* is.

    :raises werkzeug.exceptions.BadRequest: if it is none.
    """
    fields = _fields(body)
    rows = fields.get("scans")
    if not isinstance(rows, list) or not 0 < len(rows) <= rules.BATCH_MAX:
        raise BadRequest
    scans: list[QueuedScan] = []
    unreadable: list[UnreadableScan] = []
    for row in map(_fields, rows):
        sequence = _sequence(row)
        try:
            scans.append(_scan(row, sequence))
        except BadRequest:
            raw = HALF_SURROGATE.sub("", str(row.get("raw")))
            unreadable.append(UnreadableScan(sequence=sequence, raw=raw))
    return Upload(
        device_id=_uuid(fields, "device"),
        sent=_elapsed(fields),
        scans=tuple(scans),
        unreadable=tuple(unreadable),
    )


def _sequence(row: Mapping[str, Any]) -> int:
    sequence = row.get("sequence")
    if type(sequence) is not int or not 0 < sequence <= SEQUENCE_MAX:
        raise BadRequest
    return sequence


def _scan(row: Mapping[str, Any], sequence: int) -> QueuedScan:
    try:
        direction = Direction(str(row.get("direction")))
    except ValueError:
        raise BadRequest from None
    gate = _text(row, "gate", rules.GATE_LENGTH_MAX)
    signature = _text(row, "signature", SIGNATURE_LENGTH)
    # Parts of a signature: a line break in one could make another scan of it.
    if "\n" in gate or not signature.isascii():
        raise BadRequest
    return QueuedScan(
        sequence=sequence,
        elapsed=_elapsed(row),
        direction=direction,
        gate=gate,
        raw=_text(row, "raw", rules.RAW_LENGTH_MAX),
        signature=signature,
    )


def _fields(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadRequest
    return value


def _elapsed(fields: Mapping[str, Any]) -> Elapsed:
    spans = []
    for name in ("least", "most"):
        value = fields.get(name)
        if type(value) is not int or abs(value) > MILLISECONDS_MAX:
            raise BadRequest
        spans.append(timedelta(milliseconds=value))
    return Elapsed(least=spans[0], most=spans[1])


def _uuid(fields: Mapping[str, Any], name: str) -> UUID:
    try:
        return UUID(str(fields.get(name)))
    except ValueError:
        raise BadRequest from None


def _text(fields: Mapping[str, Any], name: str, length_max: int) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or len(value) > length_max or HALF_SURROGATE.search(value):
        raise BadRequest
    return value
