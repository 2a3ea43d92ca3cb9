"""What earning refuses."""

from rewards.core.errors import InvalidError


class UnknownRuleError(InvalidError):
    code = "unknown-rule"
    title = "No point rule of that code is in force."
