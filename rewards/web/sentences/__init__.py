"""Refusals, notices, awards and lines of the history as sentences for the person.

The words are those of the pages; the API gives the same ones to its clients.
"""

from .awards import explain_award, kind_name
from .entries import entry_title, entry_why, explain_entry
from .notices import explain_notice
from .refusals import explain, explain_status
from .rule_names import field_name, rule_name
from .words import Sentence

__all__ = [
    "Sentence",
    "entry_title",
    "entry_why",
    "explain",
    "explain_award",
    "explain_entry",
    "explain_notice",
    "explain_status",
    "field_name",
    "kind_name",
    "rule_name",
]
