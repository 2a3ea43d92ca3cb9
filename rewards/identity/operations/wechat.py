"""Writes of the links between participants and their WeChat accounts."""

from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import ParticipantId
from rewards.core.db import db
from rewards.core.ids import new_id
from rewards.core.unit import operation

from ..models import WechatLinkRow


@operation
def link_wechat(*, participant_id: ParticipantId, openid_lookup: str, now: datetime) -> None:
    """Let a WeChat account sign a participant in: it and no other, and nobody else by it."""
    row = WechatLinkRow
    db.session.execute(
        sa.delete(row).where(
            sa.or_(row.participant_id == participant_id, row.openid_lookup == openid_lookup)
        )
    )
    db.session.execute(
        sa.insert(row).values(
            id=new_id(), participant_id=participant_id, openid_lookup=openid_lookup, linked_at=now
        )
    )


@operation
def unlink_wechat(*, participant_id: ParticipantId) -> None:
    """Let no WeChat account sign a participant in any more."""
    db.session.execute(
        sa.delete(WechatLinkRow).where(WechatLinkRow.participant_id == participant_id)
    )
