"""What a screen may be called and may show, and how its codes and slides are written."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from rewards.activities.types import OccasionId
from rewards.leaderboards.types import Measure, Period, Subject
from rewards.network.types import NodeId

from .errors import InvalidScreenNameError, InvalidSlideSecondsError, InvalidSlidesError
from .types import Layout, Programme, SlidePlan

NAME_LENGTH_MAX = 40
CODE_LENGTH = 6
CODE_VALID = timedelta(minutes=10)
# Nobody has so many televisions; a flood of visitors gets no further.
PAIRINGS_MAX = 500
SLIDES_MAX = 12
SECONDS_MIN, SECONDS_MAX, SECONDS_USUAL = 5, 300, 20
SEEN_STEP = timedelta(minutes=1)
# Two writes may be missed before a screen counts as gone.
ONLINE_SPAN = timedelta(minutes=3)

_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

PROGRAMMES: Mapping[Programme, tuple[SlidePlan, ...]] = {
    Programme.ROTATION: (
        SlidePlan(layout=Layout.LEADERBOARD, measure=Measure.STUDY, seconds=SECONDS_USUAL),
        SlidePlan(layout=Layout.STATION, seconds=SECONDS_USUAL),
        SlidePlan(layout=Layout.LEADERBOARD, measure=Measure.SERVICE, seconds=SECONDS_USUAL),
        SlidePlan(layout=Layout.CHECK_IN, seconds=SECONDS_USUAL),
    ),
    Programme.LEADERBOARD: (SlidePlan(layout=Layout.LEADERBOARD, seconds=SECONDS_USUAL),),
    Programme.CHECK_IN: (SlidePlan(layout=Layout.CHECK_IN, seconds=SECONDS_USUAL),),
    Programme.STATION: (SlidePlan(layout=Layout.STATION, seconds=SECONDS_USUAL),),
}


def normalize_name(text: str) -> str:
    """Return the name of a screen in its one spelling.

    :raises InvalidScreenNameError: if it is empty, longer than 40 characters, or
        holds control or direction characters.
    """
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    is_shown = not any(unicodedata.category(character) in _REFUSED for character in name)
    if not name or len(name) > NAME_LENGTH_MAX or not is_shown:
        raise InvalidScreenNameError(length_max=NAME_LENGTH_MAX)
    return name


def read_code(text: str) -> str:
    """Return the digits of a code as somebody typed it, whatever the spaces and the width."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))


def check_slides(slides: Sequence[SlidePlan]) -> None:
    """Check that a screen can show *slides*.

    :raises InvalidSlidesError: if there are none or too many.
    :raises InvalidSlideSecondsError: if one stays too briefly or too long.
    """
    if not 1 <= len(slides) <= SLIDES_MAX:
        raise InvalidSlidesError(slides_max=SLIDES_MAX)
    for slide in slides:
        if not SECONDS_MIN <= slide.seconds <= SECONDS_MAX:
            raise InvalidSlideSecondsError(seconds_min=SECONDS_MIN, seconds_max=SECONDS_MAX)


def read_seconds(text: str) -> int:
    """Return how long a slide stays as somebody typed it; nothing typed is as usual.

    :raises InvalidSlideSecondsError: if it is not a number, or too small or too large.
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    if not typed:
        return SECONDS_USUAL
    # Three digits at most: a number of thousands of them takes long to read, and is too large.
    is_number = re.fullmatch(r"[0-9]{1,3}", typed) is not None
    if not is_number or not SECONDS_MIN <= int(typed) <= SECONDS_MAX:
        raise InvalidSlideSecondsError(seconds_min=SECONDS_MIN, seconds_max=SECONDS_MAX)
    return int(typed)


def is_in_scope(*, screen_path: str, node_path: str, layout: Layout) -> bool:
    """Tell whether a screen may show what is of a node: its own branch.

    Leaderboards of the nodes above are those of its own residents too.
    """
    if node_path.startswith(screen_path):
        return True
    return layout is Layout.LEADERBOARD and screen_path.startswith(node_path)


def is_seen_due(seen_at: datetime | None, *, now: datetime) -> bool:
    """Tell whether that a screen is there is to be written down again."""
    return seen_at is None or now - seen_at >= SEEN_STEP


def is_online(seen_at: datetime | None, *, now: datetime) -> bool:
    """Tell whether a screen was there just now."""
    return seen_at is not None and now - seen_at < ONLINE_SPAN


def dump_slide(slide: SlidePlan) -> dict[str, Any]:
    """Return a slide as it is stored."""
    return {
        "layout": slide.layout.value,
        "seconds": slide.seconds,
        "node_id": slide.node_id and str(slide.node_id),
        "subject": slide.subject.value,
        "measure": slide.measure.value,
        "span": slide.span.value,
        "occasion_id": slide.occasion_id and str(slide.occasion_id),
    }


def load_slide(stored: Mapping[str, Any]) -> SlidePlan:
    """Return the slide that `dump_slide` stored."""
    node_id, occasion_id = stored["node_id"], stored["occasion_id"]
    return SlidePlan(
        layout=Layout(stored["layout"]),
        seconds=stored["seconds"],
        node_id=NodeId(UUID(node_id)) if node_id else None,
        subject=Subject(stored["subject"]),
        measure=Measure(stored["measure"]),
        span=Period(stored["span"]),
        occasion_id=OccasionId(UUID(occasion_id)) if occasion_id else None,
    )
