"""What an appeal is refused for."""

from rewards.core.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    NotFoundError,
)


class AppealNotFoundError(NotFoundError):
    code = "appeal-not-found"
    title = "There is no such appeal."


class AppealSubjectNotFoundError(NotFoundError):
    code = "appeal-subject-not-found"
    title = "The participant has no such entry or attendance."


class AppealSubjectError(InvalidError):
    code = "appeal-subject"
    title = "An appeal is about one entry, or about one attendance that earned nothing."


class AppealTooLateError(GoneError):
    """Members: `until`, the moment by which it could be made."""

    code = "appeal-too-late"
    title = "The time to appeal against this is over."


class AppealAlreadyOpenError(ConflictError):
    code = "appeal-already-open"
    title = "An appeal about this waits for its answer already."


class AppealClosedError(ConflictError):
    """Members: `state`, what became of the appeal."""

    code = "appeal-closed"
    title = "The appeal was answered or withdrawn before."


class AppealTextError(InvalidError):
    """Members: `length_min`, `length_max`."""

    code = "appeal-text"
    title = "An appeal and its answer are each a sentence or a few."


class AppealCorrectionError(InvalidError):
    code = "appeal-correction"
    title = "Only an upheld appeal names a correction: what staff entered for them since."


class OwnAppealError(ForbiddenError):
    code = "own-appeal"
    title = "Nobody answers an appeal about themselves or about what they had a part in entering."
