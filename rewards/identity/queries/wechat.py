"""Reads of the WeChat accounts that participants linked."""

import sqlalchemy as sa

from rewards.access.types import (
    ParticipantId,
)
from rewards.core.checks import FOUND_MAX, Scope, Violation
from rewards.core.db import db, table_of
from rewards.participants import queries as participants

from ..models import WechatLinkRow


def find_by_wechat(openid_lookup: str) -> ParticipantId | None:
    """Return who linked a WeChat account."""
    found = db.session.scalar(
        sa.select(WechatLinkRow.participant_id).where(WechatLinkRow.openid_lookup == openid_lookup)
    )
    return None if found is None else ParticipantId(found)


def has_wechat(participant_id: ParticipantId) -> bool:
    """Tell whether a participant linked a WeChat account."""
    row = WechatLinkRow
    found = sa.select(row.id).where(row.participant_id == participant_id)
    return db.session.scalar(sa.select(found.exists())) is True


def list_kept_links(connection: sa.Connection, _scope: Scope) -> tuple[Violation, ...]:
    """Return the closed accounts that a WeChat account still signs in to (I22)."""
    about = table_of(WechatLinkRow).c.participant_id
    kept = sa.select(about).where(about.in_(participants.select_closed_ids())).limit(FOUND_MAX)
    return tuple(map(participants.tell_unforgotten, connection.scalars(kept)))
