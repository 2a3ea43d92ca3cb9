"""Words of posters."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType
from uuid import UUID

from rewards.activities.types import OccasionId
from rewards.network.types import NodeId

PosterId = NewType("PosterId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """A code on paper, for all that happens at a node, in a zone of its space, or for one occasion.

    `label` is sixteen random hexadecimal digits that stand for it in its code;
    `key` proves that the code is ours. `place`: where it hangs, so that staff
    find it again. `revoked_at` None: it is good.
    """

    id: PosterId
    label: str
    key: bytes = field(repr=False)
    node_id: NodeId
    node_path: str
    zone_id: UUID | None
    occasion_id: OccasionId | None
    place: str
    issued_by: str
    issued_at: datetime
    revoked_by: str | None
    revoked_at: datetime | None
