"""A million codes that somebody made up, who knows all of one but the key."""

from datetime import UTC, datetime

from tests.factories.forging import count_accepted, forge

LABEL = "00112233aabbccdd"
KEY = bytes(range(32))
NOW = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
CODES = 1_000_000


def test_of_a_million_forged_codes_none_is_accepted():
    forged = forge(CODES, label=LABEL, now=NOW, seed=20261122)

    assert count_accepted(forged, key=KEY, now=NOW) == 0
