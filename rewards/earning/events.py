"""Facts of earning."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChanged:
    """A version of a rule was saved."""

    code: str
    version: int
