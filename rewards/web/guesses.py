"""Wrong digits of people who have not signed in, held back by browser and last by address.

A million numbers stand against three that are good, but nobody's account is at
stake before the sign-in. A hall of phones behind one address types wrong digits
now and then; a machine that drops its cookies meets the limit of the address.
"""

from datetime import datetime, timedelta

from rewards.checkins.errors import TooManyDigitsError

from . import browsers, throttles

SPAN = timedelta(minutes=10)
PER_BROWSER = 10
# Two for each phone of a hall of five hundred.
PER_ADDRESS = 1000

_by_browser = [throttles.Misses(misses_max=PER_BROWSER, span=SPAN)]
_by_address = [throttles.Misses(misses_max=PER_ADDRESS, span=SPAN)]


def check(*, now: datetime) -> None:
    """Check that whoever is asking is not guessing.

    :raises TooManyDigitsError: if they are.
    """
    waits = [_by_address[0].wait_seconds(throttles.visitor(), now=now)]
    browser = browsers.find_id()
    if browser is not None:
        waits.append(_by_browser[0].wait_seconds(browser, now=now))
    if any(waits):
        raise TooManyDigitsError(retry_after_seconds=max(waits))


def add(*, now: datetime) -> None:
    """Remember that whoever is asking typed wrong digits."""
    _by_address[0].add(throttles.visitor(), now=now)
    browser = browsers.find_id()
    if browser is not None:
        _by_browser[0].add(browser, now=now)


def forget() -> None:
    """Forget every wrong number of this process."""
    _by_browser[:] = [throttles.Misses(misses_max=PER_BROWSER, span=SPAN)]
    _by_address[:] = [throttles.Misses(misses_max=PER_ADDRESS, span=SPAN)]
