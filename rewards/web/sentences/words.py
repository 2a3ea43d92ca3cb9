"""What is said to a person, before and after its numbers and times are filled in."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Words:
    """The parts of what is said; a part whose number is not known is left out.

    `call`: somebody who cannot go on alone is given a phone number.
    """

    what: LazyString
    why: LazyString | None = None
    next_steps: tuple[LazyString, ...] = ()
    call: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What happened, why, and the next steps; `call`: a phone number should stand below."""

    what: str
    why: str
    next_steps: tuple[str, ...]
    call: bool

    @property
    def detail(self) -> str:
        """Return what and why in one line."""
        return str(_("%(what)s，%(why)s", what=self.what, why=self.why)) if self.why else self.what

    @property
    def next_step(self) -> str:
        """Return the next steps in one line."""
        return str(_("；")).join(self.next_steps)


SCAN_AGAIN = (_("走到屏幕前再扫一次"), _("扫不上填6位数字"))
ASK_STAFF = (_("请找工作人员帮忙"),)
OTHER_REWARDS = (_("看看现在能换的"),)
LIST_AGAIN = (_("核对后再找一次"),)
OTHER_NAME = (_("换一个名字，或用已有的那个"),)
MEND = (_("照提示改好再发"),)


def fill(words: Words, values: Mapping[str, str]) -> Sentence:
    """Return *words* with their numbers and times; a part that misses one is left out."""
    steps = (_fill_part(step, values) for step in words.next_steps)
    return Sentence(
        what=_fill_part(words.what, values),
        why=_fill_part(words.why, values),
        next_steps=tuple(step for step in steps if step),
        call=words.call,
    )


def _fill_part(part: LazyString | None, values: Mapping[str, str]) -> str:
    if part is None:
        return ""
    try:
        return str(part) % values
    except KeyError:
        # Better to say less than to show a gap.
        return ""
