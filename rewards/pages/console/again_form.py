"""The part of a form that says on which days something comes again, in plain words."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from rewards.activities.types import Frequency, Recurrence

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# What a month is asked for: the first to the fourth of a weekday, and the last.
PLACES = ("1", "2", "3", "4", "-1")
WEEKS = ("1", "2", "3", "4")
COUNT_MAX = 400
LAST_DAY = "-1"
FIXED = {
    "daily": "FREQ=DAILY",
    "workdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "yearly": "FREQ=YEARLY",
}
ONCE = "once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What was chosen. `rule` is empty for what takes place once, or while there are `errors`."""

    rule: str
    errors: dict[str, str]


def read(form: MultiDict[str, str], *, has_end: bool = True) -> Again:
    """Return the rule that a form says."""
    errors: dict[str, str] = {}
    chosen = form.get("again", ONCE)
    if chosen == ONCE:
        return Again(rule="", errors=errors)
    rule = _read_days(form, chosen)
    if rule is None:
        errors["again"] = _("请选哪些天办")
    end = _read_end(form, errors) if has_end else ""
    return Again(rule="" if errors else f"{rule}{end}", errors=errors)


def fill(recurrence: Recurrence) -> MultiDict[str, str]:
    """Return what the form of a rule shows at first; one that it cannot say is left as it is."""
    typed: MultiDict[str, str] = MultiDict()
    typed["again"] = _name(recurrence)
    typed["weeks"] = str(recurrence.interval)
    for day, place in recurrence.weekdays:
        typed.add("weekday", WEEKDAYS[day])
        typed["place_day"] = WEEKDAYS[day]
        typed["month_place"] = str(place or 1)
    for day in recurrence.month_days:
        typed["month_day"] = str(day)
    return typed


def _name(each: Recurrence) -> str:
    places = {place for _, place in each.weekdays}
    match each.frequency:
        case _ if each.months and each.frequency is not Frequency.YEARLY:
            return "other"
        case Frequency.DAILY if each.interval == 1 and not each.weekdays:
            return "daily"
        case Frequency.WEEKLY if str(each.interval) in WEEKS:
            return "weekly"
        case Frequency.MONTHLY if each.interval == 1:
            return _name_monthly(each, places)
        case Frequency.YEARLY if each.interval == 1 and len(each.month_days) == 1:
            return "yearly"
    return "other"


def _name_monthly(each: Recurrence, places: set[int]) -> str:
    is_one = len(each.weekdays) + len(each.month_days) == 1
    if is_one and each.weekdays and {str(place) for place in places} <= set(PLACES):
        return "place"
    is_shown = each.month_days and each.month_days[0] >= int(LAST_DAY)
    return "monthday" if is_one and is_shown else "other"


def _read_days(form: MultiDict[str, str], chosen: str) -> str | None:
    if chosen in FIXED:
        return FIXED[chosen]
    read = {"weekly": _read_weekly, "place": _read_place, "monthday": _read_month_day}.get(chosen)
    return None if read is None else read(form)


def _read_place(form: MultiDict[str, str]) -> str | None:
    place, day = form.get("month_place", ""), form.get("place_day", "")
    is_known = place in PLACES and day in WEEKDAYS
    return f"FREQ=MONTHLY;BYDAY={place}{day}" if is_known else None


def _read_month_day(form: MultiDict[str, str]) -> str | None:
    day = form.get("month_day", "")
    is_day = day == LAST_DAY or (day.isascii() and day.isdigit() and 0 < int(day) <= 31)
    return f"FREQ=MONTHLY;BYMONTHDAY={day}" if is_day else None


def _read_weekly(form: MultiDict[str, str]) -> str | None:
    wanted = set(form.getlist("weekday"))
    weeks = form.get("weeks", "1")
    days = [day for day in WEEKDAYS if day in wanted]
    if weeks not in WEEKS or not days:
        return None
    return f"FREQ=WEEKLY;INTERVAL={weeks};BYDAY={','.join(days)}"


def _read_end(form: MultiDict[str, str], errors: dict[str, str]) -> str:
    match form.get("ends", "never"):
        case "on":
            try:
                return f";UNTIL={date.fromisoformat(form.get('ends_on', '')):%Y%m%d}"
            except ValueError:
                errors["ends"] = _("请选到哪天为止")
        case "after":
            text = form.get("ends_after", "").strip()
            if text.isascii() and text.isdigit() and 0 < int(text) <= COUNT_MAX:
                return f";COUNT={int(text)}"
            errors["ends"] = _("请填一共办几次，最多%(most)s次", most=COUNT_MAX)
    return ""
