"""Whether an act that staff enter may be judged at all."""

from ..errors import AmountOutOfRangeError, ApprovalMissingError
from ..types import Act, Rule, RuleSet
from .evaluation import list_main


def check_act(rule_set: RuleSet, act: Act) -> None:
    """Check an act whose amount somebody chose.

    :raises UnknownRuleError: if a rule of the act is not in force.
    :raises AmountOutOfRangeError: if the rule does not give so much, or so little.
    :raises ApprovalMissingError: if too few people stand behind the amount.
    """
    for rule in list_main(rule_set, act):
        if rule.amount_max:
            _check_amount(rule, act)


def _check_amount(rule: Rule, act: Act) -> None:
    if not rule.amount_min <= act.amount <= rule.amount_max:
        raise AmountOutOfRangeError(
            field="amount", least=rule.amount_min, most=rule.amount_max, rule=rule.code
        )
    is_large = rule.approvers and act.amount > rule.approvers_above
    if is_large and len(act.approved_by) < rule.approvers:
        raise ApprovalMissingError(
            required=rule.approvers, above=rule.approvers_above, rule=rule.code
        )
