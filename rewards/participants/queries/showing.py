"""Reads of what participants agreed to, and of how they may be shown."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from rewards.core.db import db

from .. import rules
from ..models import ConsentRow, NicknameRemovalRow
from ..types import BoardDisplay, Consent, ConsentKind, NicknameRemoval, Participant
from .lookups import get_identity


def list_consents(participant_id: UUID) -> tuple[Consent, ...]:
    """Return what a participant agreed to and withdrew, oldest first."""
    rows = db.session.execute(
        sa.select(
            ConsentRow.kind,
            ConsentRow.choice,
            ConsentRow.text_version,
            ConsentRow.channel,
            ConsentRow.recorded_at,
        )
        .where(ConsentRow.participant_id == participant_id)
        .order_by(ConsentRow.recorded_at, ConsentRow.id)
    )
    return tuple(Consent(**row._asdict()) for row in rows)


def has_chosen_display(participant: Participant) -> bool:
    """Tell whether a participant was asked, and answered, how to be shown on boards.

    Whoever is shown agreed to what was asked then: they are asked again once the wording says
    more. Nobody is asked again who does not want to be shown.
    """
    if participant.board_display is not BoardDisplay.HIDDEN:
        return participant.id in list_agreed([participant.id])
    # The first row is that of registering, where nobody is shown unless they say so.
    return len([each for each in list_consents(participant.id) if _is_of_boards(each)]) > 1


def list_agreed(ids: Collection[UUID]) -> frozenset[UUID]:
    """Return who of *ids* said how to be shown in answer to the wording of today."""
    rows = db.session.execute(
        sa.select(ConsentRow.participant_id, ConsentRow.text_version)
        .where(
            ConsentRow.participant_id.in_(list(ids)), ConsentRow.kind == ConsentKind.PUBLIC_BOARD
        )
        .order_by(ConsentRow.recorded_at, ConsentRow.id)
    )
    latest = {row.participant_id: row.text_version for row in rows}
    return frozenset(
        each for each, version in latest.items() if version == rules.CONSENT_TEXT_VERSION
    )


def find_open_removal(participant_id: UUID) -> NicknameRemoval | None:
    """Return the nickname that staff took off last, until its owner has chosen anew."""
    row = db.session.execute(
        sa.select(
            NicknameRemovalRow.nickname, NicknameRemovalRow.reason, NicknameRemovalRow.removed_at
        )
        .where(NicknameRemovalRow.participant_id == participant_id)
        .order_by(NicknameRemovalRow.removed_at.desc(), NicknameRemovalRow.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    chosen = [each for each in list_consents(participant_id) if _is_of_boards(each)]
    if chosen and chosen[-1].recorded_at > row.removed_at:
        return None
    return NicknameRemoval(**row._asdict())


def read_nickname(*, participant_id: UUID, display: BoardDisplay, nickname: str) -> str:
    """Return a nickname as its owner would be shown by it, empty where none is given.

    :raises NicknameRequiredError: if it is to be shown and there is none.
    :raises InvalidNameError: if it is not good.
    :raises NicknameTellsError: if it tells who it is.
    :raises NicknameImitatesError: if it looks like what a board writes itself.
    :raises NicknameRemovedError: if staff took it off the boards before.
    """
    chosen = rules.choose_nickname(display, nickname)
    if chosen:
        removed = db.session.scalars(
            sa.select(NicknameRemovalRow.nickname).where(
                NicknameRemovalRow.participant_id == participant_id
            )
        )
        name = get_identity(participant_id).name
        rules.check_nickname(chosen, name=name, removed=removed.all())
    return chosen


def _is_of_boards(consent: Consent) -> bool:
    return consent.kind is ConsentKind.PUBLIC_BOARD
