"""Reads of participants."""

from .cards import find_by_card_label, find_card, get_card, list_cards, list_good_cards
from .lookups import (
    find_by_number,
    find_by_phone,
    find_local_participant,
    find_participant,
    get_identity,
    get_local_participant,
    get_participant,
    list_participants,
    select_closed_ids,
    select_open_homes,
)
from .searching import (
    hash_key,
    page_participants,
    search,
    select_at_home,
)
from .showing import (
    find_open_removal,
    has_chosen_display,
    list_agreed,
    list_consents,
    read_nickname,
)
from .standing import (
    find_guardian_consent,
    get_guardian_consent,
    get_standing,
    list_qualifications,
)
from .verification import (
    list_unforgotten,
    tell_unforgotten,
)

__all__ = [
    "find_by_card_label",
    "find_by_number",
    "find_by_phone",
    "find_card",
    "find_guardian_consent",
    "find_local_participant",
    "find_open_removal",
    "find_participant",
    "get_card",
    "get_guardian_consent",
    "get_identity",
    "get_local_participant",
    "get_participant",
    "get_standing",
    "has_chosen_display",
    "hash_key",
    "list_agreed",
    "list_cards",
    "list_consents",
    "list_good_cards",
    "list_participants",
    "list_qualifications",
    "list_unforgotten",
    "page_participants",
    "read_nickname",
    "search",
    "select_at_home",
    "select_closed_ids",
    "select_open_homes",
    "tell_unforgotten",
]
