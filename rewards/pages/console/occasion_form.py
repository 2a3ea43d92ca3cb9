"""The form of an occasion: what was typed, what is wrong with it, what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from rewards.activities.rules import STARTS_AHEAD_MAX, STARTS_BACK_MAX
from rewards.activities.types import NO_POINTS, Details, Occasion, OccasionKind
from rewards.core import clock
from rewards.stock import queries as stock
from rewards.stock.errors import ZoneNotFoundError

from . import requirement_form, sign_up_form, window_form

TITLE_LENGTH_MAX = 60
WORDS_LENGTH_MAX = 60
CAPACITY_MAX = 100_000

# What staff choose from: a kind of occasion and the rule that goes with it, or what
# only counts heads.
CHOICES = {
    "activity": (OccasionKind.ACTIVITY, "ACT_JOIN"),
    "study": (OccasionKind.STUDY_SESSION, "STUDY_GROUP"),
    "stamp": (OccasionKind.STUDY_SESSION, "SPACE_STAMP"),
    "audio": (OccasionKind.STUDY_SESSION, "AUDIO"),
    "board": (OccasionKind.STUDY_SESSION, NO_POINTS),
    "film": (OccasionKind.ACTIVITY, "FILM_JOIN"),
    "training": (OccasionKind.STUDY_SESSION, "TRAIN_PASS"),
    "service": (OccasionKind.SERVICE_SHIFT, "SVC_TIME"),
    "muster": (OccasionKind.SERVICE_SHIFT, "SVC_MUSTER"),
    "professional": (OccasionKind.SERVICE_SHIFT, "SVC_PRO"),
    "lecture": (OccasionKind.SERVICE_SHIFT, "LECTURE_GIVE"),
    "curtain": (OccasionKind.SERVICE_SHIFT, "CURTAIN"),
    "duty": (OccasionKind.SERVICE_SHIFT, NO_POINTS),
    "heads": (OccasionKind.ACTIVITY, NO_POINTS),
}


@dataclass(slots=True)
class Draft:
    """What a form holds. `values` are those of a use case, once `errors` is empty."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def read_new(form: Mapping[str, str], node_path: str) -> Draft:
    """Return the draft of a new occasion, planned by staff of a node."""
    draft = read_changes(form, node_path)
    choice = CHOICES.get(form.get("what", ""))
    if choice is None:
        draft.errors["what"] = _("请选一类")
    else:
        draft.values["kind"], draft.values["rule_code"] = choice
        draft.values["counts_heads"] = form["what"] == "heads"
        if not {"day", "from", "to"} & draft.errors.keys():
            draft.values |= window_form.read(
                form, draft.values["starts_at"], draft.values["ends_at"]
            )
    try:
        draft.values["node_id"] = UUID(form.get("node", ""))
    except ValueError:
        draft.errors["node"] = _("请选站点")
    return draft


def read_changes(form: Mapping[str, str], node_path: str) -> Draft:
    """Return the draft of what can be changed of an occasion by staff of a node."""
    draft = Draft(typed=form)
    title = form.get("title", "").strip()
    if not 0 < len(title) <= TITLE_LENGTH_MAX:
        draft.errors["title"] = _("填名称，最多%(most)s个字", most=TITLE_LENGTH_MAX)
    draft.values["title"] = title
    for name in ("place", "team"):
        words = form.get(name, "").strip()
        if len(words) > WORDS_LENGTH_MAX:
            draft.errors[name] = _("最多%(most)s个字", most=WORDS_LENGTH_MAX)
        draft.values[name] = words
    _read_team(draft)
    _read_zone(draft, node_path)
    _read_times(draft)
    _read_capacity(draft)
    for values, errors in (
        sign_up_form.read(form, draft.values.get("starts_at")),
        requirement_form.read(form),
    ):
        draft.values |= values
        draft.errors |= errors
    return draft


def fill(occasion: Occasion) -> dict[str, str]:
    """Return what the form of *occasion* shows at first."""
    start, end = (
        moment.astimezone(clock.zone()) for moment in (occasion.starts_at, occasion.ends_at)
    )
    return {
        "title": occasion.title,
        "place": occasion.place,
        "team": occasion.team,
        "ours": str(occasion.team_id or ""),
        "day": start.date().isoformat(),
        "from": f"{start:%H:%M}",
        "to": f"{end:%H:%M}",
        "overnight": "yes" if end.date() > start.date() else "",
        "capacity": "" if occasion.capacity is None else str(occasion.capacity),
        "zone": str(occasion.zone_id or ""),
        **sign_up_form.fill(occasion),
        **requirement_form.fill(occasion),
    }


