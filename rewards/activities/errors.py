"""What occasions refuse."""

from rewards.core.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    NotFoundError,
)


class OccasionNotFoundError(NotFoundError):
    code = "occasion-not-found"
    title = "There is no such occasion."


class OccasionFullError(ConflictError):
    code = "occasion-full"
    title = "Every place of the occasion is taken."


class OccasionTimesError(InvalidError):
    code = "occasion-times"
    title = "The times of the occasion do not fit together."


class OccasionStartError(InvalidError):
    code = "occasion-start"
    title = "The day is too long ago, or too far away."


class OccasionRuleError(InvalidError):
    code = "occasion-rule"
    title = "This point rule does not go with this kind of occasion."


class CheckOutRequiredError(InvalidError):
    code = "check-out-required"
    title = "A service shift needs check-out, because minutes come from both ends."


class HeadCountError(InvalidError):
    code = "head-count"
    title = "Heads are counted where that was planned, once the occasion has begun."


class NamelessOccasionError(InvalidError):
    code = "nameless-occasion"
    title = "An occasion that only counts heads has no places, no check-out and no points."


class FailureNoteError(InvalidError):
    code = "failure-note"
    title = "What failed must be said in some words, once the occasion has begun."


class OccasionCancelledError(GoneError):
    code = "occasion-cancelled"
    title = "The occasion was cancelled."


class OccasionInUseError(ConflictError):
    code = "occasion-in-use"
    title = "People have checked in, so this can no longer be changed."


class SeriesNotFoundError(NotFoundError):
    code = "series-not-found"
    title = "There is no such series of occasions."


class TemplateNotFoundError(NotFoundError):
    code = "template-not-found"
    title = "There is no such template."


class RecurrenceError(InvalidError):
    code = "recurrence"
    title = "This is no rule for days that come again."


class SeriesDatesError(InvalidError):
    code = "series-dates"
    title = "The series has no day between its start and its end, or too many."


class SeriesSlotError(ConflictError):
    code = "series-slot"
    title = "The series has no occasion to come on that day."


class SeriesSucceededError(ConflictError):
    code = "series-succeeded"
    title = "Another series goes on from where this one ends."


class OccasionsNotImportedError(InvalidError):
    code = "occasions-not-imported"
    title = "Some rows are bad, so no occasion was imported."


class OccasionRequirementsError(InvalidError):
    code = "occasion-requirements"
    title = "What is required of those who come does not fit together, or is unknown."


class AgeLimitError(ForbiddenError):
    code = "age-limit"
    title = "The occasion is for people of another age."


class AgeUnknownError(ForbiddenError):
    code = "age-unknown"
    title = "The occasion has an age limit, and the participant's year of birth is not known."


class QualificationRequiredError(ForbiddenError):
    code = "qualification-required"
    title = "The occasion takes a qualification that the register does not show."


class TrainingRequiredError(ForbiddenError):
    code = "training-required"
    title = "The occasion takes a training that the register does not show."


class GuardianConsentRequiredError(ForbiddenError):
    code = "guardian-consent-required"
    title = "A guardian has to agree first."


class OccasionTitleError(InvalidError):
    code = "occasion-title"
    title = "An occasion needs a title, and not too long a one."


class OccasionWordsError(InvalidError):
    code = "occasion-words"
    title = "The place or the team is told in too many words."


class OccasionKindUnknownError(InvalidError):
    code = "occasion-kind-unknown"
    title = "There is no such kind of occasion."


class OccasionTimesUnreadableError(InvalidError):
    code = "occasion-times-unreadable"
    title = "A day is written like 2026-11-24, and a time like 14:30."


class OccasionCapacityError(InvalidError):
    code = "occasion-capacity"
    title = "The places of an occasion are a number, or left empty."
