"""Refusals of identity."""

from rewards.core.errors import (
    ConflictError,
    GoneError,
    InvalidError,
    NotFoundError,
    ThrottledError,
    UnauthenticatedError,
)


class WrongCodeError(UnauthenticatedError):
    code = "wrong-code"
    title = "This is not the code that was sent."


class CodeExpiredError(GoneError):
    code = "sign-in-code-expired"
    title = "There is no code that still counts; ask for a new one."


class NameRequiredError(InvalidError):
    code = "name-required"
    title = "This phone is not registered yet; a name is needed."


class HomeNodeRequiredError(InvalidError):
    code = "home-node-required"
    title = "Registering needs the node where the participant is at home."


class ConsentRequiredError(InvalidError):
    code = "consent-required"
    title = "Registering needs agreement to the account being kept."


class TooManyCodesError(ThrottledError):
    code = "too-many-codes"
    title = "Too many codes were asked for with this phone."


class CodesUsedUpError(ThrottledError):
    code = "codes-used-up"
    title = "The service has sent as many codes as it sends in an hour."


class NotAMobileError(InvalidError):
    code = "not-a-mobile"
    title = "Text messages do not reach this phone."


class PhoneMissingError(ConflictError):
    code = "phone-missing"
    title = "The participant has no phone to sign in with."


class WrongCredentialsError(UnauthenticatedError):
    code = "wrong-credentials"
    title = "The name, the password or the one-time code is not right."


class TotpRequiredError(UnauthenticatedError):
    code = "totp-required"
    title = "This account signs in with a one-time code too."


class SignInDelayedError(ThrottledError):
    code = "sign-in-delayed"
    title = "After several failures the account waits before the next try."


class WeakPasswordError(InvalidError):
    code = "weak-password"
    title = "The password is too short, too long, or the same as the name."


class InvalidStaffNameError(InvalidError):
    code = "invalid-staff-name"
    title = "A sign-in name has 1 to 40 characters and no spaces."


class StaffNameTakenError(ConflictError):
    code = "staff-name-taken"
    title = "Another staff member has this sign-in name."


class StaffNotFoundError(NotFoundError):
    code = "staff-not-found"
    title = "There is no such staff member."


class StaffDisabledError(ConflictError):
    code = "staff-disabled"
    title = "The staff account is disabled."


class ParticipantLinkedError(ConflictError):
    code = "participant-linked"
    title = "Another staff account belongs to this participant."


class GrantExistsError(ConflictError):
    code = "grant-exists"
    title = "The staff member holds this role there already."


class GrantNotFoundError(NotFoundError):
    code = "grant-not-found"
    title = "There is no such role to end."


class SignInNotFoundError(NotFoundError):
    code = "sign-in-not-found"
    title = "There is no such sign-in."


class WechatNotLinkedError(NotFoundError):
    code = "wechat-not-linked"
    title = "This WeChat account belongs to no participant yet."


class WechatOfAnotherError(ConflictError):
    code = "wechat-of-another"
    title = "This WeChat account signs somebody else in."


class InvalidLabelError(InvalidError):
    code = "invalid-label"
    title = "A token needs a label of at most 60 characters."


class ParticipantsNotImportedError(InvalidError):
    code = "participants-not-imported"
    title = "Some rows are bad; nothing was imported."


class WeakPinError(InvalidError):
    """Members: `length_min`, `length_max`."""

    code = "weak-pin"
    title = "The digits are too few, too many, or the first ones anybody would try."


class WrongPinError(UnauthenticatedError):
    """Members: `tries_left`."""

    code = "wrong-pin"
    title = "The digits are wrong."


class PinEndedError(GoneError):
    code = "pin-ended"
    title = "The digits on this tablet count no more."
