"""Reads of identity; `recognize` stands on the path of every request."""

from .desks import find_pin, list_clerks
from .sign_ins import (
    find_actor,
    find_sign_in_owner,
    list_participant_sign_ins,
    list_staff_sign_ins,
    recognize,
)
from .staff import (
    find_credentials,
    find_linked_staff,
    find_staff,
    get_staff,
    list_all_grants,
    list_grants,
    list_staff,
    list_staff_by_ids,
    list_staff_names,
)
from .wechat import find_by_wechat, has_wechat, list_kept_links

__all__ = [
    "find_actor",
    "find_by_wechat",
    "find_credentials",
    "find_linked_staff",
    "find_pin",
    "find_sign_in_owner",
    "find_staff",
    "get_staff",
    "has_wechat",
    "list_all_grants",
    "list_clerks",
    "list_grants",
    "list_kept_links",
    "list_participant_sign_ins",
    "list_staff",
    "list_staff_by_ids",
    "list_staff_names",
    "list_staff_sign_ins",
    "recognize",
]
