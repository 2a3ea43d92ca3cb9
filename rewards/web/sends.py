"""Sign-in codes that one browser, and last one address, asks for: each is a message that costs.

A phone may be sent only so many (`identity.rules`), but whoever types one number after the other
would have all of them rung. Counted is what was sent, in the memory of each process, as scans
are: signing in must not wait for anything that may be down. Several processes together allow
several times as much; what the whole service sends in an hour is counted in the database.
"""

from datetime import datetime, timedelta

import structlog

from rewards.core.errors import RewardsError, ThrottledError
from rewards.core.secrecy import vault
from rewards.identity import service
from rewards.identity.errors import CodesUsedUpError
from rewards.identity.types import SentCode
from rewards.participants.rules import normalize_phone

from . import browsers, metrics, throttles

SPAN = timedelta(minutes=10)
# Different phones: a family, or a station that helps one after the other.
PER_BROWSER = 10
ADDRESS_SPAN = timedelta(hours=1)
# Five hundred phones of one hall ask within a minute, and once more; and yet one address
# cannot use up in two processes what the whole service sends in an hour.
PER_ADDRESS = 1200
# The page of the form sets the cookie, so that hardly anybody but a machine is without.
PER_ADDRESS_NAMELESS = 60

log = structlog.get_logger(__name__)


class TooManyPhonesError(ThrottledError):
    code = "too-many-phones"
    title = "Codes for too many phones were asked for from this browser."


class TooManyCodesHereError(ThrottledError):
    code = "too-many-codes-here"
    title = "Too many codes were asked for from this address."


_LIMITS: dict[type[RewardsError], str] = {
    TooManyPhonesError: "browser",
    TooManyCodesHereError: "address",
    CodesUsedUpError: "service",
}


class _Sends:
    def __init__(self) -> None:
        self.by_browser = throttles.Misses(misses_max=PER_BROWSER, span=SPAN)
        self.by_address = throttles.Misses(misses_max=PER_ADDRESS, span=ADDRESS_SPAN)
        self.by_address_nameless = throttles.Misses(misses_max=PER_ADDRESS_NAMELESS, span=SPAN)
        # A phone that has had a code from this browser is no other phone.
        self.by_phone = throttles.Misses(misses_max=1, span=SPAN)


_sends = [_Sends()]


def send(*, phone: str, now: datetime) -> SentCode:
    """Send a sign-in code to *phone*, unless whoever is asking has had too many sent.

    :raises InvalidPhoneError: if it is not a phone number.
    :raises NotAMobileError: if text messages do not reach it.
    :raises TooManyCodesError: if the phone got too many codes lately.
    :raises TooManyPhonesError: if the browser asked for too many phones.
    :raises TooManyCodesHereError: if the address asked for too many codes.
    :raises CodesUsedUpError: if the service has sent what it sends in an hour.
    """
    number = normalize_phone(phone)
    try:
        check(number, now=now)
        sent = service.send_code(phone=number, now=now)
    except tuple(_LIMITS) as error:
        limit = _LIMITS[type(error)]
        metrics.count_code(result=limit)
        log.warning("codes.refused", limit=limit)
        raise
    add(number, now=now)
    metrics.count_code(result="sent")
    return sent


def check(number: str, *, now: datetime) -> None:
    """Check that whoever is asking may have a code sent to *number*.

    :raises TooManyPhonesError: if the browser asked for too many phones.
    :raises TooManyCodesHereError: if the address asked for too many codes.
    """
    sends = _sends[0]
    address, browser = throttles.visitor(), browsers.find_id()
    waits = [sends.by_address.wait_seconds(address, now=now)]
    if browser is None:
        waits.append(sends.by_address_nameless.wait_seconds(address, now=now))
    elif not sends.by_phone.wait_seconds(_pair(browser, number), now=now):
        wait = sends.by_browser.wait_seconds(browser, now=now)
        if wait:
            raise TooManyPhonesError(retry_after_seconds=wait)
    if any(waits):
        raise TooManyCodesHereError(retry_after_seconds=max(waits))


def add(number: str, *, now: datetime) -> None:
    """Remember that whoever is asking had a code sent to *number*."""
    sends = _sends[0]
    address, browser = throttles.visitor(), browsers.find_id()
    sends.by_address.add(address, now=now)
    if browser is None:
        sends.by_address_nameless.add(address, now=now)
        return
    pair = _pair(browser, number)
    if not sends.by_phone.wait_seconds(pair, now=now):
        sends.by_phone.add(pair, now=now)
        sends.by_browser.add(browser, now=now)


def forget() -> None:
    """Forget every code that this process sent."""
    _sends[:] = [_Sends()]


def _pair(browser: str, number: str) -> str:
    return vault().lookup(f"send:{browser}:{number}")