def fill_details(details: Details, *, day: date, start: time, minutes: int) -> dict[str, str]:
    """Return what the form of another occasion like *details* shows for *day* at first."""
    first = datetime.combine(day, start)
    last = first + timedelta(minutes=minutes)
    return {
        "title": details.title,
        "day": day.isoformat(),
        "what": name_choice(details),
        "place": details.place,
        "team": details.team,
        "ours": str(details.team_id or ""),
        "from": f"{first:%H:%M}",
        "to": f"{last:%H:%M}",
        "overnight": "yes" if last.date() > day else "",
        "capacity": "" if details.capacity is None else str(details.capacity),
        "zone": str(details.zone_id or ""),
        **sign_up_form.fill_again(details, first.replace(tzinfo=clock.zone())),
        **requirement_form.fill(details),
        **window_form.fill_again(details),
    }


def read_day(text: str, otherwise: date) -> date:
    """Return the day that an address names, if one can plan for it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return day if _is_in_reach(day) else otherwise


def name_choice(details: Details) -> str:
    """Return what staff choose for an occasion of *details*."""
    if details.counts_heads:
        return "heads"
    wanted = (details.kind, details.rule_code)
    return next((name for name, choice in CHOICES.items() if choice == wanted), "")


def _read_team(draft: Draft) -> None:
    # Where it is fixed it is not asked for.
    if "ours" not in draft.typed:
        return
    text = draft.typed["ours"]
    try:
        draft.values["team_id"] = UUID(text) if text else None
    except ValueError:
        draft.errors["ours"] = _("请从列表里选队伍")


def _read_zone(draft: Draft, node_path: str) -> None:
    if "zone" not in draft.typed:
        return
    text = draft.typed["zone"]
    try:
        zone_id = UUID(text) if text else None
        space = None if zone_id is None else stock.get_space_of_zone(zone_id)
    except (ValueError, ZoneNotFoundError):
        draft.errors["zone"] = _("请从列表里选区域")
        return
    if space is not None and not space.node_path.startswith(node_path):
        draft.errors["zone"] = _("请从列表里选区域")
        return
    draft.values["zone_id"] = zone_id
    if space is not None and not draft.values["place"]:
        zone = next(each for each in space.zones if each.id == zone_id)
        draft.values["place"] = zone.name


def _read_times(draft: Draft) -> None:
    try:
        day = date.fromisoformat(draft.typed.get("day", ""))
    except ValueError:
        draft.errors["day"] = _("请选日期")
        return
    if not _is_in_reach(day):
        draft.errors["day"] = _("日期太早或太远了，看看年份")
        return
    start, end = (_moment(day, draft.typed.get(name, "")) for name in ("from", "to"))
    if start is None:
        draft.errors["from"] = _("请填开始时间，例如 14:30")
    if end is None:
        draft.errors["to"] = _("请填结束时间，例如 16:30")
    elif start is not None:
        end = _read_end(draft, start, end)
    draft.values |= {"starts_at": start, "ends_at": end}


def _read_end(draft: Draft, start: datetime, end: datetime) -> datetime:
    if end > start:
        # Nothing lasts longer than a day, so this is the day itself.
        return end
    # Midnight is the end of a day, never its beginning.
    if draft.typed.get("overnight") != "yes" and end.time() != time(0):
        draft.errors["to"] = _("结束要在开始之后；过了半夜才结束的，勾上“第二天结束”")
    return end + timedelta(days=1)


def _is_in_reach(day: date) -> bool:
    today = clock.local_date(clock.now(), clock.zone())
    return today - STARTS_BACK_MAX <= day <= today + STARTS_AHEAD_MAX


def _moment(day: date, text: str) -> datetime | None:
    try:
        return datetime.combine(day, time.fromisoformat(text.strip()), tzinfo=clock.zone())
    except ValueError:
        return None


def _read_capacity(draft: Draft) -> None:
    text = draft.typed.get("capacity", "").strip()
    if not text:
        draft.values["capacity"] = None
    elif text.isascii() and text.isdigit() and 0 < int(text) <= CAPACITY_MAX:
        draft.values["capacity"] = int(text)
    else:
        draft.errors["capacity"] = _("填人数，不限就空着")
