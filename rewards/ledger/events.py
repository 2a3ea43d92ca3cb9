"""Facts of the books."""

from dataclasses import dataclass
from datetime import datetime

from rewards.access.types import Actor

from .types import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryReversed:
    """What an entry gave is being taken back, or what it took is being returned."""

    entry: Entry
    actor: Actor
    at: datetime
