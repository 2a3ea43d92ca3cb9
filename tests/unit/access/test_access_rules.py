from uuid import UUID

import pytest

from rewards.access import rules
from rewards.access.errors import NotAllowedError
from rewards.access.types import (
    Grant,
    ParticipantActor,
    ParticipantId,
    Role,
    StaffActor,
    StaffId,
    SystemActor,
    Verb,
)

V = Verb
ALL = set(Verb)
TABLE = {
    Role.CENTER_ADMIN: ALL,
    Role.INSTITUTE_ADMIN: ALL - {V.MANAGE_NETWORK},
    Role.STATION_ADMIN: ALL
    - {
        V.MANAGE_NETWORK,
        V.MANAGE_STAFF,
        V.MANAGE_RULES,
        V.MANAGE_BUDGET,
        V.MANAGE_WEBHOOKS,
    },
    Role.CLERK: {V.VIEW_CONSOLE, V.VIEW_PARTICIPANT, V.FULFIL, V.CHECK_IN},
    Role.HOST: {
        V.VIEW_CONSOLE,
        V.MANAGE_OCCASION,
        V.SHOW_CODE,
        V.CHECK_IN,
        V.VIEW_PARTICIPANT,
        V.CONFIRM_HOURS,
    },
    Role.TEAM_LEADER: {
        V.VIEW_CONSOLE,
        V.SHOW_CODE,
        V.CHECK_IN,
        V.CONFIRM_HOURS,
        V.MANAGE_MEMBERS,
    },
    Role.AUDITOR: {V.VIEW_CONSOLE, V.VIEW_BOOKS},
}
HOME = "cccccccc/iiiiiiii/"
NODES = {
    "own": (HOME, True),
    "below": (HOME + "ssssssss/", True),
    "two below": (HOME + "ssssssss/pppppppp/", True),
    "above": ("cccccccc/", False),
    "beside": ("cccccccc/jjjjjjjj/", False),
    "of another center": ("dddddddd/iiiiiiii/", False),
    "none": ("", False),
}


def staff(*grants):
    return StaffActor(
        staff_id=StaffId(UUID(int=1)),
        name="zhou",
        grants=tuple(Grant(role=role, node_path=path) for role, path in grants),
    )


@pytest.mark.parametrize("place", NODES)
@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("role", Role)
def test_a_role_allows_its_verbs_at_its_node_and_below_and_nothing_else(role, verb, place):
    path, is_covered = NODES[place]

    assert rules.may(staff((role, HOME)), verb, path) is (is_covered and verb in TABLE[role])


def test_a_refusal_names_the_verb():
    with pytest.raises(NotAllowedError) as refused:
        rules.authorize(staff((Role.CLERK, HOME)), Verb.MANAGE_STOCK, HOME)

    assert refused.value.members == {"verb": "manage_stock"}


@pytest.mark.parametrize("verb", Verb)
def test_a_participant_holds_no_role(verb):
    assert not rules.may(ParticipantActor(participant_id=ParticipantId(UUID(int=2))), verb, HOME)


@pytest.mark.parametrize("verb", Verb)
def test_the_service_itself_may_do_everything(verb):
    assert rules.may(SystemActor(), verb, "")


def test_several_grants_add_up():
    actor = staff((Role.CLERK, HOME), (Role.AUDITOR, "dddddddd/"))

    assert rules.may(actor, Verb.FULFIL, HOME)
    assert rules.may(actor, Verb.VIEW_BOOKS, "dddddddd/")
    assert not rules.may(actor, Verb.FULFIL, "dddddddd/")


def test_a_label_that_only_begins_alike_is_another_node():
    assert not rules.may(staff((Role.CENTER_ADMIN, "cccc/")), Verb.VIEW_CONSOLE, "cccccccc/")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("giver", Role)
def test_nobody_gives_a_role_that_allows_more_than_their_own(giver, role):
    actor = staff((giver, HOME))
    is_fine = Verb.MANAGE_STAFF in TABLE[giver] and TABLE[role] <= TABLE[giver]

    if is_fine:
        rules.check_grantable(actor, role, HOME)
    else:
        with pytest.raises(NotAllowedError):
            rules.check_grantable(actor, role, HOME)


def test_visible_paths_are_the_tops_of_the_branches():
    actor = staff(
        (Role.CLERK, HOME + "ssssssss/"),
        (Role.STATION_ADMIN, HOME),
        (Role.AUDITOR, "dddddddd/"),
    )

    assert rules.visible_paths(actor, Verb.FULFIL) == (HOME,)
    assert rules.visible_paths(actor, Verb.VIEW_CONSOLE) == (HOME, "dddddddd/")
    assert rules.visible_paths(SystemActor(), Verb.FULFIL) == ("",)
    assert rules.visible_paths(ParticipantActor(participant_id=UUID(int=2)), Verb.FULFIL) == ()
