"""What teams refuse."""

from rewards.core.errors import ConflictError, InvalidError, NotFoundError


class TeamNotFoundError(NotFoundError):
    code = "team-not-found"
    title = "There is no such team."


class TeamClosedError(ConflictError):
    code = "team-closed"
    title = "The team is closed."


class TeamNameTakenError(ConflictError):
    code = "team-name-taken"
    title = "The node already has a team of this name."


class InvalidTeamError(InvalidError):
    """Members: `field`, the name of the value that does not fit."""

    code = "invalid-team"
    title = "The name of the team or of the category does not fit."


class CategoryUnknownError(InvalidError):
    code = "team-category-unknown"
    title = "There is no such category of teams, or it is hidden."


class CategoryExistsError(ConflictError):
    code = "team-category-exists"
    title = "There is a category of this name already."


class AlreadyMemberError(ConflictError):
    """Members: `joined_on` and `left_on` of the membership in the way."""

    code = "already-member"
    title = "The person belongs to the team at that time already."


class NotMemberError(NotFoundError):
    code = "not-member"
    title = "The person does not belong to the team."


class MembershipDatesError(InvalidError):
    """Members: `field`, and the days between which it must lie."""

    code = "membership-dates"
    title = "The day does not fit the membership."


class TeamsNotImportedError(InvalidError):
    code = "teams-not-imported"
    title = "Some rows are bad; nothing was imported."


class MembersNotImportedError(InvalidError):
    code = "team-members-not-imported"
    title = "Some rows are bad; nobody was imported."
