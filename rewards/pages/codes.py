"""The rotating code of an occasion as a picture, digits, and seconds left."""

import math
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from markupsafe import Markup

from rewards.activities.types import Occasion
from rewards.checkins import queries as checkins
from rewards.checkins import rules
from rewards.web import addresses, formats, qr

PERIOD = rules.STEP_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCode:
    """What a display shows now; a new one comes in `left` seconds."""

    svg: Markup
    digits: str
    left: int
    expires_at: datetime
    period: int = PERIOD


def draw(occasion: Occasion, *, now: datetime, origin: str | None = None) -> ShownCode:
    """Return the code of *occasion* at *now*; *origin* as for `addresses.code_link`."""
    code = checkins.get_display_code(occasion, now=now)
    seconds = (code.expires_at - now).total_seconds()
    return ShownCode(
        svg=qr.qr_svg(addresses.code_link(code.token, origin=origin), _("签到二维码")),
        digits=formats.group3(code.digits),
        expires_at=code.expires_at,
        left=min(max(math.ceil(seconds), 1), PERIOD),
    )
