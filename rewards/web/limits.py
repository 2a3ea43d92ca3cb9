"""How often one may scan and send digits: by account, by sign-in, by browser, and last by address.

Five hundred phones of one hall share one address, so that is a coarse fuse
against machines; families share a phone, so a browser may do more than an
account. Counted in the memory of each process: checking in must not wait for
anything that may be down. Several processes together allow several times as
much, which still stops nobody but machines.
"""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from rewards.core.errors import ThrottledError

from . import browsers, sessions, throttles

PER_ACCOUNT = RateLimitItemPerMinute(30)
# One sign-in is one pair of hands.
PER_SIGN_IN = RateLimitItemPerMinute(20)
PER_BROWSER = RateLimitItemPerMinute(60)
PER_ADDRESS = RateLimitItemPerMinute(3000)
WAIT_SECONDS = 60

_counter = MovingWindowRateLimiter(MemoryStorage())


class TooManyScansError(ThrottledError):
    code = "too-many-scans"
    title = "Too many scans in a minute; wait before the next one."


def count_scan() -> None:
    """Count the request as a scan of whoever is asking.

    :raises TooManyScansError: if there were too many within a minute.
    """
    for limit, name, value in _keys():
        if not _counter.hit(limit, name, value):
            raise TooManyScansError(retry_after_seconds=WAIT_SECONDS)


def forget() -> None:
    """Forget every scan of this process."""
    _counter.storage.reset()


def _keys() -> list[tuple[RateLimitItemPerMinute, str, str]]:
    actor = sessions.find_participant()
    browser = browsers.find_id()
    keys = [(PER_ADDRESS, "address", throttles.visitor())]
    if browser is not None:
        keys.insert(0, (PER_BROWSER, "browser", browser))
    if actor is not None:
        keys.insert(0, (PER_ACCOUNT, "account", actor.participant_id.hex))
        if actor.sign_in_id is not None:
            keys.insert(1, (PER_SIGN_IN, "sign-in", actor.sign_in_id.hex))
    return keys
