"""Who is asking: a bearer token or a cookie becomes an actor.

The API knows bearer tokens alone, so that no page of another site can act
through a browser that is signed in. Pages know cookies alone. A participant
and a staff member may be signed in on one browser, each with a cookie.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from flask import current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from rewards.access.types import ParticipantActor, StaffActor
from rewards.core import clock
from rewards.core.errors import ForbiddenError, UnauthenticatedError
from rewards.core.settings import Settings
from rewards.identity import service as identity

API_PREFIX = "/api/"
CONSOLE_PREFIX = "/console"
# What the digits of a shared tablet open.
DESK_PATHS = re.compile(r"/console/(?:desk(?:/.*)?|sign-out)")
TOKEN_LENGTH_MAX = 256
COOKIE_DAYS = 365
_BY_ITSELF = "is_asked_by_itself"
_WHILE_IDLE = "goes_on_while_idle"

SignedInActor = ParticipantActor | StaffActor
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


class Cookie(StrEnum):
    """The cookie of each kind of actor, of a screen and of a shared tablet.

    `__Host-` precedes a secure one.
    """

    PARTICIPANT = "participant_token"
    STAFF = "staff_token"
    SCREEN = "screen_token"
    TABLET = "desk_tablet"


class NotSignedInError(UnauthenticatedError):
    code = "not-signed-in"
    title = "Nobody is signed in."


class StaffOnlyError(ForbiddenError):
    code = "staff-only"
    title = "Only staff may do this."


class DeskOnlyError(ForbiddenError):
    code = "desk-only"
    title = "The digits of a tablet open the exchange desk alone."


class ParticipantOnlyError(ForbiddenError):
    code = "participant-only"
    title = "Only a participant may do this."


def asked_by_itself(view: View) -> View:
    """Mark a view that pages call by themselves: it keeps nobody signed in."""
    setattr(view, _BY_ITSELF, True)
    return view


def goes_on_while_idle(view: View) -> View:
    """Mark a view that pages call by themselves, and that tells nothing about anybody.

    It keeps nobody signed in, and goes on for who was left alone on the page.
    """
    setattr(view, _WHILE_IDLE, True)
    return asked_by_itself(view)


def is_api_path(path: str) -> bool:
    """Tell whether *path* is one of the JSON API."""
    return path.startswith(API_PREFIX)


def is_api_request() -> bool:
    """Tell whether the request came to the JSON API."""
    return is_api_path(request.path)


def find_participant() -> ParticipantActor | None:
    """Return the participant who is asking, if one is signed in."""
    actor = _find_actor(Cookie.PARTICIPANT)
    return actor if isinstance(actor, ParticipantActor) else None


def find_staff() -> StaffActor | None:
    """Return the staff member who is asking, if one is signed in for what is asked."""
    actor = _find_actor(Cookie.STAFF)
    return actor if isinstance(actor, StaffActor) and _reaches(actor) else None


def current_actor() -> SignedInActor:
    """Return who is asking; on a page of the console that is staff, elsewhere a participant.

    :raises NotSignedInError: if nobody is signed in.
    :raises DeskOnlyError: if it is staff signed in to the desk alone, and this is no page of it.
    """
    is_console = request.path.startswith(CONSOLE_PREFIX)
    actor = _find_actor(Cookie.STAFF if is_console else Cookie.PARTICIPANT)
    if actor is None:
        raise NotSignedInError
    _check_reach(actor)
    return actor


def require_participant() -> ParticipantActor:
    """Return the participant who is asking.

    :raises NotSignedInError: if nobody is signed in.
    :raises ParticipantOnlyError: if the token is that of staff.
    """
    actor = _find_actor(Cookie.PARTICIPANT)
    if actor is None:
        raise NotSignedInError
    if not isinstance(actor, ParticipantActor):
        raise ParticipantOnlyError
    return actor


def require_staff() -> StaffActor:
    """Return the staff member who is asking.

    :raises NotSignedInError: if nobody is signed in.
    :raises StaffOnlyError: if the token is that of a participant.
    :raises DeskOnlyError: if they are signed in to the desk alone, and this is no page of it.
    """
    actor = _find_actor(Cookie.STAFF)
    if actor is None:
        raise NotSignedInError
    if not isinstance(actor, StaffActor):
        raise StaffOnlyError
    _check_reach(actor)
    return actor


def known_actor_kind() -> str:
    """Return which kind of actor the request was found to come from, without looking again."""
    actors = [actor for actor in _known_actors().values() if actor is not None]
    if any(isinstance(actor, StaffActor) for actor in actors):
        return "staff"
    return "participant" if actors else "anonymous"


def set_cookie(response: Response, cookie: Cookie, token: str) -> None:
    """Keep *token* in the browser that *response* goes to."""
    response.set_cookie(
        _name_of(cookie),
        token,
        max_age=timedelta(days=COOKIE_DAYS),
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
        path="/",
    )
    _forget_actors()


def clear_cookie(response: Response, cookie: Cookie) -> None:
    """Remove a token from the browser that *response* goes to."""
    response.delete_cookie(
        _name_of(cookie), secure=_is_secure(), httponly=True, samesite="Lax", path="/"
    )
    _forget_actors()


def read_cookie(cookie: Cookie) -> str:
    """Return the token that the browser keeps of a kind, an empty text if there is none."""
    token = request.cookies.get(_name_of(cookie), "")
    return token if len(token) <= TOKEN_LENGTH_MAX else ""


def _reaches(actor: SignedInActor) -> bool:
    is_limited = isinstance(actor, StaffActor) and actor.is_desk
    return not is_limited or DESK_PATHS.fullmatch(request.path) is not None


def _check_reach(actor: SignedInActor) -> None:
    if not _reaches(actor):
        raise DeskOnlyError


def _find_actor(cookie: Cookie) -> SignedInActor | None:
    token = _bearer_token() if is_api_request() else request.cookies.get(_name_of(cookie), "")
    if not token or len(token) > TOKEN_LENGTH_MAX:
        return None
    actors = _known_actors()
    if token not in actors:
        view = current_app.view_functions.get(request.endpoint or "")
        actors[token] = identity.recognize(
            token=token,
            now=clock.now(),
            by_hand=not hasattr(view, _BY_ITSELF),
            while_idle=hasattr(view, _WHILE_IDLE),
        )
    return actors[token]


def _bearer_token() -> str:
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer":
        return ""
    return authorization.token or ""


def _known_actors() -> dict[str, SignedInActor | None]:
    # Kept with the request: an application context may outlive it.
    actors: dict[str, SignedInActor | None] = request.environ.setdefault("rewards.actors", {})
    return actors


def _forget_actors() -> None:
    _known_actors().clear()


def _name_of(cookie: Cookie) -> str:
    return f"__Host-{cookie.value}" if _is_secure() else cookie.value


def _is_secure() -> bool:
    settings: Settings = current_app.extensions["settings"]
    return settings.secure_cookies
