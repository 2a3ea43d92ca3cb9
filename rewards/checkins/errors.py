"""Why a check-in or check-out is refused. Each has its own next step."""

from rewards.core.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    NotFoundError,
    ThrottledError,
)


class InvalidCodeError(InvalidError):
    code = "invalid-code"
    title = "This is not one of our codes."


class CodeIncompleteError(InvalidCodeError, InvalidError):
    # Whoever refuses what is no code of ours refuses a part of one too.
    code = "code-incomplete"
    title = "This is a part of a code."


class OtherOccasionError(ConflictError):
    """Members: `occasion_id` and `occasion_title` of the other one."""

    code = "other-occasion"
    title = "These are the digits of another occasion."


class CodeExpiredError(GoneError):
    code = "code-expired"
    title = "The code has changed since it was scanned."


class MemberCodeUsedError(ConflictError):
    code = "member-code-used"
    title = "This code of a participant's phone was used at another occasion."


class WrongDigitsError(InvalidError):
    code = "wrong-digits"
    title = "These are not the digits on the screen now."


class TicketExpiredError(GoneError):
    code = "ticket-expired"
    title = "More than ten minutes have passed since the scan."


class TicketUsedError(ConflictError):
    code = "ticket-used"
    title = "This scan was already used by someone else."


class ClaimOfAnotherBrowserError(ForbiddenError):
    code = "claim-of-another-browser"
    title = "This scan was made in another browser."


class PosterNotFoundError(NotFoundError):
    code = "poster-not-found"
    title = "There is no such poster."


class PosterRevokedError(GoneError):
    code = "poster-revoked"
    title = "The poster was taken out of use."


class PosterNotEnoughError(ConflictError):
    code = "poster-not-enough"
    title = "A poster alone checks nobody in here; the digits on the screen do."


class NothingHereError(ConflictError):
    code = "nothing-here"
    title = "There is nothing to check in to at this place now."


class TooManyDigitsError(ThrottledError):
    code = "too-many-digits"
    title = "Too many wrong digits; wait before trying again."


class ZoneClosedError(GoneError):
    code = "zone-closed"
    title = "The zone of the offline space, or all of it, is closed."


class CheckInNotOpenError(ConflictError):
    code = "check-in-not-open"
    title = "Check-in has not opened yet."


class CheckInClosedError(GoneError):
    code = "check-in-closed"
    title = "Check-in has closed."


class OnlyHeadsCountedError(ConflictError):
    code = "only-heads-counted"
    title = "At this occasion heads are counted and nobody checks in."


class OverlappingCheckInError(ConflictError):
    """Members: `occasion_title`, of the other one."""

    code = "overlapping-check-in"
    title = "The participant is still checked in somewhere else at this time."


class AccountClosedError(ForbiddenError):
    code = "account-closed"
    title = "The participant's account is closed."


class NotCheckedInError(NotFoundError):
    code = "not-checked-in"
    title = "The participant has not checked in here."


class CheckOutNotOpenError(ConflictError):
    code = "check-out-not-open"
    title = "Check-out has not opened yet."


class CheckOutClosedError(GoneError):
    code = "check-out-closed"
    title = "Check-out has closed."


class NotCheckedOutError(ConflictError):
    code = "not-checked-out"
    title = "The participant has not checked out, so there is no check-out to undo."


class UndoNotOwnError(ForbiddenError):
    code = "undo-not-own"
    title = "Only whoever entered it can undo it at once."


class UndoTooLateError(GoneError):
    code = "undo-too-late"
    title = "The 15 minutes in which it could be undone have passed."


class NoCheckOutError(ConflictError):
    code = "no-check-out"
    title = "This occasion needs no check-out."


class AttendanceNotFoundError(NotFoundError):
    code = "attendance-not-found"
    title = "There is no such attendance."


class AttendanceSettledError(ConflictError):
    code = "attendance-settled"
    title = "It was decided before what counts of this attendance."


class NotPendingError(ConflictError):
    code = "attendance-not-pending"
    title = "This attendance waits for nobody: check-out is open still, or was never needed."


class ConfirmClosedError(GoneError):
    code = "confirmation-closed"
    title = "The time to confirm this attendance has passed."


class LeavingTimeError(InvalidError):
    code = "leaving-time"
    title = "The leaving time is not between the check-in and the scheduled end."


class AttendanceNotImportedError(InvalidError):
    code = "attendance-not-imported"
    title = "Some rows are bad; nothing was imported."


class OccasionNotBegunError(ConflictError):
    code = "occasion-not-begun"
    title = "The occasion lies ahead, so nobody has been there."


class ImportGivesPointsError(ConflictError):
    code = "import-gives-points"
    title = "Attendance is imported only where it gives no points and needs no check-out."


class ReviewNotFoundError(NotFoundError):
    code = "review-not-found"
    title = "No minutes of this attendance wait for a decision."


class BackFillNotFoundError(NotFoundError):
    code = "back-fill-not-found"
    title = "There is no such request to fill in hours."


class BackFillSettledError(ConflictError):
    code = "back-fill-settled"
    title = "The request to fill in hours was decided before."


class BackFillTimesError(InvalidError):
    code = "back-fill-times"
    title = "The times filled in do not fit together, or lie outside the occasion."


class BackFillTooLateError(GoneError):
    code = "back-fill-too-late"
    title = "Hours are filled in within seven days."


class BackFillNoServiceError(InvalidError):
    code = "back-fill-no-service"
    title = "Attending this occasion is no service, so there are no hours to fill in."


class EvidenceError(InvalidError):
    code = "evidence"
    title = "What shows the service must be said in some words."


class SecondPersonError(ForbiddenError):
    code = "second-person"
    title = "Whoever asked for this does not decide on it."


class HoursReasonError(InvalidError):
    code = "hours-reason"
    title = "A reason of some words is needed."


class OwnHoursError(ForbiddenError):
    code = "own-hours"
    title = "Nobody decides on their own hours."
