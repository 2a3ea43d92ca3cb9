"""Phone numbers: their one spelling, and how much of one may be shown."""

import unicodedata

import phonenumbers

from ..errors import InvalidPhoneError

PHONE_LENGTH_MAX = 32
PHONE_REGION = "CN"
HIDDEN_DIGITS = "*" * 4
_TEXTED = (
    phonenumbers.PhoneNumberType.MOBILE,
    # Some countries number both alike.
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
)


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


def takes_texts(phone: str) -> bool:
    """Tell whether an E.164 number may take text messages: whether it can be a mobile phone's."""
    kind = phonenumbers.number_type(phonenumbers.parse(phone, None))
    return kind in _TEXTED


def mask_phone(phone: str) -> str:
    """Return an E.164 number with its middle hidden: 138****1234."""
    number = phonenumbers.parse(phone, None)
    digits = phonenumbers.national_significant_number(number)
    hidden = HIDDEN_DIGITS + digits[-4:]
    if number.country_code == phonenumbers.country_code_for_region(PHONE_REGION):
        # A landline's first three digits are its city.
        return digits[:3] + hidden
    return f"+{number.country_code} {hidden}"
