"""Changes of a level that two people stand behind."""

import unicodedata

from rewards.access.types import Actor
from rewards.stock.rules import QUANTITY_MAX
from rewards.stock.types import MovementKind, Reward

from ..errors import ChangeDecidedError, InvalidChangeError, StockSecondPersonError
from ..types import Change, ChangeKind

NOTE_LENGTH_MIN = 2
NOTE_LENGTH_MAX = 120

_MOVEMENTS = {
    ChangeKind.ADJUST: MovementKind.ADJUST,
    ChangeKind.DAMAGE: MovementKind.DAMAGE,
    ChangeKind.STOCKTAKE: MovementKind.STOCKTAKE,
}


def normalize_note(text: str) -> str:
    """Return the reason of a change in its one spelling.

    :raises InvalidChangeError: if it says nothing, or too much.
    """
    note = normalize_words(text)
    # One sign over and over is not a reason.
    if len(note) < NOTE_LENGTH_MIN or len(set(note)) < 2:
        raise InvalidChangeError(field="note")
    return note


def normalize_words(text: str) -> str:
    """Return words that need not be there in one line.

    :raises InvalidChangeError: if they are too many, or cannot be printed.
    """
    words = " ".join(unicodedata.normalize("NFC", text).split())
    if len(words) > NOTE_LENGTH_MAX or not words.isprintable():
        raise InvalidChangeError(field="note")
    return words


def check_request(reward: Reward, *, kind: ChangeKind, quantity: int) -> None:
    """Check what staff ask for; the difference of a stocktake follows from its counts alone.

    :raises InvalidChangeError: naming the value that does not fit.
    """
    if not reward.has_shelf:
        raise InvalidChangeError(field="reward_id")
    if kind is ChangeKind.STOCKTAKE:
        raise InvalidChangeError(field="kind")
    highest = 0 if kind is ChangeKind.DAMAGE else QUANTITY_MAX
    if quantity == 0 or not -QUANTITY_MAX <= quantity <= highest:
        raise InvalidChangeError(field="quantity")


def effect_of(kind: ChangeKind, quantity: int) -> tuple[MovementKind, int]:
    """Return the movement that a change comes to; pieces lost are a number above zero."""
    movement = _MOVEMENTS[kind]
    return movement, -quantity if movement is MovementKind.DAMAGE else quantity


def check_may_decide(actor: Actor, change: Change) -> None:
    """Check that *actor* is a second person.

    :raises StockSecondPersonError: if the actor asked for it.
    """
    if actor.principal == change.requested_by:
        raise StockSecondPersonError


def check_pending(change: Change) -> None:
    """Check that a change still waits.

    :raises ChangeDecidedError: if it came to an end.
    """
    if not change.is_pending:
        raise ChangeDecidedError(outcome=change.status.value)
