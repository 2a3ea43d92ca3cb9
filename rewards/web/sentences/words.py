"""What a refusal says, before its numbers and times are filled in."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Words:
    """The parts of a refusal; a part whose number is not known is left out.

    `call`: somebody who cannot go on alone is given a phone number.
    """

    what: LazyString
    why: LazyString | None = None
    next_steps: tuple[LazyString, ...] = ()
    call: bool = False


SCAN_AGAIN = (_("走到屏幕前再扫一次"), _("扫不上填6位数字"))
ASK_STAFF = (_("请找工作人员帮忙"),)
OTHER_REWARDS = (_("看看现在能换的"),)
LIST_AGAIN = (_("核对后再找一次"),)
OTHER_NAME = (_("换一个名字，或用已有的那个"),)
MEND = (_("照提示改好再发"),)
