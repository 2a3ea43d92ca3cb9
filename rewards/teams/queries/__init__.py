"""Reads of teams, their categories and their members."""

from .categories import get_category, list_categories
from .members import (
    count_members,
    find_membership,
    is_member,
    list_members,
    list_of,
    list_spans,
    page_members,
)
from .teams import (
    find_by_name,
    find_team,
    get_open_team,
    get_team,
    list_open,
    list_teams,
    page_teams,
)

__all__ = [
    "count_members",
    "find_by_name",
    "find_membership",
    "find_team",
    "get_category",
    "get_open_team",
    "get_team",
    "is_member",
    "list_categories",
    "list_members",
    "list_of",
    "list_open",
    "list_spans",
    "list_teams",
    "page_members",
    "page_teams",
]
