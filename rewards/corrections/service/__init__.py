"""Use cases of corrections: take an entry back, give or take points, decide as a second person.

Every one says why, is audited, and is told to the participant. Nobody acts on
their own account. Locks are taken in one order: the participant's account, the
staff account, the correction.
"""

from .adjustments import adjust
from .awards import award
from .decisions import decide, erase_notes
from .reversals import reverse

__all__ = ["adjust", "award", "decide", "erase_notes", "reverse"]
