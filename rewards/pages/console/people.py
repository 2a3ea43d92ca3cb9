"""Finding the resident who stands before staff: by number, code, phone or name."""

import unicodedata
from functools import partial

from flask import request

from rewards.checkins import queries as checkins
from rewards.checkins.errors import InvalidCodeError
from rewards.identity import service as identity
from rewards.network.rules import center_path
from rewards.network.types import Node
from rewards.participants.types import Participant

from .frame import Post

LIMIT = 12
TAIL_LENGTH = 4
# From here on digits are a whole number or phone, which names one person.
WHOLE_LENGTH_MIN = 8
TOKEN_LENGTH_MIN = 37
TEXT_LENGTH_MAX = 256


def normalize(text: str) -> str:
    """Return what was typed or scanned without the width and the gaps of a keyboard."""
    # Half a pair of surrogates, as a broken keyboard leaves it, can be neither shown nor stored.
    whole = "".join(char for char in text[:TEXT_LENGTH_MAX] if unicodedata.category(char) != "Cs")
    return unicodedata.normalize("NFKC", whole).strip()


def read_sought() -> str:
    """Return what the form of the request looks for; never from the address, which is logged."""
    return request.form.get("q", "")


def find(text: str, *, post: Post, node: Node | None = None) -> tuple[Participant, ...]:
    """Return who may be meant by *text*, looked for at *node* or where the staff member works.

    A whole number or phone finds somebody of any station of the center. By
    name, pinyin or the end of a phone only the branch is searched: who types
    three letters should not read through the district. Each search is audited.

    :raises CodeExpiredError: if it is a member code that is too old.
    :raises CardRevokedError: if it is a card that was revoked.
    :raises SearchTooShortError: if it is fewer than two Chinese characters, or three letters.
    """
    text = normalize(text)
    node = node or post.node
    if is_code(text):
        return _find_by_code(text, post, node)
    look = partial(_search, post=post, node=node)
    compact = _close_gaps(text)
    digits = compact.lstrip("+")
    if not digits.isdigit():
        return look(text) if text else ()
    if len(digits) >= WHOLE_LENGTH_MIN:
        return look(compact, is_whole=True)
    return look(digits) if len(digits) == TAIL_LENGTH else ()


def is_code(text: str) -> bool:
    """Tell whether *text* is a scanned code rather than something typed."""
    text = normalize(text)
    # A number is typed, however long its gaps make it.
    return len(text) >= TOKEN_LENGTH_MIN and not _close_gaps(text).lstrip("+").isdigit()


def _close_gaps(text: str) -> str:
    return "".join(character for character in text if not character.isspace() and character != "-")


def _search(
    text: str, *, post: Post, node: Node, is_whole: bool = False
) -> tuple[Participant, ...]:
    branch = center_path(node.path) if is_whole else node.path
    return identity.search_participants(
        actor=post.actor, node=node, branch=branch, text=text, limit=LIMIT, now=post.now
    )


def _find_by_code(text: str, post: Post, node: Node) -> tuple[Participant, ...]:
    try:
        found = checkins.find_member(text, now=post.now)
    except InvalidCodeError:
        found = None
    return identity.note_code_search(actor=post.actor, node=node, found=found, now=post.now)
