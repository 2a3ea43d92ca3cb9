"""Names and phones: their one spelling, and how much of them may be shown."""

import re
import unicodedata

import phonenumbers

from .errors import (
    InvalidBirthYearError,
    InvalidNameError,
    InvalidNumberError,
    InvalidPhoneError,
    NicknameRequiredError,
)
from .types import BoardDisplay, Participant

NAME_LENGTH_MAX = 40
NICKNAME_LENGTH_MAX = 20
NUMBER_LENGTH = 8
PHONE_LENGTH_MAX = 32
PHONE_REGION = "CN"
BIRTH_YEAR_MIN = 1900
ADULT_AGE = 18
# Which wording of the consents was shown.
CONSENT_TEXT_VERSION = "2026-09"

# What stands in the place of a name that was forgotten.
MASKED_NAME_CLOSED = "*"

# Of every width; a line break is none of them and is refused.
_SPACES = re.compile("[ \u00a0\u2000-\u200a\u3000]+")
# Control, format (bidirectional too), surrogate, private use, line and paragraph separator.
_CATEGORIES_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# MIDDLE DOT and the four signs that keyboards put in its place.
_MIDDLE_DOTS = frozenset("\u00b7\u2022\u2027\u30fb\uff65")
_STAR = "*"


def normalize_name(text: str) -> str:
    """Return a person's name in its one spelling.

    :raises InvalidNameError: if it is empty, longer than 40 characters, or holds
        control or direction characters.
    """
    return _normalize(text, length_max=NAME_LENGTH_MAX)


def normalize_nickname(text: str) -> str:
    """Return a nickname in its one spelling.

    :raises InvalidNameError: if it is empty, longer than 20 characters, or holds
        control or direction characters.
    """
    return _normalize(text, length_max=NICKNAME_LENGTH_MAX)


def normalize_phone(text: str) -> str:
    """Return a phone number as E.164; without a country it is a Chinese one.

    :raises InvalidPhoneError: if it is not a possible number.
    """
    # Full-width digits are what some Chinese keyboards write.
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) > PHONE_LENGTH_MAX:
        raise InvalidPhoneError
    try:
        number = phonenumbers.parse(plain, PHONE_REGION)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhoneError from error
    if number.extension or not phonenumbers.is_valid_number(number):
        raise InvalidPhoneError
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mask_name(name: str) -> str:
    """Return as much of a name as may be shown to others: 李*, 王*英, 欧**英, 阿*, A***.

    A compound surname needs no rule of its own: its first character is what stays.
    """
    first = name[0]
    if any(character in _MIDDLE_DOTS for character in name):
        return first + _STAR
    if unicodedata.east_asian_width(first) not in "WF":
        return first + _STAR * 3
    if len(name) <= 2:
        return first + _STAR
    return first + _STAR * (len(name) - 2) + name[-1]


def mask_minor(number: str) -> str:
    """Return what a minor is called before others, from the participant's number."""
    return f"小志愿者{number[-2:]}"


def mask_phone(phone: str) -> str:
    """Return an E.164 number with its middle hidden: 138****1234."""
    number = phonenumbers.parse(phone, None)
    digits = phonenumbers.national_significant_number(number)
    hidden = _STAR * 4 + digits[-4:]
    if number.country_code == phonenumbers.country_code_for_region(PHONE_REGION):
        # A landline's first three digits are its city.
        return digits[:3] + hidden
    return f"+{number.country_code} {hidden}"


def is_minor(birth_year: int | None, *, year: int) -> bool:
    """Tell whether someone may still be under 18 in *year*: until it ends, in doubt, yes."""
    return birth_year is not None and year - birth_year <= ADULT_AGE


def board_name(participant: Participant) -> str | None:
    """Return what a public board calls *participant*; None: not to be named there.

    Nobody under 18 is shown by name or nickname, whatever was chosen.
    """
    if participant.closed_at is not None or participant.board_display is BoardDisplay.HIDDEN:
        return None
    if participant.is_minor:
        return mask_minor(participant.number)
    if participant.board_display is BoardDisplay.NICKNAME and participant.nickname:
        return participant.nickname
    return participant.masked_name


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


def choose_nickname(display: BoardDisplay, nickname: str) -> str:
    """Return the nickname to keep for a way of being shown.

    :raises NicknameRequiredError: if the nickname is to be shown and there is none.
    :raises InvalidNameError: if it is not good.
    """
    if nickname.strip():
        return normalize_nickname(nickname)
    if display is BoardDisplay.NICKNAME:
        raise NicknameRequiredError
    return ""


def _normalize(text: str, *, length_max: int) -> str:
    name = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    if not name or len(name) > length_max:
        raise InvalidNameError(length_max=length_max)
    if any(unicodedata.category(character) in _CATEGORIES_REFUSED for character in name):
        raise InvalidNameError(length_max=length_max)
    return name
