"""What every page of the console stands on: who works here, at which node, and what they may."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import flask_babel
from flask import render_template, session
from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from rewards.access import rules as access
from rewards.access.errors import NotAllowedError
from rewards.access.types import Role, StaffActor, Verb
from rewards.core import clock, secrecy
from rewards.core.errors import RewardsError
from rewards.ledger import queries as ledger
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.pages.trees import nest
from rewards.web import sessions

POST_KEY = "post"
KEEPER_LENGTH = 16

ROLE_NAMES = {
    Role.CENTER_ADMIN: _("中心管理员"),
    Role.INSTITUTE_ADMIN: _("所管理员"),
    Role.STATION_ADMIN: _("站管理员"),
    Role.CLERK: _("兑换员"),
    Role.HOST: _("活动主持"),
    Role.TEAM_LEADER: _("队长"),
    Role.AUDITOR: _("审计员"),
}
ACTIVITIES = lazy_pgettext("several", "活动")
# Who may do any of the verbs sees the entry.
NAVIGATION = (
    ("today", "/console", "home", _("今天"), (Verb.VIEW_CONSOLE,)),
    (
        "occasions",
        "/console/occasions",
        "calendar",
        lazy_pgettext("several", "活动"),
        (Verb.VIEW_CONSOLE,),
    ),
    ("hours", "/console/hours", "clock", _("工时"), (Verb.CONFIRM_HOURS,)),
    ("desk", "/console/desk", "gift", _("兑换台"), (Verb.FULFIL,)),
    ("stock", "/console/stock", "box", _("库存"), (Verb.FULFIL,)),
    ("refused", "/console/refused", "stop", _("没通过"), (Verb.CHECK_IN,)),
    ("residents", "/console/residents", "people", _("居民"), (Verb.VIEW_PARTICIPANT,)),
    (
        "teams",
        "/console/teams",
        "flag",
        _("队伍"),
        (Verb.MANAGE_TEAM, Verb.MANAGE_MEMBERS),
    ),
    ("screens", "/console/screens", "screen", _("大屏"), (Verb.MANAGE_SCREEN,)),
    (
        "books",
        "/console/books",
        "book",
        _("账本"),
        (Verb.VIEW_BOOKS, Verb.CORRECT, Verb.MANAGE_RULES),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Who is at work, and the node whose branch they see."""

    actor: StaffActor
    node: Node
    now: datetime

    def may(self, verb: Verb) -> bool:
        """Tell whether the staff member may do *verb* at the node they work at."""
        return access.may(self.actor, verb, self.node.path)

    @property
    def center_path(self) -> str:
        """Return the path of the center above."""
        return self.node.path.partition("/")[0] + "/"


def enter(verb: Verb = Verb.VIEW_CONSOLE) -> Post:
    """Return the post of the staff member who is asking, if they may do *verb* there.

    :raises NotSignedInError: if nobody is signed in.
    :raises NotAllowedError: if they may not do it there, or hold no role at all.
    """
    actor = sessions.require_staff()
    post = Post(actor=actor, node=_find_place(actor), now=clock.now())
    access.authorize(actor, verb, post.node.path)
    return post


def show(template: str, *, post: Post, current: str, **values: Any) -> str:
    """Return the page *template* in the frame of the console; *current* names it in the rail."""
    return render_template(f"console/{template}", current=current, **_around(post), **values)


def show_alone(template: str, **values: Any) -> str:
    """Return the page *template* without the frame: nobody is at work, or not yet."""
    return render_template(f"console/{template}", current="", moment=clock.now(), **values)


def show_failure(*, is_ours: bool, refusal: RewardsError | None, **values: Any) -> str:
    """Return the page of a failure; who is signed in keeps the rail to go on from."""
    post = None if is_ours else _find_post()
    around = _around(post) if post else {"moment": clock.now(), "frozen_since": None}
    return render_template(
        "errors/console.html",
        current="",
        has_frame=post is not None,
        who_can=_who_can(refusal),
        is_desk_only=isinstance(refusal, sessions.DeskOnlyError),
        **around,
        **values,
    )


def tell_keeper(post: Post) -> str:
    """Return what stands for the staff member on a tablet that keeps scans for them."""
    return secrecy.vault().lookup(f"keeper:{post.actor.principal}")[:KEEPER_LENGTH]


def list_places(actor: StaffActor) -> tuple[Node, ...]:
    """Return every node at which *actor* can work."""
    places: list[Node] = []
    for path in access.visible_paths(actor, Verb.VIEW_CONSOLE):
        places.extend(nest(network.list_branch(path)))
    return tuple(node for node in places if node.closed_at is None)


def choose_place(actor: StaffActor, node_id: UUID) -> None:
    """Have this browser work at another node.

    :raises NodeNotFoundError: if there is none.
    :raises NotAllowedError: if the staff member has no role there.
    """
    node = network.get_node(node_id)
    access.authorize(actor, Verb.VIEW_CONSOLE, node.path)
    session[POST_KEY] = node.id.hex


def has_choice(actor: StaffActor) -> bool:
    """Tell whether there is more than one node at which *actor* can work."""
    paths = access.visible_paths(actor, Verb.VIEW_CONSOLE)
    return len(paths) > 1 or any(len(network.list_branch(path)) > 1 for path in paths)


def _find_place(actor: StaffActor) -> Node:
    chosen = _find_chosen()
    if chosen is not None and access.may(actor, Verb.VIEW_CONSOLE, chosen.path):
        return chosen
    paths = access.visible_paths(actor, Verb.VIEW_CONSOLE)
    if not paths:
        raise NotAllowedError(verb=Verb.VIEW_CONSOLE.value)
    return network.list_ancestors(paths[0])[-1]


def _find_chosen() -> Node | None:
    try:
        return network.find_node(UUID(hex=session.get(POST_KEY, "")))
    except (AttributeError, TypeError, ValueError):
        return None


def _find_post() -> Post | None:
    actor = sessions.find_staff()
    if actor is None or not access.visible_paths(actor, Verb.VIEW_CONSOLE):
        return None
    return Post(actor=actor, node=_find_place(actor), now=clock.now())


def _around(post: Post) -> dict[str, Any]:
    freeze = ledger.find_freeze()
    return {
        "post": post,
        "place_name": post.node.name,
        "staff_name": post.actor.name,
        "staff_role": _name_roles(post),
        "keeper": tell_keeper(post),
        "moment": post.now,
        "can_move": not post.actor.is_desk and has_choice(post.actor),
        "frozen_since": None if freeze is None else freeze.since,
        "can_view_checks": post.may(Verb.VIEW_BOOKS),
        "console_nav": [
            (name, address, drawn, label)
            for name, address, drawn, label, verbs in NAVIGATION
            if any(post.may(verb) for verb in verbs) and (name == "desk" or not post.actor.is_desk)
        ],
    }


def _name_roles(post: Post) -> str:
    held = {grant.role for grant in post.actor.grants if post.node.path.startswith(grant.node_path)}
    # The roles stand from the widest to the narrowest.
    return next((str(name) for role, name in ROLE_NAMES.items() if role in held), "")


def _who_can(refusal: RewardsError | None) -> str:
    if not isinstance(refusal, NotAllowedError) or "verb" not in refusal.members:
        return ""
    verb = Verb(str(refusal.members["verb"]))
    names = [str(name) for role, name in ROLE_NAMES.items() if verb in access.ROLE_VERBS[role]]
    return str(flask_babel.gettext("、")).join(names)
