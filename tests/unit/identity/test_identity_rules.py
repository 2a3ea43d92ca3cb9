import importlib.util
from datetime import timedelta

import pyotp
import pytest

from rewards.identity import rules
from rewards.identity.errors import (
    CodesUsedUpError,
    InvalidLabelError,
    InvalidStaffNameError,
    SignInDelayedError,
    TooManyCodesError,
    WeakPasswordError,
)
from rewards.identity.types import SignInChannel

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def ago(now, *seconds):
    return [now - timedelta(seconds=each) for each in seconds]


@pytest.mark.parametrize(
    "seconds",
    [
        (),
        (60,),
        (61, 122, 183, 244),
        (61, 122, 183, 244, 3600),
        tuple(range(3600, 3600 * 10, 3600)),
    ],
)
def test_a_code_may_be_sent_within_the_limits(now, seconds):
    rules.check_send(ago(now, *seconds), now=now)


@pytest.mark.parametrize(
    ("seconds", "wait"),
    [
        ((59,), 1),
        ((0,), 60),
        ((61, 122, 183, 244, 3599), 1),
        (tuple(range(3600, 3600 * 11, 3600)), 24 * 3600 - 36_000),
    ],
)
def test_beyond_a_limit_the_wait_is_told(now, seconds, wait):
    with pytest.raises(TooManyCodesError) as refused:
        rules.check_send(ago(now, *seconds), now=now)

    assert refused.value.members == {"retry_after_seconds": wait}


def test_the_service_goes_on_sending_once_the_hour_of_the_marked_code_is_over(now):
    rules.check_service(None, now=now)
    rules.check_service(now - timedelta(hours=1), now=now)

    with pytest.raises(CodesUsedUpError) as refused:
        rules.check_service(now - timedelta(minutes=59, seconds=59), now=now)

    assert refused.value.members == {"retry_after_seconds": 1}


@pytest.mark.parametrize(
    ("failures", "delay"), [(5, 1), (6, 2), (10, 32), (13, 256), (14, 300), (1_000_000, 300)]
)
def test_the_delay_doubles_up_to_five_minutes(now, failures, delay):
    last = now - timedelta(seconds=delay - 1)

    with pytest.raises(SignInDelayedError) as refused:
        rules.check_delay(failures, last, now=now)
    rules.check_delay(failures, now - timedelta(seconds=delay), now=now)

    assert refused.value.members == {"retry_after_seconds": 1}


def test_four_failures_cost_no_time(now):
    rules.check_delay(4, now, now=now)


@pytest.mark.parametrize(
    ("channel", "is_staff", "minutes", "expected"),
    [
        (SignInChannel.BROWSER, True, 30, False),
        (SignInChannel.BROWSER, True, 31, True),
        (SignInChannel.API, True, 10_000, False),
        (SignInChannel.BROWSER, False, 10_000, False),
    ],
)
def test_only_a_browser_of_staff_goes_idle(now, channel, is_staff, minutes, expected):
    used_at = now - timedelta(minutes=minutes)

    assert rules.is_idle(channel, is_staff=is_staff, used_at=used_at, now=now) is expected


def test_the_use_of_a_staff_browser_is_written_down_once_a_minute_at_most(now):
    def is_due(seconds):
        used_at = now - timedelta(seconds=seconds)
        return rules.is_use_due(SignInChannel.BROWSER, is_staff=True, used_at=used_at, now=now)

    assert not is_due(59)
    assert is_due(60)


@pytest.mark.parametrize("password", ["", "short", "x" * 9, "x" * 129, "zhouhang-station"])
def test_a_weak_password_is_refused(password):
    with pytest.raises(WeakPasswordError):
        rules.check_password(password, name="zhouhang-station")


@pytest.mark.parametrize("password", ["x" * 10, "x" * 128])
def test_a_password_of_a_fair_length_is_fine(password):
    rules.check_password(password, name="zhou")


def test_a_password_is_known_again_by_its_hash():
    password_hash = rules.hash_password("correct horse 电池")

    assert rules.is_password("correct horse 电池", password_hash)
    assert not rules.is_password("correct horse 电地", password_hash)
    assert not rules.is_password("x" * 1_000_000, password_hash)
    assert password_hash.startswith("$argon2id$")


def test_a_password_is_hashed_slowly_outside_the_tests():
    spec = importlib.util.find_spec(rules.__name__)
    untouched = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(untouched)

    # RFC 9106, the second choice: 64 MiB, three times over.
    assert "$m=65536,t=3,p=4$" in untouched.hash_password("correct horse 电池")


@pytest.mark.parametrize(
    ("offset", "expected"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_totp_code_of_a_neighbouring_step_is_good(now, offset, expected):
    code = pyotp.TOTP(SECRET).at(now, counter_offset=offset)

    assert (rules.find_totp_step(SECRET, code, after=0, now=now) is not None) is expected


def test_a_totp_code_is_good_once(now):
    code = pyotp.TOTP(SECRET).at(now)
    step = rules.find_totp_step(SECRET, code, after=0, now=now)

    assert rules.find_totp_step(SECRET, code, after=step, now=now) is None


@pytest.mark.parametrize("name", ["", " ", "a b", "a\x00", "x" * 41])
def test_a_bad_sign_in_name_is_refused(name):
    with pytest.raises(InvalidStaffNameError):
        rules.normalize_staff_name(name)


def test_a_sign_in_name_is_lower_case():
    assert rules.normalize_staff_name(" Zhou.Hang ") == "zhou.hang"


@pytest.mark.parametrize("label", ["", " ", "a\nb", "x" * 61, "\x1b[2J"])
def test_a_bad_label_is_refused(label):
    with pytest.raises(InvalidLabelError):
        rules.normalize_label(label)
