"""What a tablet sends that kept scans without a network, read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from werkzeug.exceptions import BadRequest

from rewards.gates import rules
from rewards.gates.types import Direction, Elapsed, QueuedScan

SEQUENCE_MAX = 1_000_000
MILLISECONDS_MAX = 10**12
SIGNATURE_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Scans of one loaded page, and how long ago it was loaded by the tablet's clocks."""

    device_id: UUID
    sent: Elapsed
    scans: tuple[QueuedScan, ...]


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
    return Upload(
        device_id=_uuid(fields, "device"),
        sent=_elapsed(fields),
        scans=tuple(_scan(_fields(row)) for row in rows),
    )


def _scan(row: Mapping[str, Any]) -> QueuedScan:
    try:
        direction = Direction(str(row.get("direction")))
    except ValueError:
        raise BadRequest from None
    sequence = row.get("sequence")
    if type(sequence) is not int or not 0 < sequence <= SEQUENCE_MAX:
        raise BadRequest
    return QueuedScan(
        sequence=sequence,
        elapsed=_elapsed(row),
        direction=direction,
        gate=_line(row, "gate", rules.GATE_LENGTH_MAX),
        raw=_line(row, "raw", rules.RAW_LENGTH_MAX),
        signature=_line(row, "signature", SIGNATURE_LENGTH),
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


def _line(fields: Mapping[str, Any], name: str, length_max: int) -> str:
    value = fields.get(name)
    # Parts of a signature: a line break in one could make another scan of it.
    if not isinstance(value, str) or len(value) > length_max or not value.isprintable():
        raise BadRequest
    return value
