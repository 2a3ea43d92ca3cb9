"""Whether what Redis holds was made of these books.

It may hold the boards of another ledger: a file that lay in its folder, or what
it kept while the database was restored to an earlier moment. The worker makes
them anew at once; until then nobody is shown them.
"""

from rewards.ledger import queries as ledger
from rewards.ledger.types import ChainHead

from .. import rules
from ..types import BoardKey

# The last head of each center that the chain was asked for and has.
_known: dict[str, ChainHead] = {}


def is_ours(key: BoardKey, head: ChainHead | None) -> bool:
    """Tell whether the chain has *head*, which the boards that hold *key* stand at."""
    if head is None:
        return False
    center = rules.find_center(key.node_path)
    if _known.get(center) == head:
        return True
    if ledger.find_seal_hash(head.seq) != head.hash:
        return False
    _known[center] = head
    return True


def forget() -> None:
    """Forget what the chain was asked for, as when another database is opened."""
    _known.clear()
