"""Tablets that kept scans without a network, as their script signs and sends them."""

from dataclasses import replace
from datetime import timedelta

from rewards.gates import queries, rules, service
from rewards.gates.types import Direction, Elapsed, QueuedScan


def elapsed(seconds, slept=0):
    """Return what a tablet reckons that was awake for *seconds* and slept for *slept*."""
    return Elapsed(least=timedelta(seconds=seconds), most=timedelta(seconds=seconds + slept))


def build_scan(raw, *, sequence=1, at=0, slept=0, direction=Direction.IN, gate=""):
    """Return a scan that nobody signed, *at* seconds after the page was loaded."""
    return QueuedScan(
        sequence=sequence,
        elapsed=elapsed(at, slept),
        direction=direction,
        gate=gate,
        raw=raw,
        signature="",
    )


def sign(device, scan):
    """Return *scan* with the signature of *device*."""
    signature = rules.sign(scan, device=str(device.id), key=queries.get_key(device.id))
    return replace(scan, signature=signature)


def send(actor, device, *scans, now, slept=0, reckons=None):
    """Upload signed *scans* from a tablet whose clocks are right but for *slept* seconds.

    *reckons* is what it takes for the time since the loading, if they are not.
    """
    since = (now - device.loaded_at).total_seconds()
    return service.upload(
        actor=actor,
        device_id=device.id,
        sent=reckons or elapsed(since - slept, slept),
        scans=[sign(device, scan) for scan in scans],
        now=now,
    )
