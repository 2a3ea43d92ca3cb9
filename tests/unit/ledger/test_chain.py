"""The chain is over one text of each entry, and says so in hashes."""

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest

from rewards.ledger import rules
from rewards.ledger.types import Asset, BoardKind, Reason

ENTRY = {
    "id": UUID("01900000-0000-7000-8000-000000000001"),
    "participant_id": UUID("01900000-0000-7000-8000-000000000002"),
    "asset": Asset.POINTS,
    "amount": 12,
    "reason": Reason.ATTENDANCE,
    "rule_code": "ACT_JOIN",
    "rule_version": 1,
    "occasion_id": None,
    "source_id": UUID("01900000-0000-7000-8000-000000000003"),
    "board": BoardKind.STUDY,
    "node_path": "abcdefgh/ijklmnop/",
    "business_date": date(2026, 11, 21),
    "occurred_at": datetime(2026, 11, 21, 6, 40, tzinfo=UTC),
    "posted_at": datetime(2026, 11, 21, 6, 40, 1, 5, tzinfo=UTC),
    "actor": "staff:1",
    "reverses_id": None,
    "team_id": None,
    "counted_on": None,
}
TEXT = (
    b'{"actor":"staff:1","amount":12,"asset":"points","board":"study","business_date":"2026-11-21",'
    b'"counted_on":null,"id":"01900000-0000-7000-8000-000000000001","node_path":"abcdefgh/ijklmnop/",'
    b'"occasion_id":null,"occurred_at":"2026-11-21T06:40:00.000000Z",'
    b'"participant_id":"01900000-0000-7000-8000-000000000002",'
    b'"posted_at":"2026-11-21T06:40:01.000005Z","reason":"attendance",'
    b'"reverses_id":null,"rule_code":"ACT_JOIN","rule_version":1,'
    b'"source_id":"01900000-0000-7000-8000-000000000003","team_id":null}'
)
SECOND_TEXT = TEXT.replace(b'"counted_on":null,', b"").replace(b',"team_id":null', b"")
FIRST_TEXT = SECOND_TEXT.replace(b'"actor":"staff:1",', b"").replace(b'"reverses_id":null,', b"")
OTHER = {
    "actor": "staff:2",
    "reverses_id": UUID(int=5),
    "team_id": UUID(int=6),
    "counted_on": date(2026, 12, 4),
    "amount": 13,
    "asset": Asset.SERVICE_MINUTES,
    "board": BoardKind.NONE,
    "business_date": date(2026, 11, 22),
    "occasion_id": UUID(int=4),
    "reason": Reason.REDEMPTION,
    "rule_code": "",
    "rule_version": 2,
    "node_path": "abcdefgh/",
}


def test_the_text_of_an_entry_never_changes():
    assert rules.canonical(ENTRY) == TEXT


def test_the_text_of_the_first_version_never_changes():
    assert rules.canonical(ENTRY, version=1) == FIRST_TEXT
    assert b"actor" not in FIRST_TEXT
    assert b"reverses" not in FIRST_TEXT


def test_the_text_of_the_second_version_never_changes():
    assert rules.canonical(ENTRY, version=2) == SECOND_TEXT
    assert b"team" not in SECOND_TEXT
    assert b"counted" not in SECOND_TEXT


def test_there_is_no_text_of_a_version_to_come():
    with pytest.raises(KeyError):
        rules.canonical(ENTRY, version=4)


def test_the_text_does_not_depend_on_the_zone_a_moment_is_told_in():
    shanghai = timezone(timedelta(hours=8))
    local = {**ENTRY, "posted_at": ENTRY["posted_at"].astimezone(shanghai)}

    assert rules.canonical(local) == TEXT


def test_what_is_not_vouched_for_does_not_enter_the_text():
    assert rules.canonical({**ENTRY, "details": {"note": "x"}}) == TEXT


@pytest.mark.parametrize(("field", "value"), sorted(OTHER.items()))
def test_each_field_changes_the_text(field, value):
    assert rules.canonical({**ENTRY, field: value}) != TEXT


def test_an_entry_without_a_field_has_no_text():
    with pytest.raises(KeyError):
        rules.canonical({"id": UUID(int=1)})


def test_a_hash_is_over_the_one_before_and_the_text():
    first = rules.next_hash(rules.GENESIS_HASH, TEXT)

    assert first == hashlib.sha256(b"0" * 64 + TEXT).hexdigest()
    assert rules.next_hash(first, TEXT) != first
