"""Pure decisions about people: their names and numbers, and how much of them may be shown."""

from .accounts import (
    ADULT_AGE,
    BIRTH_YEAR_MIN,
    CALLINGS,
    GUARDED_AGE,
    NUMBER_LENGTH,
    check_birth_year,
    check_card,
    check_number,
    check_valid_until,
    is_minor,
    read_qualification,
    span_age,
)
from .names import (
    MASKED_NAME_CLOSED,
    MINOR,
    NAME_LENGTH_MAX,
    mask_minor,
    mask_name,
    normalize_name,
    squeeze,
)
from .nicknames import (
    HIDDEN_NAME,
    NICKNAME_LENGTH_MAX,
    REASON_LENGTH_MAX,
    check_nickname,
    choose_nickname,
    normalize_nickname,
    normalize_reason,
)
from .phones import mask_phone, normalize_phone, takes_texts
from .showing import GROUP_MIN, find_public_name, name_group
from .spelling import Sought, index_name, is_sought, read_sought

# Which wording of the consents was shown.
CONSENT_TEXT_VERSION = "2026-11"

__all__ = [
    "ADULT_AGE",
    "BIRTH_YEAR_MIN",
    "CALLINGS",
    "CONSENT_TEXT_VERSION",
    "GROUP_MIN",
    "GUARDED_AGE",
    "HIDDEN_NAME",
    "MASKED_NAME_CLOSED",
    "MINOR",
    "NAME_LENGTH_MAX",
    "NICKNAME_LENGTH_MAX",
    "NUMBER_LENGTH",
    "REASON_LENGTH_MAX",
    "Sought",
    "check_birth_year",
    "check_card",
    "check_nickname",
    "check_number",
    "check_valid_until",
    "choose_nickname",
    "find_public_name",
    "index_name",
    "is_minor",
    "is_sought",
    "mask_minor",
    "mask_name",
    "mask_phone",
    "name_group",
    "normalize_name",
    "normalize_nickname",
    "normalize_phone",
    "normalize_reason",
    "read_qualification",
    "read_sought",
    "span_age",
    "squeeze",
    "takes_texts",
]
