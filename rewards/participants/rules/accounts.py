"""What is kept of a person beside name and phone: the year of birth, the number, the card."""

from ..errors import CardRevokedError, InvalidBirthYearError, InvalidNumberError
from ..types import Card

NUMBER_LENGTH = 8
BIRTH_YEAR_MIN = 1900
ADULT_AGE = 18


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
