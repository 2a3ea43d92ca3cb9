"""Finding signals beside the check-ins, and deciding about them."""

from datetime import datetime, timedelta

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, StaffActor, Verb
from rewards.activities import queries as activities
from rewards.checkins import queries as checkins
from rewards.checkins.types import CheckInChannel, Sighting
from rewards.core import clock
from rewards.core.unit import use_case

from . import operations, queries, rules
from .errors import OwnSignalError
from .types import Pattern, SignalId, SignalState

FIRST_LOOK = timedelta(days=1)
# A pattern may have begun before the last look, and what took long to commit too.
LOOK_BACK = rules.SPAN_MAX + timedelta(minutes=5)
SIGHTINGS_MAX = 20_000


@use_case
def find_signals(*, now: datetime) -> int:
    """Look through who came and left since the last time; return how many new signals there are.

    It runs beside the check-ins, in the worker: nobody at a door waits for it or is refused by it.
    """
    since = (queries.find_mark() or now - FIRST_LOOK) - LOOK_BACK
    came = checkins.list_sightings(since=since, until=now, limit=SIGHTINGS_MAX)
    left = checkins.list_leavings(since=since, until=now, limit=SIGHTINGS_MAX)
    seen = (*came, *left)
    patterns = (*rules.list_patterns(seen, clock.zone()), *_find_friends(seen, now=now))
    found = sum(_keep(pattern, now=now) for pattern in patterns)
    # After a long stop the rest is looked through the next time.
    cut_off = [each[-1].recorded_at for each in (came, left) if len(each) == SIGHTINGS_MAX]
    operations.mark(min(cut_off, default=now))
    return found


@use_case
def review_signal(
    *, actor: Actor, signal_id: SignalId, state: SignalState, note: str = "", now: datetime
) -> None:
    """Say what was found out about a signal: that it is harmless, or what is being done.

    It changes no points: those are corrected where all are, with a reason of their own.

    :raises SignalNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not correct there.
    :raises OwnSignalError: if it is about the actor.
    :raises SignalNoteError: if what is being done is not said, or the note is too long.
    :raises SignalDecidedError: if somebody has looked at it already.
    """
    signal = queries.get_signal(signal_id)
    access.authorize(actor, Verb.CORRECT, signal.node_path)
    is_about_actor = signal.staff == actor.principal or (
        isinstance(actor, StaffActor) and actor.participant_id in signal.participant_ids
    )
    if is_about_actor:
        raise OwnSignalError
    words = rules.normalize_note(note, is_needed=state is SignalState.FOLLOWED_UP)
    operations.decide(signal_id, state=state, note=words, decided_by=actor.principal, now=now)
    audit_trail.audit(
        actor=actor,
        action="signal.reviewed",
        node_id=signal.node_id,
        subject=f"signal:{signal.id.hex}",
        details={"kind": signal.kind.value, "state": state.value},
        now=now,
    )


@use_case
def forget_signals(*, now: datetime) -> int:
    """Delete signals older than half a year; return how many."""
    return operations.forget_signals(now=now)


def _find_friends(seen: tuple[Sighting, ...], *, now: datetime) -> tuple[Pattern, ...]:
    pairs = {
        (each.recorded_by, each.participant_id)
        for each in seen
        if each.channel is CheckInChannel.STAFF
    }
    history = checkins.list_by_word(pairs, since=now - rules.FRIENDS_SPAN)
    return rules.find_friends(history, clock.zone())


def _keep(pattern: Pattern, *, now: datetime) -> bool:
    occasion = activities.get_occasion(pattern.sightings[-1].occasion_id)
    return operations.keep_pattern(pattern, occasion=occasion, now=now)
