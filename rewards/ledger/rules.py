"""Pure decisions of the books."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from .errors import InsufficientPointsError

Chainable = str | int | UUID | date | datetime | None

GENESIS_HASH = "0" * 64

# What the chain vouches for: pseudonymous fields only, so that erasing a
# person's name and phone leaves every hash valid.
CHAINED_FIELDS = (
    "id",
    "participant_id",
    "asset",
    "amount",
    "reason",
    "rule_code",
    "rule_version",
    "occasion_id",
    "source_id",
    "board",
    "node_path",
    "business_date",
    "occurred_at",
    "posted_at",
)


def check_available(*, available: int, required: int) -> None:
    """Check that *required* points may be set aside.

    :raises InsufficientPointsError: if fewer are available.
    """
    if available < required:
        raise InsufficientPointsError(
            available=available, required=required, missing=required - available
        )


def canonical(fields: Mapping[str, Chainable]) -> bytes:
    """Return the one text of an entry that the chain is made over.

    :raises KeyError: if one of CHAINED_FIELDS is missing.
    """
    plain = {name: _plain(fields[name]) for name in CHAINED_FIELDS}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def next_hash(previous: str, entry: bytes) -> str:
    """Return the hash that follows *previous* in the chain, over a canonical *entry*."""
    return hashlib.sha256(previous.encode() + entry).hexdigest()


def _plain(value: Chainable) -> str | int | None:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
