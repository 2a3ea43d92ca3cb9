"""What a visit is refused for."""

from rewards.core.errors import ConflictError, InvalidError


class PresenceRequiredError(ConflictError):
    code = "presence-required"
    title = "Points are spent at the desk only by somebody whose code or card was scanned just now."


class PresenceCodeUsedError(ConflictError):
    """Members: `used_at`."""

    code = "presence-code-used"
    title = "This code of the participant's phone was shown at a desk before."


class SpokenConsentRequiredError(InvalidError):
    code = "spoken-consent-required"
    title = "Whoever shows a card is asked whether they agree to the things and the points."
