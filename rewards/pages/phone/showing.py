"""How I am shown on public boards: asked once, chosen with what it looks like before one."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rewards.core import clock
from rewards.core.errors import RewardsError
from rewards.identity import service as identity
from rewards.ledger import queries as ledger
from rewards.participants import queries as participants
from rewards.participants import rules
from rewards.participants.types import BoardDisplay, Participant
from rewards.web import preferences, sentences, statuses
from rewards.web.sentences import Sentence

from . import frame, progress, telling

blueprint = Blueprint("showing", __name__)

PREVIEW = "preview"


@blueprint.get("/board/display")
def ask() -> ResponseReturnValue:
    """Show each way of standing on a board, with my own line as others would read it."""
    _, me = frame.get_me()
    return _page(me, display=me.board_display, nickname=me.nickname)


@blueprint.post("/board/display")
def choose() -> ResponseReturnValue:
    """Show me on public boards from now on as I chose, or show what that would look like."""
    actor, me = frame.get_me()
    display, nickname = _read_display(), request.form.get("nickname", "").strip()
    is_preview = request.form.get("action") == PREVIEW
    if preferences.switch_size():
        return _show_again(me, nickname)
    if display is None and not is_preview:
        page = _page(me, display=me.board_display, nickname=nickname, is_unchosen=True)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    display = display or me.board_display
    try:
        if is_preview:
            nickname = participants.read_nickname(
                participant_id=me.id, display=BoardDisplay.NICKNAME, nickname=nickname
            )
            return _page(me, display=BoardDisplay.NICKNAME, nickname=nickname, is_preview=True)
        identity.set_board_display(
            actor=actor, participant_id=me.id, display=display, nickname=nickname, now=clock.now()
        )
    except RewardsError as error:
        page = _page(me, display=display, nickname=nickname, error=sentences.explain(error))
        return page, statuses.status_of(error)
    return redirect(url_for("board.board", done="display"), code=303)


def _show_again(me: Participant, nickname: str) -> ResponseReturnValue:
    told = telling.read()
    if told is None:
        return redirect(url_for("showing.ask"), code=303)
    return _page(
        me,
        display=BoardDisplay(told["display"]),
        nickname=nickname,
        is_preview=told["is_preview"],
        is_unchosen=told["is_unchosen"],
        error=telling.read_sentence(told),
    )


def may_ask(me: Participant) -> bool:
    """Tell whether it is time to ask: there are points, and nothing was answered yet."""
    return ledger.get_balance(me.id).earned > 0 and not participants.has_chosen_display(me)


def describe_ask(me: Participant) -> dict[str, Any]:
    """Return what the card that asks shows: my line as it is, and as it would be."""
    is_hidden = me.board_display is BoardDisplay.HIDDEN
    asked = BoardDisplay.MASKED if is_hidden else me.board_display
    return {
        "asked": asked.value,
        "shown_as": rules.find_public_name(me),
        "masked": preview(me, asked, me.nickname),
    }


def preview(me: Participant, display: BoardDisplay, nickname: str = "") -> str | None:
    """Return what others would read on a board; None: that somebody is there, not who."""
    name = rules.find_public_name(replace(me, board_display=display, nickname=nickname))
    return None if name is None else name.text


def _page(
    me: Participant,
    *,
    display: BoardDisplay,
    nickname: str,
    is_preview: bool = False,
    is_unchosen: bool = False,
    error: Sentence | None = None,
) -> str:
    return frame.show(
        "showing.html",
        me=me,
        standing=progress.find_standing(me),
        display=display.value,
        nickname=nickname,
        masked=preview(me, BoardDisplay.MASKED),
        called=None if error else preview(me, BoardDisplay.NICKNAME, nickname),
        is_preview=is_preview,
        is_unchosen=is_unchosen,
        removal=participants.find_open_removal(me.id),
        error=error,
        told={
            **telling.keep_sentence(error),
            "display": display.value,
            "is_preview": is_preview,
            "is_unchosen": is_unchosen,
        },
    )


def _read_display() -> BoardDisplay | None:
    try:
        return BoardDisplay(request.form.get("display", ""))
    except ValueError:
        return None
