"""Reads of photographs of reward items."""

import sqlalchemy as sa

from rewards.core.db import db

from ..errors import PictureNotFoundError
from ..models import RewardPictureRow
from ..types import Photograph


def get_picture(digest: str, *, is_small: bool = False) -> Photograph:
    """Return the photograph of that digest, or its thumbnail.

    :raises PictureNotFoundError: if no item shows it.
    """
    row = RewardPictureRow
    content = row.thumbnail if is_small else row.content
    # Two spaces may have uploaded the same one.
    found = db.session.execute(
        sa.select(row.media_type, content.label("content")).where(row.digest == digest).limit(1)
    ).one_or_none()
    if found is None:
        raise PictureNotFoundError
    return Photograph(media_type=found.media_type, content=found.content)
