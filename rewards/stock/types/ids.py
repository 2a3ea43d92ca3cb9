"""Identifiers of spaces, reward items and what belongs to them."""

from typing import NewType
from uuid import UUID

SpaceId = NewType("SpaceId", UUID)
RewardId = NewType("RewardId", UUID)
ZoneId = NewType("ZoneId", UUID)
PictureId = NewType("PictureId", UUID)
SlotId = NewType("SlotId", UUID)
