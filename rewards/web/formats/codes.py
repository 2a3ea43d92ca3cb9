"""Digits that people read out, type or dial."""

from rewards.participants import rules as participants

from .language import is_english

_COUNTRY = "86"
_MOBILE_LENGTH = 11
_SHORT_AREA_CODES = ("01", "02")


def group3(digits: str) -> str:
    """Return check-in digits in threes: 482 915."""
    return _group(digits, 3)


def group4(digits: str) -> str:
    """Return a pick-up code or a number in fours: 4827 1905."""
    return _group(digits, 4)


def phone(text: str) -> str:
    """Return a phone number of ours in groups: 0351-000 1234."""
    digits = tel(text)
    if len(digits) == _MOBILE_LENGTH and digits.startswith("1"):
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    if not digits.startswith("0"):
        return text
    area = 3 if digits.startswith(_SHORT_AREA_CODES) else 4
    return f"{digits[:area]}-{digits[area:-4]} {digits[-4:]}"


def tel(text: str) -> str:
    """Return the digits that a `tel:` link dials in this country: 03510001234."""
    digits = "".join(character for character in text if "0" <= character <= "9")
    if not text.startswith(f"+{_COUNTRY}"):
        return digits
    national = digits.removeprefix(_COUNTRY)
    is_mobile = len(national) == _MOBILE_LENGTH and national.startswith("1")
    return national if is_mobile else f"0{national}"


def slip_number(text: str) -> str:
    """Return the number of a record slip as it is read out: 2026 12345 67890."""
    return f"{text[:4]} {text[4:9]} {text[9:]}"


def tail(text: str) -> str:
    """Return the end of a number, enough to know it by: 尾号1234."""
    last = tel(text)[-4:]
    return f"ending {last}" if is_english() else f"尾号{last}"


def mask(text: str) -> str:
    """Return an E.164 phone number with its middle hidden: 138****1234."""
    return participants.mask_phone(text)


def public_name(text: str) -> str:
    """Return what somebody is called before others; of a minor the words are ours: 小志愿者52."""
    if is_english() and text.startswith(participants.MINOR):
        return f"Young volunteer {text.removeprefix(participants.MINOR)}"
    return text


def _group(digits: str, size: int) -> str:
    return " ".join(digits[start : start + size] for start in range(0, len(digits), size))
