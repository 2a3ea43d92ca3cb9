"""What a form was opened with, sent along with it: the rest others may have changed meanwhile."""

import json
from collections.abc import Callable, Mapping
from typing import Any

FIELD = "seen"


def note(shown: Mapping[str, str]) -> str:
    """Return what a form was filled in with when it was opened, to be sent along with it."""
    return json.dumps(shown, ensure_ascii=False)


def list_changes(
    values: Mapping[str, Any],
    typed: Mapping[str, str],
    read: Callable[[Mapping[str, str]], Mapping[str, Any]],
) -> dict[str, Any]:
    """Return those of *values* that somebody changed in a form.

    *read* makes values of what a form shows. Of a form that does not tell what
    it was opened with, everything counts.
    """
    shown = _read(typed.get(FIELD, ""))
    before = read(shown) if shown else {}
    return {
        name: value for name, value in values.items() if name not in before or value != before[name]
    }


def _read(text: str) -> Mapping[str, str]:
    try:
        shown = json.loads(text)
    except (RecursionError, ValueError):
        return {}
    is_form = isinstance(shown, dict) and all(isinstance(each, str) for each in shown.values())
    return shown if is_form else {}
