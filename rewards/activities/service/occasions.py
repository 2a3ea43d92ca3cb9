"""Planning occasions."""

import secrets
from datetime import datetime
from typing import Any, Unpack

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core import unit
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.rules import center_path
from rewards.network.types import Node, NodeId
from rewards.teams.types import TeamId

from .. import operations, queries, rules
from ..errors import OccasionCancelledError
from ..events import OccasionCancelled, OccasionChanged
from ..models import OccasionRow
from ..types import NO_POINTS, Occasion, OccasionId, OccasionKind, OccasionStatus, Terms
from .changing import check_heads, hold, new_places, new_times, revised
from .crews import new_team, team_of

CODE_LABEL_BYTES = 8
CODE_KEY_BYTES = 32
# What says nothing about what people were told they would get for coming.
CHANGED_FREELY = ("title", "place", "team", *Terms.__annotations__)


@use_case
def create_occasion(
    *,
    actor: Actor,
    kind: OccasionKind,
    title: str,
    node_id: NodeId,
    starts_at: datetime,
    ends_at: datetime,
    capacity: int | None = None,
    requires_check_out: bool | None = None,
    rule_code: str | None = None,
    place: str = "",
    team: str = "",
    team_id: TeamId | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    counts_heads: bool = False,
    now: datetime,
    **terms: Unpack[Terms],
) -> Occasion:
    """Plan an occasion at a node; one that *counts_heads* takes no names and gives no points.

    One of a team of ours says so on its poster, unless that says something else.

    :raises NotAllowedError: if the actor may not manage occasions there, or calls a muster
        without being of the center.
    :raises NodeClosedError: if the node is closed.
    :raises OccasionStartError: if it would start years ago, or many years from now.
    :raises OccasionTimesError: if the times do not fit together.
    :raises OccasionRuleError: if the rule does not go with the kind.
    :raises CheckOutRequiredError: if a service shift is wanted without check-out.
    :raises NamelessOccasionError: if only heads are counted, but something else is asked too.
    :raises OccasionRequirementsError: if what is asked of those who come is not good.
    :raises TeamNotFoundError: if the center has no such team.
    :raises TeamClosedError: if the team is closed.
    """
    node = network.get_open_node(node_id)
    access.authorize(actor, Verb.MANAGE_OCCASION, node.path)
    rules.check_new_times(starts_at=starts_at, ends_at=ends_at, now=now)
    if counts_heads:
        rules.check_nameless(rule_code, requires_check_out, capacity, terms)
    rule = _choose_rule(actor, node, kind, NO_POINTS if counts_heads else rule_code)
    opens, closes = rules.choose_window(
        rule_code=rule,
        starts_at=starts_at,
        ends_at=ends_at,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    rules.check_terms(terms)
    rules.check_sign_up_closing(terms.get("sign_up_closes_at"), check_in_closes_at=closes)
    occasion_id = OccasionId(new_id())
    db.session.execute(
        sa.insert(OccasionRow).values(
            id=occasion_id,
            kind=kind,
            title=title,
            node_id=node.id,
            node_path=node.path,
            place=place,
            **team_of(team_id, said=team, node_path=node.path),
            starts_at=starts_at,
            ends_at=ends_at,
            opens_at=opens,
            closes_at=closes,
            capacity=capacity,
            requires_check_out=rules.choose_check_out(kind, rule, requires_check_out),
            rule_code=rule,
            counts_heads=counts_heads,
            **_new_row(actor, now=now),
            **terms,
        )
    )
    operations.set_capacity(occasion_id, capacity)
    _audit(actor, "occasion.created", node.id, occasion_id, {"kind": kind.value}, now=now)
    return queries.get_occasion(occasion_id)


@use_case
def update_occasion(
    *,
    actor: Actor,
    occasion_id: OccasionId,
    changes: dict[str, Any],
    now: datetime,
) -> Occasion:
    """Change the title, place, team, capacity, times, terms or head-count of an occasion.

    Times are fixed once check-in has opened, and so are whether places are
    counted and for which team: what people were told must hold. Only the end
    may be put off as long as people can still check out.

    :raises OccasionNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage occasions there.
    :raises OccasionCancelledError: if it was cancelled.
    :raises OccasionInUseError: if check-in is open, or more people came than would fit.
    :raises OccasionTimesError: if the times do not fit together.
    :raises OccasionRequirementsError: if what is asked of those who come is not good.
    :raises NamelessOccasionError: if only heads are counted, and something else is asked too.
    :raises HeadCountError: if a head-count is given where heads are not counted, or not yet.
    :raises TeamNotFoundError: if the center has no such team.
    :raises TeamClosedError: if the team is closed.
    """
    occasion = queries.get_occasion(occasion_id)
    access.authorize(actor, Verb.MANAGE_OCCASION, occasion.node_path)
    occasion = hold(occasion_id, changes)
    if occasion.status is OccasionStatus.CANCELLED:
        raise OccasionCancelledError
    check_heads(occasion, changes, now=now)
    values: dict[str, Any] = {name: changes[name] for name in CHANGED_FREELY if name in changes}
    rules.check_terms(values, before=occasion)
    if "starts_at" in changes or "ends_at" in changes:
        values = new_times(occasion, changes, now=now) | values
    if "capacity" in changes:
        values |= new_places(occasion, changes, now=now)
    if "team_id" in changes:
        values |= new_team(occasion, changes, now=now)
    if "head_count" in changes:
        values["head_count"] = changes["head_count"]
    if "sign_up_closes_at" in values:
        closes_at = values.get("closes_at", occasion.closes_at)
        rules.check_sign_up_closing(values["sign_up_closes_at"], check_in_closes_at=closes_at)
    if values:
        db.session.execute(
            sa.update(OccasionRow)
            .where(OccasionRow.id == occasion_id)
            .values(**values, **revised(now))
        )
        unit.announce(OccasionChanged(before=occasion, at=now))
    _audit(
        actor,
        "occasion.updated",
        occasion.node_id,
        occasion_id,
        {"fields": sorted(values), **_spell_out(occasion, values)},
        now=now,
    )
    return queries.get_occasion(occasion_id)


@use_case
def flag_failure(*, actor: Actor, occasion_id: OccasionId, note: str, now: datetime) -> Occasion:
    """Say that people could not check in as usual: what is filled in then gives points too.

    :raises OccasionNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not correct the books there.
    :raises FailureNoteError: if it is not said what failed, or nothing was held yet.
    """
    occasion = queries.get_occasion(occasion_id)
    access.authorize(actor, Verb.CORRECT, occasion.node_path)
    failure_note = rules.normalize_failure_note(note, occasion, now=now)
    db.session.execute(
        sa.update(OccasionRow)
        .where(OccasionRow.id == occasion_id)
        .values(failure_note=failure_note)
    )
    unit.announce(OccasionChanged(before=occasion, at=now))
    _audit(actor, "occasion.failure-flagged", occasion.node_id, occasion_id, {}, now=now)
    return queries.get_occasion(occasion_id)


@use_case
def cancel_occasion(*, actor: Actor, occasion_id: OccasionId, now: datetime) -> Occasion:
    """Cancel an occasion: nobody can check in any more. A second time changes nothing.

    :raises OccasionNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage occasions there.
    :raises OccasionInUseError: if somebody has checked in, whose hours would be lost.
    """
    occasion = queries.get_occasion(occasion_id)
    access.authorize(actor, Verb.MANAGE_OCCASION, occasion.node_path)
    # Whoever checks in holds the row before they look whether it is on: they are waited for, and
    # seen; who comes later finds it cancelled.
    if operations.lock_occasion(occasion_id).status is OccasionStatus.CANCELLED:
        return occasion
    unit.announce(OccasionCancelled(occasion_id=occasion_id, at=now))
    db.session.execute(
        sa.update(OccasionRow)
        .where(OccasionRow.id == occasion_id)
        .values(status=OccasionStatus.CANCELLED, **revised(now))
    )
    _audit(actor, "occasion.cancelled", occasion.node_id, occasion_id, {}, now=now)
    return queries.get_occasion(occasion_id)


def _new_row(actor: Actor, *, now: datetime) -> dict[str, Any]:
    return {
        "status": OccasionStatus.SCHEDULED,
        "created_by": actor.principal,
        "created_at": now,
        "code_label": secrets.token_hex(CODE_LABEL_BYTES),
        "code_key": secrets.token_bytes(CODE_KEY_BYTES),
    }


def _choose_rule(actor: Actor, node: Node, kind: OccasionKind, wanted: str | None) -> str:
    rule = rules.choose_rule(kind, wanted)
    if rule in rules.CALLED_BY_CENTER:
        access.authorize(actor, Verb.MANAGE_OCCASION, center_path(node.path))
    return rule


def _spell_out(occasion: Occasion, values: dict[str, Any]) -> dict[str, Any]:
    # What minutes and figures are judged by; the rest is for people to read.
    details: dict[str, Any] = {}
    if "ends_at" in values:
        details["ends_at"] = [occasion.ends_at.isoformat(), values["ends_at"].isoformat()]
    if "head_count" in values:
        details["head_count"] = [occasion.head_count, values["head_count"]]
    return details


def _audit(
    actor: Actor,
    action: str,
    node_id: NodeId,
    occasion_id: OccasionId,
    details: dict[str, Any],
    *,
    now: datetime,
) -> None:
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=node_id,
        subject=f"occasion:{occasion_id.hex}",
        details=details,
        now=now,
    )
