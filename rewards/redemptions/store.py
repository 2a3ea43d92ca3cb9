"""What this deployment lets everybody have, set once by the composition root."""

from . import rules
from .types import Terms

_terms = [rules.DEFAULT_TERMS]


def use_terms(terms: Terms) -> None:
    """Set what holds for everybody."""
    _terms[:] = [terms]


def terms() -> Terms:
    """Return what holds for everybody."""
    return _terms[0]
