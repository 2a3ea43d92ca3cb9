"""Screens of a branch: which there are, when they were last seen, and pairing one more."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.core.errors import RewardsError
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.pages.trees import nest
from rewards.screens import queries, rules, service
from rewards.screens.errors import PairingCodeNotFoundError, TooManyPairingsError
from rewards.screens.types import Programme
from rewards.web import addresses, formats, sentences, statuses
from rewards.web.throttles import Misses

from . import frame, safety, screen_words
from .frame import Post

blueprint = Blueprint("console_screens", __name__)

MISSES_MAX, MISSES_SPAN = 10, timedelta(minutes=10)

_misses = Misses(misses_max=MISSES_MAX, span=MISSES_SPAN)


@blueprint.get("/console/screens")
def index() -> ResponseReturnValue:
    """List the screens of the branch, with the form that pairs one more."""
    post = frame.enter(Verb.MANAGE_SCREEN)
    return _page(post)


@blueprint.post("/console/screens")
def pair() -> ResponseReturnValue:
    """Pair the screen that shows the typed code."""
    post = frame.enter(Verb.MANAGE_SCREEN)
    try:
        _pair(post)
    except RewardsError as error:
        return _page(post, error=error), statuses.status_of(error)
    return redirect("/console/screens?done=paired", code=303)


@blueprint.post("/console/screens/<uuid:screen_id>/revocation")
def revoke(screen_id: UUID) -> ResponseReturnValue:
    """Disconnect a screen."""
    post = frame.enter()
    service.revoke_screen(actor=post.actor, screen_id=screen_id, now=post.now)
    return redirect("/console/screens?done=revoked", code=303)


def list_nodes(post: Post) -> list[Node]:
    """Return the nodes of the branch at which there may be a screen, as people read a tree."""
    return [node for node in _list_managed(post) if node.closed_at is None]


def _list_managed(post: Post) -> list[Node]:
    return [
        node
        for node in nest(network.list_branch(post.node.path))
        if access.may(post.actor, Verb.MANAGE_SCREEN, node.path)
    ]


def _pair(post: Post) -> None:
    # Codes are short: whoever tries them out must not hit one that somebody else waits by.
    visitor = post.actor.principal
    wait = _misses.wait_seconds(visitor, now=post.now)
    if wait:
        raise TooManyPairingsError(retry_after_seconds=wait)
    form = request.form
    programme = form.get("programme", "")
    known = programme if programme in set(Programme) else Programme.ROTATION
    try:
        service.pair_screen(
            actor=post.actor,
            code=form.get("code", ""),
            node_id=safety.read_id(form.get("node", "")),
            name=form.get("name", ""),
            slides=rules.PROGRAMMES[Programme(known)],
            now=post.now,
        )
    except PairingCodeNotFoundError:
        _misses.add(visitor, now=post.now)
        raise


def _page(post: Post, *, error: RewardsError | None = None) -> str:
    # A screen stays in the list when its node is closed: it has to be moved, or disconnected.
    managed = _list_managed(post)
    names = {node.id: node.name for node in managed}
    typed = request.form if error else request.args
    return frame.show(
        "screens.html",
        post=post,
        current="screens",
        screens=[
            (screen, names[screen.node_id], rules.is_online(screen.seen_at, now=post.now))
            for screen in queries.list_screens(post.node.path)
            if screen.node_id in names
        ],
        nodes=[node for node in managed if node.closed_at is None],
        typed=typed,
        code=formats.group3(typed.get("code", "")[:6]),
        programmes=screen_words.PROGRAMMES.items(),
        address=addresses.page_link("/screen"),
        sentence=None if error is None else sentences.explain(error, to_staff=True),
        done=request.args.get("done", ""),
        name_length_max=rules.NAME_LENGTH_MAX,
    )
