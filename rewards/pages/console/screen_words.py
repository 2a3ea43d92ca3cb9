"""What the console calls the slides of a screen."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from rewards.screens.types import Programme

PROGRAMMES: Mapping[Programme, object] = {
    Programme.ROTATION: _("榜单、本站今天、签到码轮着放"),
    Programme.LEADERBOARD: _("只放积分榜"),
    Programme.STATION: _("只放本站今天"),
    Programme.CHECK_IN: _("只放签到码"),
}
