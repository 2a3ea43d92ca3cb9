"""The forms of corrections: what was typed, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from rewards.corrections import rules
from rewards.corrections.errors import InvalidAmountError, NoteRequiredError
from rewards.web import formats

TAKE = "take"
DIGITS_MAX = 5
WORDS_MAX = 120

GIVING: Mapping[str, LazyString] = {
    "missed": lazy_gettext("漏记了活动"),
    "fault": lazy_gettext("系统出过故障"),
    "thanks": lazy_gettext("现场表扬"),
    "taken": lazy_gettext("上次扣错了"),
}
TAKING: Mapping[str, LazyString] = {
    "twice": lazy_gettext("重复记了分"),
    "wrong_person": lazy_gettext("记到别人头上了"),
    "absent": lazy_gettext("人没有到现场"),
}


@dataclass(slots=True)
class Draft:
    """What the form holds. `points` and `note` are those of the use case, once `errors` is empty.

    `points` is below zero where points are taken.
    """

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    points: int = 0
    note: str = ""


def read_adjustment(form: Mapping[str, str]) -> Draft:
    """Return the draft of points that are given or taken."""
    draft = read_note(form, {**GIVING, **TAKING})
    text = form.get("points", "").strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX
    if form.get("direction") not in {"give", TAKE}:
        draft.errors["direction"] = _("请选加分还是减分")
    try:
        points = int(text) if is_number else 0
        rules.check_amount(points)
    except InvalidAmountError:
        draft.errors["points"] = _(
            "请填分数，1 到 %(points)s，例如 20", points=formats.number(rules.POINTS_MAX)
        )
    else:
        draft.points = -points if form.get("direction") == TAKE else points
    return draft


def read_note(form: Mapping[str, str], choices: Mapping[str, LazyString]) -> Draft:
    """Return the draft of a reason: one of the common ones, words, or both."""
    draft = Draft(typed=form)
    common = choices.get(form.get("reason", ""))
    words = form.get("words", "").strip()
    if common is not None and words:
        note = _("%(reason)s：%(words)s", reason=common, words=words)
    else:
        note = str(common or words)
    try:
        draft.note = rules.normalize_note(note)
    except NoteRequiredError:
        draft.errors["words"] = (
            _("请选一个原因，或写几个字说明，最多 %(n)s 个字", n=WORDS_MAX)
            if choices
            else _("请写几个字说明，最多 %(n)s 个字", n=WORDS_MAX)
        )
    return draft
