"""Codes that nobody of ours made, as somebody would who knows how a code is built."""

import base64
import random
import struct

from rewards.checkins import rules
from rewards.checkins.errors import CodeExpiredError, InvalidCodeError
from rewards.checkins.types import CodeKind

TAG_BYTES = 10


def forge(count, *, label, now, seed):
    """Yield *count* links with the true kind and label and a good step: only the tag is guessed."""
    chance = random.Random(seed)
    step = int(now.timestamp()) // rules.STEP_SECONDS
    for _ in range(count):
        head = struct.pack(
            ">B8sI", CodeKind.DISPLAY, bytes.fromhex(label), step - chance.randrange(2)
        )
        token = base64.b32encode(head + chance.randbytes(TAG_BYTES)).decode().rstrip("=")
        yield f"HTTPS://REWARDS.EXAMPLE/C/{token}"


def count_accepted(texts, *, key, now):
    """Return how many of *texts* are links that check in at *now*."""
    return sum(_is_accepted(text, key=key, now=now) for text in texts)


def _is_accepted(text, *, key, now):
    try:
        rules.check_link(rules.parse_token(text), key=key, now=now)
    except (InvalidCodeError, CodeExpiredError):
        return False
    return True
