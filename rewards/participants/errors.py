"""Refusals of participants."""

from rewards.core.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    NotFoundError,
)


class ParticipantNotFoundError(NotFoundError):
    code = "participant-not-found"
    title = "There is no such participant."


class InvalidNameError(InvalidError):
    code = "invalid-name"
    title = "The name is empty, too long, or holds characters a name may not."


class InvalidPhoneError(InvalidError):
    code = "invalid-phone"
    title = "This is not a phone number."


class InvalidBirthYearError(InvalidError):
    code = "invalid-birth-year"
    title = "The year of birth is out of range."


class InvalidNumberError(InvalidError):
    code = "invalid-number"
    title = "A participant's number has eight digits, the first of them not zero."


class NicknameRequiredError(InvalidError):
    code = "nickname-required"
    title = "To be shown by a nickname, one must be given."


class NicknameTellsError(InvalidError):
    code = "nickname-tells"
    title = "A nickname must not hold one's own full name, a phone number or an address."


class NicknameImitatesError(InvalidError):
    code = "nickname-imitates"
    title = "A nickname must not look like a name that a board writes itself."


class NicknameRemovedError(InvalidError):
    code = "nickname-removed"
    title = "Staff took this nickname off the boards; another one is needed."


class NoNicknameError(ConflictError):
    code = "no-nickname"
    title = "The participant has no nickname."


class InvalidRemovalReasonError(InvalidError):
    code = "invalid-removal-reason"
    title = "A nickname is taken off with a reason of at most 100 characters, told to its owner."


class PhoneTakenError(ConflictError):
    code = "phone-taken"
    title = "Another participant is registered with this phone number."


class NumberTakenError(ConflictError):
    code = "number-taken"
    title = "Another participant has this number."


class ParticipantClosedError(GoneError):
    code = "participant-closed"
    title = "The account is closed."


class CardNotFoundError(NotFoundError):
    code = "card-not-found"
    title = "There is no such card of this participant."


class CardRevokedError(GoneError):
    code = "card-revoked"
    title = "The card was revoked."


class InvalidQualificationError(InvalidError):
    code = "invalid-qualification"
    title = "The qualification is unknown, or its last day has passed."


class QualificationNotFoundError(NotFoundError):
    code = "qualification-not-found"
    title = "The participant has no such qualification."


class OwnQualificationError(ForbiddenError):
    code = "own-qualification"
    title = "Nobody vouches for their own qualification."


class NoGuardianConsentError(ConflictError):
    code = "no-guardian-consent"
    title = "No guardian's consent is in force."


class NotAMinorError(ConflictError):
    code = "not-a-minor"
    title = "A guardian agrees for minors alone."


class SearchTooShortError(InvalidError):
    code = "search-too-short"
    title = "A name is looked for by two Chinese characters or three letters at least."


class SearchTooWideError(InvalidError):
    code = "search-too-wide"
    title = "Too many names begin like this."
