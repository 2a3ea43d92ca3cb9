"""The codes people scan, type or show.

A code's token is base32 (upper or lower case, no padding) of

    kind, 1 byte | label, 8 bytes | step, 4 bytes | tag, 10 bytes

The label stands for an occasion, a participant, a poster or a card and is no
row id; the step is the time in units of the kind's period, and 0 for what is
printed; the tag is the first 80 bits of HMAC-SHA256 over the rest with a key
of that occasion, participant, poster or card. With an upper-case address
around it the symbol stays within version 3. The six spoken digits are six
decimal digits of another HMAC over the step.
"""

import base64
import binascii
import hashlib
import hmac
import re
import struct
import unicodedata
from datetime import UTC, datetime

from ..errors import CodeExpiredError, CodeIncompleteError, InvalidCodeError, WrongDigitsError
from ..types import CodeKind, DisplayCode, Token

STEP_SECONDS = 20
# A picture of it that was sent on is worth something for so long, and as long again.
MEMBER_STEP_SECONDS = 30
TOKEN_LENGTH = 37
TEXT_LENGTH_MAX = 256

# A link is good for its own step and the next, the digits for one more: they
# are read aloud, heard and typed.
LINK_STEPS_BACK = 1
DIGITS_STEPS_BACK = 2

# What is printed says no time: it is good until it is revoked.
PRINTED_STEP = 0

_PAYLOAD = struct.Struct(">B8sI")
_TAG_BYTES = 10
_LINK = re.compile(r"(?:https?://[^/\s]{1,200}/c/)?([a-z2-7]{37})", re.IGNORECASE)
_PART = re.compile(r"https?://[^/\s]{1,200}/c/[a-z2-7]{0,36}|[a-z2-7]{12,36}", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]{6}")
# A part of a token up to this long leaves the label or the whole tag to be guessed.
_TELLING = re.compile(r"[a-z2-7]{21,}", re.IGNORECASE)
_OPEN_KINDS = (CodeKind.DISPLAY, CodeKind.POSTER)
_VEILED_TAIL = 4


def build_code(*, label: str, key: bytes, now: datetime) -> DisplayCode:
    """Return the rotating code of an occasion at *now*."""
    step = _step(now, STEP_SECONDS)
    return DisplayCode(
        token=_build_token(CodeKind.DISPLAY, label, step, key),
        digits=_digits(key, step),
        expires_at=datetime.fromtimestamp((step + 1) * STEP_SECONDS, UTC),
    )


def build_member_code(*, label: str, key: bytes, now: datetime) -> str:
    """Return the token that a participant shows to staff at *now*."""
    return _build_token(CodeKind.MEMBER, label, _step(now, MEMBER_STEP_SECONDS), key)


def build_printed_code(kind: CodeKind, *, label: str, key: bytes) -> str:
    """Return the token on a poster or a card."""
    return _build_token(kind, label, PRINTED_STEP, key)


def parse_token(text: str) -> Token:
    """Return what a scanned or typed text carries; its tag is not checked yet.

    :raises CodeIncompleteError: if it is a part of one of our links or tokens.
    :raises InvalidCodeError: if it is none of them.
    """
    match = _LINK.fullmatch(text.strip()) if len(text) <= TEXT_LENGTH_MAX else None
    if match is None:
        raise CodeIncompleteError if _is_part(text) else InvalidCodeError
    try:
        raw = base64.b32decode(match[1].upper() + "===")
        # The last letter has a bit to spare: one spelling of a token is ours, not two.
        if _spell(raw) != match[1].upper():
            raise InvalidCodeError
        kind, label, step = _PAYLOAD.unpack(raw[: _PAYLOAD.size])
        return Token(kind=CodeKind(kind), label=label.hex(), step=step, tag=raw[_PAYLOAD.size :])
    except (binascii.Error, ValueError) as error:
        raise InvalidCodeError from error


def veil(text: str) -> str:
    """Return a scanned text without what makes somebody's card or code, whole or torn.

    What rotates or hangs on a wall is shown to everybody, and stays.
    """
    return _TELLING.sub(_veil_token, text)


