"""What the worker does for webhooks: follow the entries, and send what is due.

Nothing is sent within a transaction: parcels are leased in one, sent, and
settled in another. What dies in between is sent again, under the same id.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from queue import Empty, SimpleQueue

import requests
import structlog
from urllib3.exceptions import NameResolutionError

from rewards.core import clock
from rewards.webhooks import queries, rules, service, store
from rewards.webhooks.types import Fault, Outcome, Parcel

from .guard import Caller, PrivateAddressError

RECEIVERS_AT_ONCE = 8
# A receiver that is slow gives the rest back for the next round.
BATCH_SECONDS = 5.0
ROUNDS_MAX = 50
SEAL_BATCHES_MAX = 20
USER_AGENT = "Rewards-Webhooks/1"
RETRY_AFTER_DIGITS = 6

Tried = tuple[Parcel, Outcome]

log = structlog.get_logger(__name__)
# Its remarks for developers hold the addresses called.
logging.getLogger("urllib3").setLevel(logging.WARNING)


def follow(*, now: datetime) -> int:  # noqa: ARG001 -- every job is given the moment
    """Write messages of entries that were sealed meanwhile; return of how many."""
    followed = 0
    for _ in range(SEAL_BATCHES_MAX):
        if not queries.has_unfollowed():
            break
        followed += service.follow_seals()
    return followed


def deliver_due(*, now: datetime) -> int:
    """Send what is due until nothing is; return how many messages arrived."""
    arrived = 0
    for _ in range(ROUNDS_MAX):
        while queries.has_new() and service.make_deliveries(now=now):
            pass
        for subscription_id in queries.list_replaying():
            service.continue_replay(subscription_id=subscription_id, now=now)
        parcels = service.lease(now=now) if queries.has_due(now) else ()
        if not parcels:
            break
        arrived += _send_all(parcels)
        now = clock.now()
    return arrived


def send(caller: Caller, parcel: Parcel, *, now: datetime) -> Outcome:
    """Send a message once and return what came of it."""
    timestamp = int(now.timestamp())
    message_id = str(parcel.message_id)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": rules.sign(
            message_id=message_id, timestamp=timestamp, body=parcel.body, secrets=parcel.secrets
        ),
    }
    started = time.monotonic()
    status, fault, retry_after = None, Fault.NONE, ""
    try:
        status, retry_after = caller.post(parcel.url, body=parcel.body.encode(), headers=headers)
        fault = _judge(status)
    except PrivateAddressError:
        fault = Fault.PRIVATE
    except (requests.RequestException, ValueError) as error:
        fault = _name(error)
    return Outcome(
        at=now,
        fault=fault,
        status=status,
        milliseconds=round((time.monotonic() - started) * 1000),
        retry_after=_read_seconds(retry_after),
    )


def _send_all(parcels: Sequence[Parcel]) -> int:
    groups: dict[object, list[Parcel]] = defaultdict(list)
    for parcel in parcels:
        groups[parcel.subscription_id].append(parcel)
    batches: SimpleQueue[list[Parcel]] = SimpleQueue()
    for batch in groups.values():
        batches.put(batch)
    done: SimpleQueue[tuple[list[Parcel], list[Tried]]] = SimpleQueue()
    for _ in range(min(len(groups), RECEIVERS_AT_ONCE)):
        # Not those of an executor: the end of the worker would wait for their receivers.
        threading.Thread(
            target=_send_batches, args=(batches, done), name="webhooks", daemon=True
        ).start()
    arrived = 0
    for _ in groups:
        batch, tried = done.get()
        arrived += service.settle(tried=tried, untried=batch[len(tried) :], now=clock.now())
        _tell(batch[0], tried)
    return arrived


def _send_batches(
    batches: SimpleQueue[list[Parcel]], done: SimpleQueue[tuple[list[Parcel], list[Tried]]]
) -> None:
    with suppress(Empty):
        while True:
            batch = batches.get_nowait()
            done.put((batch, _send_batch(batch)))


def _send_batch(batch: Sequence[Parcel]) -> list[Tried]:
    """Send to one receiver, one after the other, until it wants a rest or takes too long."""
    caller = Caller(allow_private=store.allows_private())
    until = time.monotonic() + BATCH_SECONDS
    tried: list[Tried] = []
    try:
        for parcel in batch:
            outcome = _try_to_send(caller, parcel)
            tried.append((parcel, outcome))
            if outcome.ends_batch or time.monotonic() > until:
                break
    finally:
        caller.close()
    return tried


def _try_to_send(caller: Caller, parcel: Parcel) -> Outcome:
    now = clock.now()
    try:
        return send(caller, parcel, now=now)
    except Exception:
        # A bug; the message is tried again like any other, and holds nobody up.
        log.exception("webhook.broken", delivery_id=parcel.delivery_id.hex)
        return Outcome(at=now, fault=Fault.INVALID)


def _tell(first: Parcel, tried: Sequence[Tried]) -> None:
    failed = [outcome for _, outcome in tried if not outcome.has_arrived]
    if failed:
        log.warning(
            "webhook.not_delivered",
            subscription_id=first.subscription_id.hex,
            messages=len(failed),
            fault=failed[-1].fault.value,
            status=failed[-1].status,
        )


def _judge(status: int) -> Fault:
    if 200 <= status < 300:
        return Fault.NONE
    return Fault.REDIRECTED if 300 <= status < 400 else Fault.REFUSED


def _name(error: Exception) -> Fault:
    if isinstance(error, requests.exceptions.SSLError):
        return Fault.CERTIFICATE
    if isinstance(error, requests.Timeout):
        return Fault.TIMEOUT
    if isinstance(error, requests.ConnectionError):
        reason = getattr(error.args[0], "reason", None) if error.args else None
        return Fault.NOT_FOUND if isinstance(reason, NameResolutionError) else Fault.UNREACHABLE
    return Fault.INVALID


def _read_seconds(text: str) -> int | None:
    digits = text.strip()
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= RETRY_AFTER_DIGITS
    return int(digits) if is_number else None
