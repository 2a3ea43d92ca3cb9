"""Words of wishes."""

from typing import NewType
from uuid import UUID

WishId = NewType("WishId", UUID)
