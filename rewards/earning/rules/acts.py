"""What rules look at in an attendance, and whether an act that staff enter may be judged."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from rewards.core import clock

from ..errors import AmountOutOfRangeError, ApprovalMissingError
from ..types import Act, Award, Rule, RuleSet, Why
from .evaluation import list_main


class Attended(Protocol):
    """An occasion, as far as rules look at it."""

    @property
    def rule_code(self) -> str:
        """Return the rule that attendance is judged by."""

    @property
    def node_path(self) -> str:
        """Return where it is."""

    @property
    def starts_at(self) -> datetime:
        """Return when it starts."""

    @property
    def ends_at(self) -> datetime:
        """Return when it ends."""


def attend(
    occasion: Attended,
    *,
    minutes: int | None,
    at: datetime,
    verified: frozenset[str],
    zone: ZoneInfo,
) -> Act:
    """Return the act of attending *occasion* for so many *minutes*, up to the moment *at*.

    It counts for the local day on which the occasion starts.
    """
    return Act(
        codes=(occasion.rule_code,),
        node_path=occasion.node_path,
        day=clock.local_date(occasion.starts_at, zone),
        minutes=minutes,
        ended_at=min(at, occasion.ends_at).astimezone(zone),
        verified=verified,
    )


def list_verified(awards: Iterable[Award]) -> frozenset[str]:
    """Return what somebody had made sure of when *awards* were given."""
    return frozenset(award.needs for award in awards if award.needs and not award.why)


def list_unverified(awards: Iterable[Award]) -> frozenset[str]:
    """Return what nobody had made sure of when *awards* were given, so that one gave nothing."""
    return frozenset(award.needs for award in awards if award.why is Why.NOT_VERIFIED)


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