def check_link(token: Token, *, key: bytes, now: datetime) -> None:
    """Check that the link of a rotating code is genuine and of now.

    :raises InvalidCodeError: if it was not made with *key*, or is of the future.
    :raises CodeExpiredError: if the screen has moved on.
    """
    _check_tag(token, key)
    _check_step(token, now=now, seconds=STEP_SECONDS)


def check_member_code(token: Token, *, key: bytes, now: datetime) -> None:
    """Check that a code shown by a participant is genuine and fresh.

    :raises InvalidCodeError: if it was not made with *key*, or is of the future.
    :raises CodeExpiredError: if it is too old.
    """
    _check_tag(token, key)
    _check_step(token, now=now, seconds=MEMBER_STEP_SECONDS)


def check_printed(token: Token, *, key: bytes) -> None:
    """Check that the code of a poster or a card is genuine.

    :raises InvalidCodeError: if it was not made with *key*.
    """
    if token.step != PRINTED_STEP:
        raise InvalidCodeError
    _check_tag(token, key)


def normalize_digits(text: str) -> str:
    """Return the six digits of what was typed: any width, any spaces between.

    :raises WrongDigitsError: if these are not six digits.
    """
    plain = "".join(unicodedata.normalize("NFKC", text[:TEXT_LENGTH_MAX]).split())
    if not _DIGITS.fullmatch(plain):
        raise WrongDigitsError
    return plain


def check_digits(digits: str, *, key: bytes, now: datetime) -> None:
    """Check the six digits of a screen.

    :raises WrongDigitsError: if they are not those of now or of a moment ago.
    """
    newest = _step(now, STEP_SECONDS)
    # Every candidate is compared, so that the time taken tells nothing.
    matches = [
        hmac.compare_digest(digits, _digits(key, newest - back))
        for back in range(DIGITS_STEPS_BACK + 1)
    ]
    if not any(matches):
        raise WrongDigitsError


def accepted_until(token: Token) -> datetime:
    """Return the first moment at which the link of a rotating code is refused."""
    return datetime.fromtimestamp((token.step + 1 + LINK_STEPS_BACK) * STEP_SECONDS, UTC)


def _veil_token(match: re.Match[str]) -> str:
    text = match[0]
    try:
        kind = parse_token(text).kind.name
    except (CodeIncompleteError, InvalidCodeError):
        kind = ""
    if kind in [each.name for each in _OPEN_KINDS]:
        return text
    return f"{kind}…{text[-_VEILED_TAIL:]}"


def _is_part(text: str) -> bool:
    # What is torn off or scanned in halves; too short, it could be anything.
    return len(text) <= TEXT_LENGTH_MAX and _PART.fullmatch(text.strip()) is not None


def _build_token(kind: CodeKind, label: str, step: int, key: bytes) -> str:
    payload = _PAYLOAD.pack(kind, bytes.fromhex(label), step)
    return _spell(payload + _tag(key, payload))


def _spell(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")


def _check_tag(token: Token, key: bytes) -> None:
    payload = _PAYLOAD.pack(token.kind, bytes.fromhex(token.label), token.step)
    if not hmac.compare_digest(token.tag, _tag(key, payload)):
        raise InvalidCodeError


def _check_step(token: Token, *, now: datetime, seconds: int) -> None:
    newest = _step(now, seconds)
    if token.step > newest:
        raise InvalidCodeError
    if token.step < newest - LINK_STEPS_BACK:
        raise CodeExpiredError(
            shown_at=datetime.fromtimestamp(token.step * seconds, UTC).isoformat()
        )


def _step(now: datetime, seconds: int) -> int:
    return int(now.timestamp()) // seconds


def _tag(key: bytes, payload: bytes) -> bytes:
    return hmac.new(key, b"link" + payload, hashlib.sha256).digest()[:_TAG_BYTES]


def _digits(key: bytes, step: int) -> str:
    digest = hmac.new(key, b"digits" + struct.pack(">I", step), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"
