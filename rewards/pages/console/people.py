"""Finding the resident who stands before staff: by number, code, phone or name."""

import unicodedata

from rewards.checkins import queries as checkins
from rewards.core.errors import RewardsError
from rewards.participants import queries as participants
from rewards.participants.types import Participant

from .frame import Post

LIMIT = 12
NAME_LETTERS_MIN = 2
TAIL_LENGTH = 4
# From here on digits are a whole number or phone, which names one person.
WHOLE_LENGTH_MIN = 8
TOKEN_LENGTH_MIN = 37
TEXT_LENGTH_MAX = 256


def normalize(text: str) -> str:
    """Return what was typed or scanned without the width and the gaps of a keyboard."""
    return unicodedata.normalize("NFKC", text[:TEXT_LENGTH_MAX]).strip()


def find(text: str, *, post: Post) -> tuple[Participant, ...]:
    """Return who may be meant by *text*.

    A whole number or phone finds somebody of any station of the center. By
    name or the end of a phone only the branch is searched: who types two
    letters should not read through the district.

    :raises CodeExpiredError: if it is a member code that is too old.
    """
    text = normalize(text)
    if len(text) >= TOKEN_LENGTH_MIN:
        return _find_by_code(text, post)
    compact = "".join(character for character in text if character not in " -")
    digits = compact.lstrip("+")
    if digits.isdigit():
        if len(digits) >= WHOLE_LENGTH_MIN:
            return participants.search(node_path=post.center_path, text=compact, limit=LIMIT)
        if len(digits) != TAIL_LENGTH:
            return ()
        return participants.search(node_path=post.node.path, text=digits, limit=LIMIT)
    if len(text) < NAME_LETTERS_MIN:
        return ()
    return participants.search(node_path=post.node.path, text=text, limit=LIMIT)


def is_code(text: str) -> bool:
    """Tell whether *text* is a scanned code rather than something typed."""
    return len(normalize(text)) >= TOKEN_LENGTH_MIN


def _find_by_code(text: str, post: Post) -> tuple[Participant, ...]:
    try:
        found = checkins.find_member(text, now=post.now)
    except RewardsError as error:
        if error.code == "invalid-code":
            return ()
        raise
    return () if found is None or found.closed_at else (found,)
