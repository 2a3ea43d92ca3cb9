"""Writing down posters: which there are, and which are good no longer."""

import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from rewards.activities.types import OccasionId
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import operation
from rewards.network.types import NodeId

from ..models import PosterRow
from ..types import PosterId

LABEL_BYTES = 8


@operation
def add_poster(
    *,
    node_id: NodeId,
    node_path: str,
    zone_id: UUID | None,
    occasion_id: OccasionId | None,
    place: str,
    issued_by: str,
    now: datetime,
) -> PosterId:
    """Keep a new poster and return what it is known by."""
    poster_id = PosterId(new_id())
    db.session.execute(
        sa.insert(PosterRow).values(
            id=poster_id,
            label=secrets.token_hex(LABEL_BYTES),
            node_id=node_id,
            node_path=node_path,
            zone_id=zone_id,
            occasion_id=occasion_id,
            place=place,
            issued_by=issued_by,
            issued_at=now,
        )
    )
    return poster_id


@operation
def revoke_poster(poster_id: PosterId, *, revoked_by: str, now: datetime) -> bool:
    """Take a poster out of use; tell whether it was good until now."""
    revoked = db.session.execute(
        sa.update(PosterRow)
        .where(PosterRow.id == poster_id, PosterRow.revoked_at.is_(None))
        .values(revoked_by=revoked_by, revoked_at=now)
        .returning(PosterRow.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return revoked is not None
