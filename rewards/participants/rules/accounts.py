"""What is kept of a person beside name and phone: the year of birth, the number, the card."""

from datetime import date

from ..errors import (
    CardRevokedError,
    InvalidBirthYearError,
    InvalidNumberError,
    InvalidQualificationError,
)
from ..types import Card, Profession, Training

NUMBER_LENGTH = 8
BIRTH_YEAR_MIN = 1900
ADULT_AGE = 18
# Below it a guardian agrees to everything, from it on to volunteering only.
GUARDED_AGE = 14
# What raises the points of a professional service; who drives well serves like others.
CALLINGS = frozenset({Profession.MEDICAL, Profession.LEGAL, Profession.PSYCHOLOGY})


def is_minor(birth_year: int | None, *, year: int) -> bool:
    """Tell whether someone may still be under 18 in *year*: until it ends, in doubt, yes."""
    return birth_year is not None and year - birth_year <= ADULT_AGE


def check_birth_year(birth_year: int | None, *, year: int) -> None:
    """Check that someone born in *birth_year* may be alive in *year*.

    :raises InvalidBirthYearError: if not.
    """
    if birth_year is not None and not BIRTH_YEAR_MIN <= birth_year <= year:
        raise InvalidBirthYearError


def check_number(number: str) -> None:
    """Check the shape of a participant's number.

    :raises InvalidNumberError: if it has not eight digits, the first not zero.
    """
    is_number = number.isascii() and number.isdigit()
    if not is_number or len(number) != NUMBER_LENGTH or number.startswith("0"):
        raise InvalidNumberError


def check_card(card: Card) -> None:
    """Check that a card is good.

    :raises CardRevokedError: if it was revoked.
    """
    if card.revoked_at is not None:
        raise CardRevokedError(revoked_at=card.revoked_at.isoformat())


def read_qualification(code: str) -> Profession | Training:
    """Return what *code* stands for in the register.

    :raises InvalidQualificationError: if the register knows no such thing.
    """
    for kind in (Profession, Training):
        if code in set(kind):
            return kind(code)
    raise InvalidQualificationError(field="code")


def check_valid_until(valid_until: date | None, *, today: date) -> None:
    """Check that what is entered today is good for today at least.

    :raises InvalidQualificationError: if its last day has passed.
    """
    if valid_until is not None and valid_until < today:
        raise InvalidQualificationError(field="valid_until")


def span_age(birth_year: int | None, *, year: int) -> tuple[int | None, int | None]:
    """Return the least and the greatest age that somebody may have on a day of *year*."""
    if birth_year is None:
        return None, None
    return max(year - birth_year - 1, 0), year - birth_year
