"""What earning refuses."""

from rewards.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class UnknownRuleError(InvalidError):
    code = "unknown-rule"
    title = "No point rule of that code is in force."


class RuleNotFoundError(NotFoundError):
    code = "rule-not-found"
    title = "There is no point rule of that code."


class AmountOutOfRangeError(InvalidError):
    code = "amount-out-of-range"
    title = "The rule does not give that many points."


class ApprovalMissingError(ForbiddenError):
    code = "approval-missing"
    title = "An amount of that size needs more people who stand behind it."


class RuleCapError(InvalidError):
    code = "rule-cap-invalid"
    title = "A cap is below one, or above that of a longer period."


class RuleContradictionError(InvalidError):
    code = "rule-contradiction"
    title = "The rule contradicts itself."


class RuleReferenceError(InvalidError):
    code = "rule-reference-unknown"
    title = "The rule names another rule that does not exist or cannot stand there."


class RuleTiersError(InvalidError):
    code = "rule-tiers-invalid"
    title = "The tiers of the rule do not rise."


class RuleWindowError(InvalidError):
    code = "rule-window-invalid"
    title = "The hours of the rule are not two different times such as 22:00-06:00."


class RulePeriodError(InvalidError):
    code = "rule-period-invalid"
    title = "The version would start in the past or over a year ahead, or end before it starts."


class RuleFieldError(InvalidError):
    code = "rule-field-invalid"
    title = "A value of the rule is not one it can have, or not one that can differ at a node."


class RuleUnchangedError(InvalidError):
    code = "rule-unchanged"
    title = "The version would say the same as the one in force then."


class RuleChangedError(ConflictError):
    code = "rule-changed-meanwhile"
    title = "Somebody changed the rule since it was read."
