"""The keys of the codes of occasions."""

import secrets

import sqlalchemy as sa

from rewards.core.db import db
from rewards.core.unit import operation

from ..models import OccasionRow
from ..types import OccasionId

KEY_BYTES = 32


@operation
def change_code_key(occasion_id: OccasionId) -> None:
    """Give an occasion another key, so that all codes made with the old one are void."""
    db.session.execute(
        sa.update(OccasionRow)
        .where(OccasionRow.id == occasion_id)
        .values(code_key=secrets.token_bytes(KEY_BYTES))
    )
