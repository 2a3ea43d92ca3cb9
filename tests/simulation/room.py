"""The stockroom as one would keep it on paper: what waits for a second person, what is sent."""

from dataclasses import dataclass, field

from .exchange import PaperItem


@dataclass(kw_only=True)
class PaperChange:
    """What somebody wants a level changed by; `is_found`: a count of the shelf came to it."""

    item: PaperItem
    quantity: int
    by: object
    is_found: bool = False
    is_open: bool = True


@dataclass(kw_only=True)
class PaperTransfer:
    source: PaperItem
    target: PaperItem
    quantity: int
    by: object
    is_open: bool = True


@dataclass(kw_only=True)
class PaperWish:
    target: int
    given: int = 0


@dataclass(kw_only=True)
class PaperStocktake:
    """For each item what was counted, beside what the shelf held at that moment."""

    counts: list[list[tuple[int, int]]]

    def is_ready(self):
        """Tell whether all was counted, and what differs not once only."""
        return all(self.counts) and not any(map(self._is_doubtful, self.counts))

    def list_found(self):
        """Return by how much each item differs, after its last count."""
        return [counts[-1][0] - counts[-1][1] for counts in self.counts]

    def _is_doubtful(self, counts):
        differing = [number for number, (found, told) in enumerate(counts) if found != told]
        return differing == [len(counts) - 1]


@dataclass(kw_only=True)
class PaperRoom:
    """The room behind the shelf, and the shelf of another station that things are sent to."""

    far: list[PaperItem]
    changes: list[PaperChange] = field(default_factory=list)
    transfers: list[PaperTransfer] = field(default_factory=list)
    wishes: list[PaperWish] = field(default_factory=list)
    stocktake: PaperStocktake | None = None

    def list_waiting(self):
        return [change for change in self.changes if change.is_open]

    def list_sent(self):
        return [transfer for transfer in self.transfers if transfer.is_open]

    def may_ask(self, item):
        is_found = any(change.is_found for change in self.list_waiting() if change.item is item)
        return self.stocktake is None and not is_found
