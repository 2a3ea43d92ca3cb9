"""Which addresses are called, how a message is signed, and when it is tried again."""

import base64
import hashlib
import hmac
import ipaddress
import json
import secrets as randomness
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from .errors import InvalidWebhookError, InvalidWebhookUrlError
from .types import EVENTS, Happening, Outcome, Subscription, WebhookEvent

NAME_LENGTH_MAX = 40
URL_LENGTH_MAX = 500
SUBSCRIPTIONS_MAX = 20
# By then every process knows of a new subscription.
STARTS_AFTER = timedelta(seconds=10)
OLD_SECRET_KEPT = timedelta(hours=24)
# Whoever made a secret may read it again for as long, if the answer was lost.
SECRET_SHOWN = timedelta(minutes=10)
MESSAGES_KEPT = timedelta(days=30)

SECRET_PREFIX = "whsec_"  # noqa: S105 -- what every secret begins with
SECRET_BYTES = 32

# Between the attempts; after the last one it has failed. About three days.
DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
ATTEMPTS_MAX = len(DELAYS) + 1
# So much of a delay is left to chance, for many not to come back in step.
CHANCE = 0.2
RETRY_AFTER_MAX = timedelta(hours=24)
# How often a receiver that fails is asked at all.
REST_MAX = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=3)
GIVE_UP_FAILURES = 10

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Addresses of the other version that lead to one of this: what is inside cannot be told by them.
_TRANSLATED = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))


def new_secret() -> str:
    """Return a new secret for signatures."""
    return SECRET_PREFIX + base64.b64encode(randomness.token_bytes(SECRET_BYTES)).decode()


def sign(*, message_id: str, timestamp: int, body: str, secrets: Sequence[str]) -> str:
    """Return the signatures of a message, one by each secret, as Standard Webhooks says."""
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return " ".join(
        "v1," + base64.b64encode(hmac.digest(_key_of(secret), signed, hashlib.sha256)).decode()
        for secret in secrets
    )


def build_body(happening: Happening) -> str:
    """Return the JSON of a message."""
    told: dict[str, Any] = {
        "type": happening.event.value,
        "timestamp": tell_moment(happening.at),
        "data": happening.data,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def tell_moment(moment: datetime) -> str:
    """Return a moment as messages tell it, like those of the API."""
    return moment.isoformat()


def normalize_name(name: str) -> str:
    """Return the name of a subscription in one line.

    :raises InvalidWebhookError: if there is none, or it is too long.
    """
    text = " ".join(name.split())
    if not 0 < len(text) <= NAME_LENGTH_MAX or not text.isprintable():
        raise InvalidWebhookError(field="name", length_max=NAME_LENGTH_MAX)
    return text


def normalize_events(events: Collection[WebhookEvent]) -> tuple[WebhookEvent, ...]:
    """Return events in their order, each once.

    :raises InvalidWebhookError: if there are none, or one that cannot be subscribed to.
    """
    if not events or not set(events) <= set(EVENTS):
        raise InvalidWebhookError(field="events")
    return tuple(event for event in EVENTS if event in events)


def normalize_url(text: str, *, allow_private: bool) -> str:
    """Return the address that messages go to.

    :raises InvalidWebhookUrlError: if it is none, or not on the public internet.
    """
    url = text.strip()
    is_text = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not is_text or not 0 < len(url) <= URL_LENGTH_MAX:
        raise InvalidWebhookUrlError(reason="form", length_max=URL_LENGTH_MAX)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidWebhookUrlError(reason="form", length_max=URL_LENGTH_MAX) from error
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise InvalidWebhookUrlError(reason="https")
    # A password in an address ends up in every log on the way.
    if not parts.hostname or port == 0 or "@" in parts.netloc or parts.fragment:
        raise InvalidWebhookUrlError(reason="form", length_max=URL_LENGTH_MAX)
    if not allow_private and _is_inside(parts.hostname):
        raise InvalidWebhookUrlError(reason="private")
    return url


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in network for network in _TRANSLATED):
            return False
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return is_public(inner)
    is_of_all = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not is_of_all


def covers(subscription: Subscription, happening_path: str, event: WebhookEvent) -> bool:
    """Tell whether a subscription is told of an event at a node."""
    return event in subscription.events and happening_path.startswith(subscription.node_path)


def is_wanted(subscriptions: Iterable[Subscription], node_path: str, event: WebhookEvent) -> bool:
    """Tell whether anybody is to be told of an event at a node."""
    return any(covers(each, node_path, event) for each in subscriptions)


def delay_after(attempt: int, outcome: Outcome, *, chance: float) -> timedelta | None:
    """Return how long to wait after an attempt that did not arrive; None: that was the last one.

    *chance* is a random number from 0 up to 1. A receiver may ask for more
    time, a day at most, but not for less.
    """
    if attempt >= ATTEMPTS_MAX:
        return None
    delay = DELAYS[attempt - 1] * (1 + CHANCE * (2 * chance - 1))
    return max(delay, _wanted_by(outcome))


def rest_after(failures: int, outcome: Outcome) -> timedelta:
    """Return how long a receiver is left alone after so many failures in a row.

    It may ask for more time, a day at most, for all messages to it.
    """
    rest = min(timedelta(seconds=2 ** min(failures, 16)), REST_MAX)
    return max(rest, _wanted_by(outcome))


def has_failed_for_good(*, failures: int, failing_since: datetime, now: datetime) -> bool:
    """Tell whether a receiver has failed for so long that nobody can be there."""
    return failures >= GIVE_UP_FAILURES and now - failing_since >= GIVE_UP_AFTER


def _wanted_by(outcome: Outcome) -> timedelta:
    return min(timedelta(seconds=outcome.retry_after or 0), RETRY_AFTER_MAX)


def _is_inside(host: str) -> bool:
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not is_public(ipaddress.ip_address(name))
    except ValueError:
        # A name; what it leads to is looked at each time it is called.
        return "." not in name


def _key_of(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(SECRET_PREFIX))
