"""Lines of the history with all that is known of them: attendance that earned nothing too."""

from flask_babel import gettext

from rewards.ledger.types import Reason
from rewards.web.history import Line

from .entries import entry_title, entry_why
from .fates import entered_by, explain_nothing, needs_origin, tell_fate
from .rule_names import rule_name


def line_title(line: Line) -> str:
    """Return what a line is about: an entry's title, or that of the occasion."""
    if line.entry is not None:
        return entry_title(line.entry)
    assert line.occasion is not None
    return line.occasion.title


def line_why(line: Line) -> str:
    """Return why a line has its amount, or why there is none."""
    if line.entry is not None:
        return entry_why(line.entry)
    assert line.attendance is not None
    return explain_nothing(line.attendance)


def line_fates(line: Line, *, is_brief: bool = False) -> tuple[str, ...]:
    """Return what became of a line, a sentence each; in brief, only where something did."""
    return () if line.fate is None else tell_fate(line.fate, is_brief=is_brief)


def line_origin(line: Line) -> str:
    """Return whose word a line stands on, "" where that does not matter."""
    if line.entry is not None and not needs_origin(line.entry):
        return ""
    return entered_by(is_entered=line.is_entered)


def line_rule(line: Line) -> str:
    """Return by which rule, and in which version of it: 志愿服务，第3版; "" without one."""
    entry = line.entry
    if entry is None or not entry.rule_code or entry.reason is Reason.REVERSAL:
        return ""
    name = rule_name(entry.rule_code)
    return str(gettext("%(name)s，第%(version)s版", name=name, version=entry.rule_version))
