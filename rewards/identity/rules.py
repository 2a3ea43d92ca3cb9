"""How long a sign-in lasts, how often one may fail, what a password must be."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

import argon2
import pyotp

from .errors import (
    CodesUsedUpError,
    InvalidLabelError,
    InvalidStaffNameError,
    SignInDelayedError,
    TooManyCodesError,
    WeakPasswordError,
    WeakPinError,
)
from .types import SignInChannel

CODE_LENGTH = 6
CODE_LIFE = timedelta(minutes=10)
CODE_FAILURES_MAX = 5
# How many codes may be sent to a phone within each span.
SENDS_MAX = (
    (timedelta(minutes=1), 1),
    (timedelta(hours=1), 5),
    (timedelta(days=1), 10),
)
SERVICE_SPAN = timedelta(hours=1)

PARTICIPANT_SIGN_IN_LIFE = timedelta(days=365)
STAFF_SIGN_IN_LIFE = timedelta(hours=12)
STAFF_IDLE_MAX = timedelta(minutes=30)
# A tablet on a counter faces residents.
DESK_IDLE_MAX = timedelta(minutes=5)
# Writing down each use would make a write of every read.
STAFF_USE_INTERVAL = timedelta(minutes=1)
DESK_USE_INTERVAL = timedelta(seconds=15)
USE_INTERVAL = timedelta(days=1)

PIN_LENGTH_MIN = 4
PIN_LENGTH_MAX = 6
PIN_FAILURES_MAX = 5

FAILURES_FREE = 5
DELAY_SECONDS_MAX = 300

PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 128
STAFF_NAME_LENGTH_MAX = 40
LABEL_LENGTH_MAX = 60
TYPED_LENGTH_MAX = 40

TOTP_STEP_SECONDS = 30
TOTP_ISSUER = "Rewards"

_hasher = argon2.PasswordHasher()


def check_send(sent_at: Sequence[datetime], *, now: datetime) -> None:
    """Check that one more code may be sent to a phone that got codes at *sent_at*.

    :raises TooManyCodesError: with the seconds to wait.
    """
    waits = [timedelta(0)]
    for span, sends_max in SENDS_MAX:
        recent = sorted(moment for moment in sent_at if moment > now - span)
        if len(recent) >= sends_max:
            waits.append(recent[-sends_max] + span - now)
    wait = max(waits)
    if wait > timedelta(0):
        raise TooManyCodesError(retry_after_seconds=_whole_seconds(wait))


def check_service(marked_at: datetime | None, *, now: datetime) -> None:
    """Check that the service may send one more code.

    *marked_at* is when it sent the one with which the codes of an hour are used up, counted from
    the newest; None: it has not sent so many.

    :raises CodesUsedUpError: with the seconds to wait.
    """
    if marked_at is not None and marked_at > now - SERVICE_SPAN:
        raise CodesUsedUpError(retry_after_seconds=_whole_seconds(marked_at + SERVICE_SPAN - now))


def check_delay(failures: int, failed_at: datetime | None, *, now: datetime) -> None:
    """Check that an account with that many failures in a row may try again.

    The delay doubles from the fifth failure to five minutes and grows no
    further: nobody can lock out somebody else for good.

    :raises SignInDelayedError: with the seconds to wait.
    """
    if failures < FAILURES_FREE or failed_at is None:
        return
    # The exponent is bounded before the power is taken.
    doublings = min(failures - FAILURES_FREE, DELAY_SECONDS_MAX.bit_length())
    delay = timedelta(seconds=min(2**doublings, DELAY_SECONDS_MAX))
    if now < failed_at + delay:
        raise SignInDelayedError(retry_after_seconds=_whole_seconds(failed_at + delay - now))


def is_idle(
    channel: SignInChannel,
    *,
    is_staff: bool,
    is_desk: bool = False,
    used_at: datetime,
    now: datetime,
) -> bool:
    """Tell whether a sign-in was left alone for so long that it no longer counts."""
    if not is_staff or channel is not SignInChannel.BROWSER:
        return False
    return now - used_at > (DESK_IDLE_MAX if is_desk else STAFF_IDLE_MAX)


def is_use_due(
    channel: SignInChannel,
    *,
    is_staff: bool,
    is_desk: bool = False,
    used_at: datetime,
    now: datetime,
) -> bool:
    """Tell whether the last use written down is old enough to be written again."""
    if not is_staff or channel is not SignInChannel.BROWSER:
        return now - used_at >= USE_INTERVAL
    return now - used_at >= (DESK_USE_INTERVAL if is_desk else STAFF_USE_INTERVAL)


def normalize_pin(text: str) -> str:
    """Return the digits of what was typed, of any width, without the gaps."""
    return "".join(unicodedata.normalize("NFKC", text[:TYPED_LENGTH_MAX]).split())


def check_pin(pin: str) -> None:
    """Check that digits are worth setting.

    :raises WeakPinError: if there are too few or too many, all are the same, or they count up or
        down.
    """
    is_right = pin.isascii() and pin.isdigit() and PIN_LENGTH_MIN <= len(pin) <= PIN_LENGTH_MAX
    steps = {int(after) - int(before) for before, after in pairwise(pin)} if is_right else set()
    if not is_right or steps in ({0}, {1}, {-1}):
        raise WeakPinError(length_min=PIN_LENGTH_MIN, length_max=PIN_LENGTH_MAX)


def normalize_staff_name(text: str) -> str:
    """Return a sign-in name in its one spelling: lower case.

    :raises InvalidStaffNameError: if it is empty, too long, or holds spaces or control characters.
    """
    name = unicodedata.normalize("NFKC", text).strip().lower()
    if not 1 <= len(name) <= STAFF_NAME_LENGTH_MAX:
        raise InvalidStaffNameError
    if any(unicodedata.category(character)[0] in "CZ" for character in name):
        raise InvalidStaffNameError
    return name


def normalize_label(text: str) -> str:
    """Return the label of a token without the space around it.

    :raises InvalidLabelError: if it is empty, too long, or holds control characters.
    """
    label = unicodedata.normalize("NFC", text).strip()
    if not 1 <= len(label) <= LABEL_LENGTH_MAX:
        raise InvalidLabelError
    if any(unicodedata.category(character)[0] == "C" for character in label):
        raise InvalidLabelError
    return label


def check_password(password: str, *, name: str) -> None:
    """Check that a new password is worth having.

    :raises WeakPasswordError: if it is short, endless, or the name itself.
    """
    is_long_enough = PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX
    if not is_long_enough or password.lower() == name:
        raise WeakPasswordError(length_min=PASSWORD_LENGTH_MIN, length_max=PASSWORD_LENGTH_MAX)


def hash_password(password: str) -> str:
    """Return a password as it is stored."""
    return _hasher.hash(unicodedata.normalize("NFKC", password))


def is_password(password: str, password_hash: str) -> bool:
    """Tell whether a password is the one that was hashed; slow on purpose."""
    if len(password) > PASSWORD_LENGTH_MAX:
        return False
    try:
        return _hasher.verify(password_hash, unicodedata.normalize("NFKC", password))
    except argon2.exceptions.VerifyMismatchError:
        return False


@cache
def absent_password_hash() -> str:
    """Return what is checked when there is no such account, so that the answer takes as long."""
    return _hasher.hash("there is no such account")


def find_totp_step(secret: str, code: str, *, after: int, now: datetime) -> int | None:
    """Return the 30-second step whose code this is: now's or a neighbour's, later than *after*."""
    current = int(now.timestamp()) // TOTP_STEP_SECONDS
    totp = pyotp.TOTP(secret)
    plain = unicodedata.normalize("NFKC", code).replace(" ", "")
    for step in (current - 1, current, current + 1):
        if step > after and pyotp.utils.strings_equal(totp.generate_otp(step), plain):
            return step
    return None


def build_totp_uri(secret: str, name: str) -> str:
    """Return what an authenticator app reads to take up a secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=TOTP_ISSUER)


def _whole_seconds(span: timedelta) -> int:
    # Rounded up: whoever waits this long is not refused again.
    return -(-span // timedelta(seconds=1))
