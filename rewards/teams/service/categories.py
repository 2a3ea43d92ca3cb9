"""The categories of teams: the special ones of a center, and which are offered."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core.db import db
from rewards.core.ids import new_label
from rewards.core.unit import use_case
from rewards.network import queries as network
from rewards.network.rules import center_path

from .. import queries, rules
from ..errors import CategoryExistsError
from ..models import TeamCategoryRow
from ..types import Category


@use_case
def add_category(*, actor: Actor, node_id: UUID, name: str, now: datetime) -> Category:
    """Add a special category, for the teams of the center of a node.

    :raises NodeNotFoundError: if there is no such node.
    :raises NotAllowedError: if the actor may not shape the network of the center.
    :raises InvalidTeamError: if the name is not good.
    :raises CategoryExistsError: if there is one of that name.
    """
    center = network.list_ancestors(network.get_node(node_id).path)[0]
    access.authorize(actor, Verb.MANAGE_NETWORK, center.path)
    spelled = rules.normalize_category(name)
    _hold_order()
    if any(each.name == spelled for each in queries.list_categories(center.path, hidden_too=True)):
        raise CategoryExistsError
    row = TeamCategoryRow
    code = new_label()
    position = sa.select(sa.func.max(row.position) + 1).scalar_subquery()
    db.session.execute(
        sa.insert(row).values(
            code=code,
            name=spelled,
            is_standing=False,
            is_hidden=False,
            position=position,
            node_id=center.id,
        )
    )
    _audit(actor, "team-category.added", code, center.id, now=now)
    return queries.get_category(code, node_path=center.path)


@use_case
def set_category_hidden(
    *, actor: Actor, node_id: UUID, code: str, is_hidden: bool, now: datetime
) -> Category:
    """Offer a category to new teams no more, or again; one of all centers by who may in each.

    :raises NodeNotFoundError: if there is no such node.
    :raises CategoryUnknownError: if the center of the node has no such category.
    :raises NotAllowedError: if the actor may not shape the network where it is offered.
    """
    center = network.list_ancestors(network.get_node(node_id).path)[0]
    category = queries.get_category(code, node_path=center.path)
    where = (
        [category.node_path]
        if category.node_path
        else [center_path(each.path) for each in network.list_centers()]
    )
    for path in where:
        access.authorize(actor, Verb.MANAGE_NETWORK, path)
    db.session.execute(
        sa.update(TeamCategoryRow)
        .where(TeamCategoryRow.code == code)
        .values(is_hidden=is_hidden)
        .execution_options(synchronize_session=False)
    )
    action = "team-category.hidden" if is_hidden else "team-category.shown"
    _audit(actor, action, code, center.id, now=now)
    return queries.get_category(code, node_path=center.path)


def _hold_order() -> None:
    # Whoever adds at the same moment waits, and takes the next place.
    first = sa.select(TeamCategoryRow.code).where(TeamCategoryRow.position == 1)
    db.session.execute(first.with_for_update())


def _audit(actor: Actor, action: str, code: str, node_id: UUID, *, now: datetime) -> None:
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=node_id,
        subject=f"team-category:{code}",
        details={},
        now=now,
    )
