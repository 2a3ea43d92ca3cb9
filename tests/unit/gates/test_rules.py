"""Scans that a tablet kept: when they were made, in which order, and by whose key."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewards.gates import rules
from rewards.gates.errors import (
    DropReasonError,
    OfflineScanForgedError,
    OfflineScanReorderedError,
    OfflineScanTimeError,
    OfflineScanTooOldError,
)
from rewards.gates.types import Direction, Elapsed, GateDevice
from tests.factories.gates import build_scan, elapsed

LOADED = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)
HOUR = 3600
DAY = timedelta(days=1)
KEY = b"k" * 32
SECONDS = st.integers(0, 24 * HOUR)


def after(seconds):
    return LOADED + timedelta(seconds=seconds)


@given(awake=SECONDS, later=SECONDS)
def test_a_tablet_that_stays_awake_is_believed_to_the_second(awake, later):
    reckoning = rules.reckon(
        elapsed(awake), sent=elapsed(awake + later), loaded_at=LOADED, now=after(awake + later)
    )

    assert reckoning.at == after(awake)
    assert reckoning.is_sure


@given(awake=SECONDS, slept=SECONDS, later=SECONDS)
def test_the_time_a_tablet_slept_is_counted(awake, slept, later):
    total = awake + slept + later
    reckoning = rules.reckon(
        elapsed(awake, slept),
        sent=elapsed(awake + later, slept),
        loaded_at=LOADED,
        now=after(total),
    )

    assert reckoning.at == after(awake + slept)
    assert reckoning.is_sure


@given(awake=SECONDS, ahead=st.integers(HOUR, 7 * 24 * HOUR), later=SECONDS)
def test_a_clock_set_ahead_changes_nothing(awake, ahead, later):
    reckoning = rules.reckon(
        elapsed(awake, ahead),
        sent=elapsed(awake + later, ahead),
        loaded_at=LOADED,
        now=after(awake + later),
    )

    assert reckoning.at == after(awake)
    assert reckoning.is_sure


def test_clocks_that_are_both_wrong_are_told():
    reckoning = rules.reckon(
        elapsed(60, 600), sent=elapsed(120, 600), loaded_at=LOADED, now=after(2 * HOUR)
    )

    assert not reckoning.is_sure


@given(
    least=st.integers(-HOUR, 48 * HOUR),
    slept=st.integers(-HOUR, 48 * HOUR),
    sent_least=st.integers(0, 48 * HOUR),
    sent_slept=st.integers(0, 48 * HOUR),
    true=st.integers(0, 48 * HOUR),
)
def test_whatever_a_tablet_says_no_scan_is_before_the_loading_or_in_the_future(
    least, slept, sent_least, sent_slept, true
):
    try:
        reckoning = rules.reckon(
            elapsed(least, slept),
            sent=elapsed(sent_least, sent_slept),
            loaded_at=LOADED,
            now=after(true),
        )
    except OfflineScanTimeError:
        return

    assert LOADED <= reckoning.at <= after(true)


@pytest.mark.parametrize(
    "span",
    [
        elapsed(-1, 2),
        Elapsed(least=timedelta(seconds=2), most=timedelta(seconds=1)),
        elapsed(61),
        Elapsed(least=timedelta(0), most=timedelta(days=400)),
    ],
    ids=["before the loading", "clocks crossed", "in the future", "more than a year"],
)
def test_a_time_that_cannot_be_is_refused(span):
    with pytest.raises(OfflineScanTimeError):
        rules.reckon(span, sent=elapsed(30), loaded_at=LOADED, now=after(30))


def test_a_scan_is_good_for_24_hours():
    rules.check_age(LOADED, now=LOADED + DAY)
    with pytest.raises(OfflineScanTooOldError):
        rules.check_age(LOADED, now=LOADED + DAY + timedelta(seconds=1))


@pytest.fixture
def device():
    return GateDevice(
        id=None,
        occasion_id=None,
        opened_by="staff:1",
        loaded_at=LOADED,
        sequence=7,
        elapsed=timedelta(seconds=90),
    )


@pytest.mark.parametrize(("sequence", "at"), [(8, 90), (8, 91), (12, 200)])
def test_what_comes_later_is_in_order(device, sequence, at):
    rules.check_order(build_scan("10000001", sequence=sequence, at=at), device=device)


@pytest.mark.parametrize(("sequence", "at"), [(7, 95), (3, 95), (8, 89)])
def test_what_is_put_before_another_is_refused(device, sequence, at):
    with pytest.raises(OfflineScanReorderedError):
        rules.check_order(build_scan("10000001", sequence=sequence, at=at), device=device)


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": 2},
        {"elapsed": elapsed(11)},
        {"elapsed": elapsed(10, 1)},
        {"direction": Direction.OUT},
        {"gate": "西门"},
        {"raw": "10000002"},
        {"signature": "0" * 64},
        {"signature": ""},
    ],
    ids=["number", "time", "slept", "direction", "gate", "text", "signature", "none"],
)
def test_a_scan_changed_in_any_part_is_forged(change):
    scan = build_scan("10000001", at=10, gate="东门")
    signed = replace(scan, signature=rules.sign(scan, device="d1", key=KEY))
    rules.check_signature(signed, device="d1", key=KEY)

    with pytest.raises(OfflineScanForgedError):
        rules.check_signature(replace(signed, **change), device="d1", key=KEY)


@pytest.mark.parametrize(("device", "key"), [("d2", KEY), ("d1", b"x" * 32)])
def test_a_scan_of_another_tablet_is_forged(device, key):
    scan = build_scan("10000001")
    signed = replace(scan, signature=rules.sign(scan, device="d1", key=KEY))

    with pytest.raises(OfflineScanForgedError):
        rules.check_signature(signed, device=device, key=key)


@pytest.mark.parametrize("text", ["", "  ", "x", "好" * 201, "a\x00b"])
def test_a_scan_is_dropped_for_a_reason(text):
    with pytest.raises(DropReasonError):
        rules.normalize_reason(text)


def test_a_reason_is_kept_without_its_gaps():
    assert rules.normalize_reason("  扫错了\n 人 ") == "扫错了 人"
