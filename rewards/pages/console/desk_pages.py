"""What every page of the desk stands on: the space, the camera, the lock."""

from collections.abc import Sequence
from typing import Any

from flask import Response, make_response

from rewards.access.types import Verb
from rewards.identity.rules import DESK_IDLE_MAX
from rewards.participants.types import Participant
from rewards.stock.types import Space
from rewards.web import security

from . import frame, spaces, stock_tables
from .frame import Post
from .verdicts import Verdict

HOME = "/console/desk"


def enter() -> tuple[Post, Space | None]:
    """Return who is at the desk, and the space it stands in, if the station has one.

    :raises NotAllowedError: if they may not hand over rewards there.
    """
    post = frame.enter(Verb.FULFIL)
    return post, spaces.choose(post, Verb.FULFIL)[0]


def show(template: str, **values: Any) -> Response:
    """Return a page of the desk: it may look through the camera, and locks when left alone."""
    page = frame.show(
        template,
        current="desk",
        lock_seconds=int(DESK_IDLE_MAX.total_seconds()),
        hides_levels=_hides_levels(**values),
        **values,
    )
    return security.allow_camera(make_response(page))


def _hides_levels(post: Post, space: Space | None = None, **_values: Any) -> bool:
    # Whoever counts the shelf hands over from it meanwhile, and is not to read there what to find.
    return space is not None and stock_tables.hides_levels(post, space.id, space.node_path)


def refuse(
    post: Post,
    space: Space,
    verdict: Verdict,
    *,
    back: str = "",
    owners: Sequence[Participant] = (),
) -> Response:
    """Return the page of a refusal, with the scan box for the next one.

    *owners* are those whose number the refused code is too.
    """
    return show(
        "desk_refused.html", post=post, space=space, verdict=verdict, back=back, owners=owners
    )
