"""Prices and photographs of reward items, as they are written down."""

from datetime import datetime

import sqlalchemy as sa

from rewards.access.types import Actor
from rewards.core.db import db, insert
from rewards.core.ids import new_id
from rewards.core.pictures import Picture
from rewards.core.unit import operation

from ..models import RewardPictureRow, RewardPriceRow, RewardRow, SpaceRow
from ..types import PictureId, RewardId, SpaceId


@operation
def lock_reward(reward_id: RewardId) -> None:
    """Have others who change the item wait until the unit ends; who reserves it does not."""
    db.session.execute(
        sa.select(RewardRow.id).where(RewardRow.id == reward_id).with_for_update(key_share=True)
    )


@operation
def note_price(*, reward_id: RewardId, points: int, actor: Actor, now: datetime) -> None:
    """Write down what an item costs from now on."""
    db.session.execute(
        sa.insert(RewardPriceRow).values(
            reward_id=reward_id, points=points, valid_from=now, changed_by=actor.principal
        )
    )


@operation
def lock_pictures(space_id: SpaceId) -> None:
    """Have others who change photographs of the space wait until the unit ends.

    Several items may show one photograph: while it is shown by one more, nobody may find that
    no item shows it.
    """
    db.session.execute(
        sa.select(SpaceRow.id).where(SpaceRow.id == space_id).with_for_update(key_share=True)
    )


@operation
def keep_picture(*, space_id: SpaceId, picture: Picture, actor: Actor, now: datetime) -> PictureId:
    """Keep a photograph, once however many items of the space show it."""
    db.session.execute(
        insert(RewardPictureRow)
        .values(
            id=new_id(),
            space_id=space_id,
            media_type=picture.media_type,
            content=picture.content,
            thumbnail=picture.thumbnail,
            width=picture.width,
            height=picture.height,
            digest=picture.digest,
            uploaded_by=actor.principal,
            uploaded_at=now,
        )
        .on_conflict_do_nothing(index_elements=["space_id", "digest"])
    )
    return PictureId(
        db.session.scalars(
            sa.select(RewardPictureRow.id).where(
                RewardPictureRow.space_id == space_id, RewardPictureRow.digest == picture.digest
            )
        ).one()
    )


@operation
def show_picture(*, reward_id: RewardId, picture_id: PictureId | None) -> None:
    """Show an item by a photograph, or by its drawing (None)."""
    db.session.execute(
        sa.update(RewardRow)
        .where(RewardRow.id == reward_id)
        .values(picture_id=picture_id)
        .execution_options(synchronize_session=False)
    )


@operation
def drop_picture(picture_id: PictureId) -> None:
    """Delete a photograph that no item shows any more."""
    is_shown = sa.exists().where(RewardRow.picture_id == picture_id)
    db.session.execute(
        sa.delete(RewardPictureRow)
        .where(RewardPictureRow.id == picture_id, ~is_shown)
        .execution_options(synchronize_session=False)
    )
