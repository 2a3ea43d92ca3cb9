"""What a screen is sent: slides, each a picture of one thing at one moment."""

import hashlib
import json
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rewards.network.types import Node
from rewards.screens.types import Layout, SlidePlan
from rewards.web import formats, public

# The moment a slide is as of moves on by itself; sending it more often tells nothing.
FRESH_STEP_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """A slide that a screen shows: what was planned, of which node, in which language.

    `origin` is where its codes lead to: streams draw slides when nobody is asking.
    `has_code`: whoever looks may have check-in codes, as a screen at the very place may.
    """

    plan: SlidePlan
    node: Node
    locale: str
    origin: str
    has_code: bool = True

    @property
    def key(self) -> str:
        """Name what is shown: the same for all screens that show the same."""
        plan = self.plan
        about = {
            "leaderboard": f"{plan.subject}.{plan.measure}.{plan.span}",
            "check_in": plan.occasion_id.hex if plan.occasion_id else "next",
            "station": "today",
        }[plan.layout]
        return f"{plan.layout}.{self.node.label}.{about}.{self.locale}{self._at}"

    @property
    def _at(self) -> str:
        # A slide with a code is another one for those who see us under another name.
        if self.plan.layout is not Layout.CHECK_IN:
            return ""
        veil = "" if self.has_code else ".veiled"
        return f".{zlib.crc32(self.origin.encode()):08x}{veil}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """How a slide looks: the parts of the page that change.

    `expires_at`: when the picture is worth nothing any more, as a code that
    changes. `is_idle`: there is nothing to show now, so that a screen with
    other slides passes it over.
    """

    title: str
    parts: dict[str, str]
    as_of: datetime
    expires_at: datetime | None = None
    is_idle: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A slide as it goes to the screens, and a tag that changes with it."""

    key: str
    slide: Slide = field(repr=False)
    picture: Picture = field(repr=False)
    body: str = field(repr=False)
    etag: str

    @property
    def expires_at(self) -> datetime | None:
        """Return when the picture is worth nothing any more."""
        return self.picture.expires_at

    @property
    def as_of(self) -> datetime:
        """Return the moment of the picture, to the half minute."""
        return _step(self.picture.as_of)


def freeze(slide: Slide, picture: Picture) -> Snapshot:
    """Return *picture* ready to be sent to every screen that shows *slide*."""
    told = public.only(public.SLIDE, _describe(slide, picture))
    body = json.dumps(told, ensure_ascii=False)
    return Snapshot(
        key=slide.key,
        slide=slide,
        picture=picture,
        body=body,
        etag=hashlib.sha256(body.encode()).hexdigest()[:32],
    )


def _describe(slide: Slide, picture: Picture) -> dict[str, Any]:
    as_of = _step(picture.as_of)
    return {
        "key": slide.key,
        "layout": slide.plan.layout.value,
        "title": picture.title,
        "parts": picture.parts,
        "as_of": int(as_of.timestamp()),
        "fresh": formats.updated(as_of),
        "stale": formats.as_of(as_of),
        "expires": picture.expires_at and int(picture.expires_at.timestamp()),
        "is_idle": picture.is_idle,
    }


def _step(moment: datetime) -> datetime:
    seconds = int(moment.timestamp())
    return datetime.fromtimestamp(seconds - seconds % FRESH_STEP_SECONDS, moment.tzinfo)
