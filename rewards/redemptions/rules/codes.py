"""How a pick-up code is read."""

import unicodedata

CODE_LENGTH = 8
# What people put between the digits when they read or type a code.
_CODE_GAPS = frozenset(" \t-‐‑‒–—－\u3000\u00a0")  # noqa: RUF001
_CODE_TEXT_LENGTH_MAX = 32


def read_code(text: str) -> str | None:
    """Return the eight digits of a pick-up code, or None if *text* is not one.

    Full-width digits, spaces and dashes, as an input method or a printed slip
    has them, are accepted.
    """
    if len(text) > _CODE_TEXT_LENGTH_MAX:
        return None
    digits = "".join(character for character in text.strip() if character not in _CODE_GAPS)
    digits = unicodedata.normalize("NFKC", digits)
    # isdigit alone would let through digits of other scripts.
    if len(digits) != CODE_LENGTH or not (digits.isascii() and digits.isdigit()):
        return None
    return digits
