"""What the console calls the slides of a screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from rewards.leaderboards.types import Period, Subject
from rewards.pages.board_names import MEASURES
from rewards.screens.types import Layout, Programme, SlidePlan

PROGRAMMES: Mapping[Programme, object] = {
    Programme.ROTATION: _("榜单、本站今天、签到码轮着放"),
    Programme.LEADERBOARD: _("只放积分榜"),
    Programme.STATION: _("只放本站今天"),
    Programme.CHECK_IN: _("只放签到码"),
}
LAYOUTS: Mapping[Layout, object] = {
    Layout.LEADERBOARD: _("榜单"),
    Layout.STATION: _("本站今天"),
    Layout.CHECK_IN: _("签到码"),
}
SUBJECTS: Mapping[Subject, object] = {
    Subject.PARTICIPANT: _("居民"),
    Subject.TEAM: _("队伍"),
    Subject.NODE: _("站点"),
}
SPANS: Mapping[Period, object] = {
    Period.DAY: _("今天"),
    Period.WEEK: _("本周"),
    Period.MONTH: _("本月"),
    Period.YEAR: _("今年"),
    Period.ALL: _("累计"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A slide in the words of the console."""

    layout: str
    about: str
    seconds: str
    stays: int


def describe(slide: SlidePlan, names: Mapping[UUID, str]) -> Told:
    """Return a slide in words; *names* are those of the nodes it may be about."""
    about = []
    if slide.layout is Layout.LEADERBOARD:
        about = [
            str(SUBJECTS[slide.subject]),
            str(SPANS[slide.span]) + str(MEASURES[slide.measure]),
        ]
    elif slide.layout is Layout.CHECK_IN:
        chosen = slide.occasion_id is not None
        about = [gettext("选定的一场") if chosen else gettext("正在签到的那一场")]
    if slide.node_id is not None:
        about.append(names.get(slide.node_id, ""))
    return Told(
        layout=str(LAYOUTS[slide.layout]),
        about=" · ".join(filter(None, about)),
        stays=slide.seconds,
        seconds=gettext("放%(n)s秒", n=slide.seconds),
    )
