"""Use cases of staff: changing what acts are worth."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core import unit
from rewards.core.db import constraint_of, db
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.types import Node, NodeId

from . import queries, rules
from .errors import RuleChangedError, RuleNotFoundError, RulePeriodError
from .events import RuleChanged
from .models import PointRuleRow
from .rules import Definition
from .types import GUARD, DryRun, PastActs, RuleVersion

# The second of two who save at once finds their number taken, or the trigger in the way.
_TAKEN = frozenset({"pk_point_rules", "point_rules__follows"})


@use_case
def save_version(
    *,
    actor: Actor,
    code: str,
    changes: Definition,
    node_id: NodeId | None = None,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    note: str = "",
    after_version: int | None = None,
    now: datetime,
) -> RuleVersion:
    """Save a new version of a rule: in general, or for a node and everything below it.

    In general *changes* are what becomes different; at a node they are all
    that is different there, and none end the difference. *after_version* is
    the newest version that whoever decided has seen. It runs from now unless
    *valid_from* says later; what was given before keeps its version. One that
    was planned for the same place and would start then or later never runs.

    :raises NotAllowedError: if the actor may not manage rules there.
    :raises NodeNotFoundError: if there is no such node.
    :raises NodeClosedError: if the node is closed.
    :raises RuleNotFoundError: if there is no such rule.
    :raises RuleChangedError: if there is a newer version than *after_version*.
    :raises RulePeriodError: if it would start in the past or more than a year
        ahead, or end before it starts.
    :raises RuleUnchangedError: if nothing would be different.
    :raises RuleFieldError: if a value cannot be; and so on for each contradiction.
    """
    node = _authorize(actor, node_id)
    versions = queries.list_versions()
    node_path = node.path if node else ""
    starts_at = valid_from or now
    rules.check_period(valid_from=starts_at, valid_to=valid_to, now=now)
    definition = rules.propose(versions, code, node_path=node_path, changes=changes, at=starts_at)
    own = [each for each in versions if each.code == code]
    if after_version is not None and after_version != own[-1].version:
        raise RuleChangedError(newest=own[-1].version)
    if code == GUARD and valid_to is not None:
        # Without a most of all together, an error in one rule would have no end.
        raise RulePeriodError(field="valid_to")
    rules.check_changed(
        own, definition, node_path=node_path, valid_from=starts_at, valid_to=valid_to
    )
    replaced = rules.list_places(own, at=starts_at).get(node_path)
    before = replaced.definition if replaced else {}
    version = RuleVersion(
        code=code,
        version=own[-1].version + 1,
        node_id=node.id if node else None,
        node_path=node_path,
        definition=definition,
        valid_from=starts_at,
        valid_to=valid_to,
        note=note,
        created_by=actor.principal,
        created_at=now,
    )
    _insert(version)
    audit_trail.audit(
        actor=actor,
        action="rule.version_saved",
        node_id=version.node_id,
        subject=f"rule:{code}",
        details={
            "version": version.version,
            "fields": list(rules.list_changes(before, definition)),
            "valid_from": starts_at.isoformat(),
        },
        now=now,
    )
    unit.record(RuleChanged(code=code, version=version.version))
    return version


@use_case
def set_enabled(
    *,
    actor: Actor,
    code: str,
    enabled: bool,
    node_id: NodeId | None = None,
    note: str = "",
    now: datetime,
) -> RuleVersion:
    """Switch a rule on or off, in general or at a node, by a new version.

    :raises NotAllowedError: if the actor may not manage rules there.
    :raises RuleNotFoundError: if there is no such rule.
    """
    node = _authorize(actor, node_id)
    own = queries.list_versions(code)
    changes: dict[str, Any] = {"enabled": enabled}
    newest = rules.list_places(own, at=now).get(node.path) if node else None
    return unit.joined(save_version)(
        actor=actor,
        code=code,
        changes={**(newest.definition if newest else {}), **changes},
        node_id=node_id,
        note=note,
        now=now,
    )


@use_case
def end_override(
    *, actor: Actor, code: str, node_id: NodeId, note: str = "", now: datetime
) -> RuleVersion:
    """Let a rule be at a node what it is above it, by a new version that differs in nothing.

    :raises NotAllowedError: if the actor may not manage rules there.
    :raises RuleNotFoundError: if nothing differs at the node.
    """
    node = _authorize(actor, node_id)
    own = queries.list_versions(code)
    newest = rules.list_places(own, at=now).get(node.path) if node else None
    if newest is None or not newest.definition:
        raise RuleNotFoundError(rule=code)
    return unit.joined(save_version)(
        actor=actor, code=code, changes={}, node_id=node_id, note=note, now=now
    )


def try_out(
    *,
    actor: Actor,
    code: str,
    changes: Definition,
    node_id: NodeId | None = None,
    valid_from: datetime | None = None,
    read_past: Callable[[], PastActs],
    now: datetime,
) -> DryRun:
    """Return what a changed rule would have given for the acts that *read_past* returns.

    It is held against the rules of *valid_from*, or of now. Nothing is saved.

    :raises NotAllowedError: if the actor may not manage rules there.
    :raises NodeNotFoundError: if there is no such node.
    :raises RuleNotFoundError: if there is no such rule.
    :raises RuleFieldError: if a value cannot be; and so on for each contradiction.
    """
    node = _authorize(actor, node_id)
    versions = queries.list_versions()
    node_path = node.path if node else ""
    at = valid_from or now
    rules.check_period(valid_from=at, valid_to=None, now=now)
    definition = rules.propose(versions, code, node_path=node_path, changes=changes, at=at)
    changed = rules.preview(versions, code, node_path=node_path, definition=definition, at=at)
    return rules.compare(
        rules.build_rule_set(versions, now=at),
        rules.build_rule_set(changed, now=at),
        read_past(),
        node_path=node_path,
    )


def _authorize(actor: Actor, node_id: NodeId | None) -> Node | None:
    if node_id is None:
        # What holds everywhere is for those who answer for every center there is.
        for path in [center.path for center in network.list_centers()] or [""]:
            access.authorize(actor, Verb.MANAGE_RULES, path)
        return None
    node = network.get_open_node(node_id)
    access.authorize(actor, Verb.MANAGE_RULES, node.path)
    return node


def _insert(version: RuleVersion) -> None:
    try:
        db.session.execute(
            sa.insert(PointRuleRow).values(
                code=version.code,
                version=version.version,
                node_id=version.node_id,
                node_path=version.node_path,
                definition=dict(version.definition),
                valid_from=version.valid_from,
                valid_to=version.valid_to,
                note=version.note,
                created_by=version.created_by,
                created_at=version.created_at,
            )
        )
    except IntegrityError as error:
        if constraint_of(error) in _TAKEN:
            raise RuleChangedError(newest=version.version) from error
        raise
