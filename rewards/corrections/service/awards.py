"""Acts that staff saw, valued by a rule."""

from dataclasses import replace
from datetime import date, datetime

from rewards.access.types import Actor, ParticipantId
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.earning import queries as earning
from rewards.earning.rules import check_act, get_rule
from rewards.earning.types import Act
from rewards.ledger.types import Asset, Balance
from rewards.network.types import NodeId

from .. import operations, rules
from ..operations import Draft
from ..types import Correction, CorrectionId, CorrectionKind
from .common import (
    audit,
    check_daily,
    get_open,
    get_place,
    left_alone,
    lock,
    post_award,
    tell_awarded,
    today,
)


@use_case
def award(
    *,
    actor: Actor,
    participant_id: ParticipantId,
    node_id: NodeId,
    rule_code: str,
    quantity: int = 1,
    score: int | None = None,
    minutes: int | None = None,
    points: int = 0,
    day: date | None = None,
    note: str,
    now: datetime,
) -> Correction:
    """Enter an act of a day that a rule values, under the caps of the rule.

    *points* is for rules that leave the amount to staff; where such a rule
    wants more people for it, it waits for a second person and counts for the
    day on which it was asked for; what the actor gave the participant on that
    day before counts with it.

    :raises NodeNotFoundError: if there is no such node.
    :raises NotAllowedError: if the actor may not correct the books at the node.
    :raises NodeClosedError: if the node is closed.
    :raises ParticipantNotFoundError: if there is no such participant in the center of the node.
    :raises ParticipantClosedError: if the participant's account is closed.
    :raises NotEnteredError: if what the rule values is not entered by hand.
    :raises UnknownRuleError: if the rule is not in force.
    :raises InvalidDayError: if the day lies ahead, or too far back.
    :raises AmountOutOfRangeError: if the rule does not give so much, or so little.
    :raises NoteRequiredError: if no reason is given.
    :raises OwnAccountError: if it is the actor's own account.
    :raises DailyLimitError: if the actor has given as much today as one may.
    :raises NothingAwardedError: if a cap is reached or a condition is not met.
    """
    node = get_place(actor, node_id)
    rules.check_entered(rule_code)
    rules.check_day(day or today(now), today=today(now))
    rule_set = earning.get_rule_set(now)
    rule = get_rule(rule_set, rule_code, node_path=node.path)
    act = Act(
        codes=(rule_code,),
        node_path=node.path,
        day=day or today(now),
        quantity=quantity,
        score=score,
        minutes=minutes,
        # Other rules say themselves what an act is worth.
        amount=points if rule.amount_max else 0,
        is_vouched=rule_code in rules.VOUCHED,
    )
    participant_id = get_open(participant_id, node.path)
    note = rules.normalize_note(note)
    account, own = lock(actor, participant_id)
    check_daily(actor, act.amount, now=now)
    alone_max = rules.alone_max(rule)
    if act.amount:
        alone_max = left_alone(actor, participant_id, act.amount, limit=alone_max, now=now)
    draft = Draft(
        id=CorrectionId(new_id()),
        kind=CorrectionKind.AWARD,
        participant_id=participant_id,
        node_id=node.id,
        node_path=node.path,
        asset=Asset.POINTS,
        amount=act.amount,
        note=note,
        rule_code=rule_code,
        alone_max=alone_max,
    )
    if not rules.needs_second(act.amount, alone_max=alone_max):
        return _give(draft, act, account=account, actor=actor, own=own, now=now)
    # Whether it may be asked for at all; who stands behind it is yet to come.
    check_act(rule_set, replace(act, approved_by=rules.any_approvers(rule)))
    asked = operations.open_correction(draft, actor=actor, own=own, applied_entry_id=None, now=now)
    audit(actor, "correction.requested", asked, now=now)
    return asked


def _give(
    draft: Draft,
    act: Act,
    *,
    account: Balance,
    actor: Actor,
    own: ParticipantId | None,
    now: datetime,
) -> Correction:
    entry_id, given = post_award(draft, act, account=account, entered_by=actor.principal, now=now)
    awarded = operations.open_correction(
        replace(draft, amount=given), actor=actor, own=own, applied_entry_id=entry_id, now=now
    )
    audit(actor, "correction.awarded", awarded, now=now)
    tell_awarded(awarded, given, now=now)
    return awarded
