"""Use cases of teams."""

from .categories import add_category, set_category_hidden
from .imports import MemberLine, TeamLine, import_members, import_teams
from .members import add_member, end_membership
from .teams import close_team, create_team, reopen_team, update_team

__all__ = [
    "MemberLine",
    "TeamLine",
    "add_category",
    "add_member",
    "close_team",
    "create_team",
    "end_membership",
    "import_members",
    "import_teams",
    "reopen_team",
    "set_category_hidden",
    "update_team",
]
