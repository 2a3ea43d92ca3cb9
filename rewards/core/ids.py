"""Identifiers and secrets.

Identifiers are UUIDs of version 7 (RFC 9562, 5.7): ordered by time, so that
an index grows at its end. They name things and are no secret.
"""

import secrets
import time
from datetime import UTC, datetime
from uuid import UUID

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def new_id() -> UUID:
    """Return a new time-ordered identifier."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def first_id(moment: datetime) -> UUID:
    """Return an identifier that none made at *moment* or later comes before."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def moment_of(identifier: UUID) -> datetime:
    """Return when an identifier was made."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)


def new_label(length: int = 8) -> str:
    """Return a short random name of lower-case letters and digits, 5 bits each."""
    return "".join(secrets.choice(_BASE32) for _ in range(length))


def new_digits(length: int) -> str:
    """Return *length* random decimal digits, the first of them not zero."""
    return str(secrets.randbelow(9 * 10 ** (length - 1)) + 10 ** (length - 1))
