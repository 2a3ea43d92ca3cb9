"""Templates: an occasion kept without its day, to be held again."""

from datetime import datetime

import sqlalchemy as sa

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.core import clock
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import use_case

from .. import queries, rules
from ..models import OccasionTemplateRow
from ..types import OccasionId, Template, TemplateId


@use_case
def keep_template(*, actor: Actor, occasion_id: OccasionId, name: str, now: datetime) -> Template:
    """Keep what an occasion is like under a name, for its node and those below it.

    :raises OccasionNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage occasions there.
    """
    occasion = queries.get_occasion(occasion_id)
    access.authorize(actor, Verb.MANAGE_OCCASION, occasion.node_path)
    start, minutes = rules.wall_times(occasion, clock.zone())
    template_id = TemplateId(new_id())
    db.session.execute(
        sa.insert(OccasionTemplateRow).values(
            id=template_id,
            node_id=occasion.node_id,
            node_path=occasion.node_path,
            name=name,
            details=rules.write_details(rules.details_of(occasion)),
            start=start,
            minutes=minutes,
            created_by=actor.principal,
            created_at=now,
        )
    )
    template = queries.get_template(template_id)
    _audit(actor, "template.kept", template, now=now)
    return template


@use_case
def remove_template(*, actor: Actor, template_id: TemplateId, now: datetime) -> None:
    """Remove a template; what was planned by it stays.

    :raises TemplateNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not manage occasions there.
    """
    template = queries.get_template(template_id)
    access.authorize(actor, Verb.MANAGE_OCCASION, template.node_path)
    db.session.execute(sa.delete(OccasionTemplateRow).where(OccasionTemplateRow.id == template_id))
    _audit(actor, "template.removed", template, now=now)


def _audit(actor: Actor, action: str, template: Template, *, now: datetime) -> None:
    audit_trail.audit(
        actor=actor,
        action=action,
        node_id=template.node_id,
        subject=f"template:{template.id.hex}",
        details={},
        now=now,
    )
