"""Looking somebody up, which leaves a mark: who looked, and how many they saw."""

from datetime import datetime
from uuid import UUID

from rewards.access import operations as access
from rewards.access import rules
from rewards.access.types import Actor, Verb
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.rules import center_path
from rewards.network.types import Node
from rewards.participants import operations as participants
from rewards.participants import queries
from rewards.participants.types import Participant

INDEX_BATCH = 500
# Whoever looks after people, or stands at a door.
SEEING = (Verb.VIEW_PARTICIPANT, Verb.CHECK_IN)


@use_case
def search_participants(
    *, actor: Actor, node: Node, branch: str, text: str, limit: int, now: datetime
) -> tuple[Participant, ...]:
    """Return who in *branch* may be meant by *text*, asked for by staff who work at *node*.

    What was typed is kept nowhere: it is a name, or the end of a phone.

    :raises NotAllowedError: if the actor neither looks after people nor checks them in there.
    :raises SearchTooShortError: if it is fewer than two Chinese characters, or three letters.
    """
    if not any(rules.may(actor, verb, node.path) for verb in SEEING):
        rules.authorize(actor, SEEING[0], node.path)
    found = queries.search(node_path=branch, text=text, limit=limit)
    access.audit(
        actor=actor,
        action="participants.searched",
        node_id=node.id,
        subject="participants",
        details={
            "by": "digits" if any(each.isdigit() for each in text) else "name",
            "length": len(text),
            "found": len(found),
        },
        now=now,
    )
    return found


@use_case
def note_code_search(
    *, actor: Actor, node: Node, found: Participant | None, now: datetime
) -> tuple[Participant, ...]:
    """Return who was found by a card or a code, if they are of the center of *node*.

    :raises NotAllowedError: if the actor neither looks after people nor checks them in there.
    """
    if not any(rules.may(actor, verb, node.path) for verb in SEEING):
        rules.authorize(actor, SEEING[0], node.path)
    meant = () if found is None or not _is_of_center(found, node) else (found,)
    access.audit(
        actor=actor,
        action="participants.searched",
        node_id=node.id,
        subject="participants",
        details={"by": "code", "found": len(meant)},
        now=now,
    )
    return meant


def _is_of_center(participant: Participant, node: Node) -> bool:
    home = network.get_node(participant.home_node_id)
    return participant.closed_at is None and center_path(home.path) == center_path(node.path)


@use_case
def index_names(*, after: UUID | None, limit: int = INDEX_BATCH) -> tuple[UUID | None, int]:
    """Enter the next names in the index anew, for whoever may run commands on the host.

    Return where to go on, None at the end, and how many were entered.
    """
    return participants.enter_names(after=after, limit=limit)
