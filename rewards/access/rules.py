"""Who may do what, and where. The node is always the target's, never the request's."""

from collections.abc import Mapping

from .errors import NotAllowedError
from .types import Actor, ParticipantActor, ParticipantId, Role, StaffActor, SystemActor, Verb

ROLE_VERBS: Mapping[Role, frozenset[Verb]] = {
    Role.CENTER_ADMIN: frozenset(Verb),
    # The shape of the network is decided by the center.
    Role.INSTITUTE_ADMIN: frozenset(Verb) - {Verb.MANAGE_NETWORK},
    Role.STATION_ADMIN: frozenset(Verb)
    # Whether other systems are told of a branch, and what it may spend, is decided above it.
    - {
        Verb.MANAGE_NETWORK,
        Verb.MANAGE_STAFF,
        Verb.MANAGE_RULES,
        Verb.MANAGE_BUDGET,
        Verb.MANAGE_WEBHOOKS,
    },
    Role.CLERK: frozenset(
        {Verb.VIEW_CONSOLE, Verb.VIEW_PARTICIPANT, Verb.FULFIL, Verb.CHECK_IN},
    ),
    Role.HOST: frozenset(
        {
            Verb.VIEW_CONSOLE,
            Verb.MANAGE_OCCASION,
            Verb.SHOW_CODE,
            Verb.CHECK_IN,
            Verb.VIEW_PARTICIPANT,
            Verb.CONFIRM_HOURS,
        },
    ),
    Role.TEAM_LEADER: frozenset(
        {
            Verb.VIEW_CONSOLE,
            Verb.SHOW_CODE,
            Verb.CHECK_IN,
            Verb.CONFIRM_HOURS,
            Verb.MANAGE_MEMBERS,
        },
    ),
    Role.AUDITOR: frozenset({Verb.VIEW_CONSOLE, Verb.VIEW_BOOKS}),
}


def may(actor: Actor, verb: Verb, node_path: str) -> bool:
    """Tell whether *actor* may do *verb* to something that belongs to the node at *node_path*."""
    match actor:
        case SystemActor():
            return True
        case ParticipantActor():
            return False
        case StaffActor():
            return any(
                verb in ROLE_VERBS[grant.role] and node_path.startswith(grant.node_path)
                for grant in actor.grants
            )


def authorize(actor: Actor, verb: Verb, node_path: str) -> None:
    """Let *actor* do *verb* at the node of *node_path*, or refuse.

    :raises NotAllowedError: if no grant at the node or above it allows the verb.
    """
    if not may(actor, verb, node_path):
        raise NotAllowedError(verb=verb.value)


def is_self(actor: Actor, participant_id: ParticipantId) -> bool:
    """Tell whether *actor* is that participant: nobody decides on their own points and hours."""
    match actor:
        case SystemActor():
            return False
        case ParticipantActor() | StaffActor():
            return actor.participant_id == participant_id


def check_grantable(actor: Actor, role: Role, node_path: str) -> None:
    """Check that *actor* may give *role* at a node: nobody gives away more than they hold there.

    :raises NotAllowedError: if the role allows something that the actor may not do there.
    """
    authorize(actor, Verb.MANAGE_STAFF, node_path)
    for verb in sorted(ROLE_VERBS[role]):
        authorize(actor, verb, node_path)


def visible_paths(actor: Actor, verb: Verb) -> tuple[str, ...]:
    """Return the paths of the branches in which *actor* may do *verb*, none inside another."""
    match actor:
        case SystemActor():
            return ("",)
        case ParticipantActor():
            return ()
        case StaffActor():
            paths = sorted({g.node_path for g in actor.grants if verb in ROLE_VERBS[g.role]})
    tops: list[str] = []
    for path in paths:
        # Sorted, so a branch comes right after the branches that hold it.
        if not tops or not path.startswith(tops[-1]):
            tops.append(path)
    return tuple(tops)
