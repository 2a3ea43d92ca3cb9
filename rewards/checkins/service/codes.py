"""The keys behind codes: voided as soon as a code is where it should not be."""

from datetime import datetime

from rewards.access import operations as audit_trail
from rewards.access import rules as access
from rewards.access.types import Actor, Verb
from rewards.activities import operations as planning
from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.core.unit import use_case


@use_case
def rotate_code(*, actor: Actor, occasion_id: OccasionId, now: datetime) -> Occasion:
    """Void every code and all digits of an occasion at once, and begin new ones.

    Whoever scanned before keeps the scan. Posters have keys of their own.

    :raises OccasionNotFoundError: if there is none.
    :raises NotAllowedError: if the actor may not show its code.
    """
    occasion = activities.get_occasion(occasion_id)
    access.authorize(actor, Verb.SHOW_CODE, occasion.node_path)
    planning.change_code_key(occasion_id)
    audit_trail.audit(
        actor=actor,
        action="occasion.code-rotated",
        node_id=occasion.node_id,
        subject=f"occasion:{occasion_id.hex}",
        details={},
        now=now,
    )
    return activities.get_occasion(occasion_id)
