"""Numbers as people type them into a form."""

import unicodedata

DIGITS_MAX = 6


def read_count(text: str, *, signed: bool = False) -> int | None:
    """Return the whole number that *text* is, or None; a *signed* one may be below zero."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("\N{MINUS SIGN}", "-")
    plain = plain.removeprefix("+")
    digits = plain.removeprefix("-") if signed else plain
    if not (digits.isascii() and digits.isdigit() and len(digits) <= DIGITS_MAX):
        return None
    return int(plain)
