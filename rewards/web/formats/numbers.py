"""Numbers as people read them: points, time served, counts, shares, ranks.

A number is never rounded up: who reads of 100 000 can count on them.
"""

from .language import NO_BREAK_SPACE, is_english

MINUS = "\N{MINUS SIGN}"
WAN = 10_000
WAN_FROM = 100_000
MILLION = 1_000_000
MINUTES_PER_HOUR = 60
_ORDINALS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)


def number(value: int) -> str:
    """Return every digit: 41500, in English 41,500."""
    digits = f"{abs(value):,}" if is_english() else str(abs(value))
    return f"{MINUS}{digits}" if value < 0 else digits


def wan(value: int) -> str:
    """Return a large count, cut: 216.9万, in English 2.169 million."""
    if value < 0:
        return f"{MINUS}{wan(-value)}"
    if is_english():
        if value < MILLION:
            return number(value)
        return f"{_decimal(value // 1000, 3)}{NO_BREAK_SPACE}million"
    if value < WAN_FROM:
        return number(value)
    return f"{_decimal(value // (WAN // 10), 1)}万"


def points(value: int) -> str:
    """Return points: 20 分."""
    return f"{number(value)}{NO_BREAK_SPACE}{points_word(value)}"


def points_word(value: int) -> str:
    """Return what stands behind so many points: 分."""
    if not is_english():
        return "分"
    return "pt" if abs(value) == 1 else "pts"


def points_total(value: int) -> str:
    """Return the points of many people, cut when there are very many: 12.3万 分."""
    return _with_space(wan(value), "分", "pts")


def gain(value: int) -> str:
    """Return a change with its sign and no unit: +20, −30."""
    return f"+{number(value)}" if value > 0 else number(value)


def gain_points(value: int) -> str:
    """Return a change of points: +20 分, in English +20."""
    return gain(value) if is_english() else f"{gain(value)}{NO_BREAK_SPACE}分"


def minutes(value: int) -> str:
    """Return minutes: 20分钟."""
    return _measure(number(value), "分钟", "min")


def hours(value: int) -> str:
    """Return so many minutes as hours with one decimal, for a tile: 128.5小时."""
    whole, rest = divmod(value, MINUTES_PER_HOUR)
    tenth = rest * 10 // MINUTES_PER_HOUR
    if whole >= WAN_FROM or not tenth:
        return _measure(wan(whole), "小时", "h")
    return _measure(f"{number(whole)}.{tenth}", "小时", "h")


def hours_exact(value: int) -> str:
    """Return so many minutes as hours and minutes, for a record: 128小时30分钟."""
    whole, rest = divmod(value, MINUTES_PER_HOUR)
    if not whole:
        return minutes(rest)
    text = _measure(number(whole), "小时", "h")
    if not rest:
        return text
    return text + (" " if is_english() else "") + minutes(rest)


def people(value: int) -> str:
    """Return how many people: 38人."""
    return _measure(wan(value), "人", "person" if value == 1 else "people")


def at_least_people(value: int) -> str:
    """Return a published lower bound: 超41500人."""
    return f"over {people(value)}" if is_english() else f"超{people(value)}"


def visits(value: int) -> str:
    """Return how many visits, one person perhaps several times: 96人次."""
    return _measure(wan(value), "人次", "visit" if value == 1 else "visits")


def pieces(value: int, unit: str = "件") -> str:
    """Return how many pieces of goods in their own measure: 5件, 2瓶."""
    return _measure(wan(value), unit, "item" if value == 1 else "items")


def unit(measure: str, value: int = 2) -> str:
    """Return the measure of goods by itself: 件, 瓶; in English that of *value* items."""
    if not is_english():
        return measure
    return "item" if value == 1 else "items"


def share(part: int, whole: int) -> str:
    """Return a share with one decimal, cut: 99.3%; 100% only when it is complete."""
    if whole <= 0 or part <= 0:
        return "0%"
    if part >= whole:
        return "100%"
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}%"


def place(value: int) -> str:
    """Return a place on a board with its ending, to be set large: 18名, in English 18th."""
    return rank(value) if is_english() else f"{value}名"


def rank(value: int) -> str:
    """Return a place on a board: 第18名, in English 18th."""
    if not is_english():
        return f"第{value}名"
    ending = "th" if value % 100 in _TEENS else _ORDINALS.get(value % 10, "th")
    return f"{value:,}{ending}"


def _decimal(value: int, places: int) -> str:
    whole, rest = divmod(value, 10**places)
    return f"{whole}.{rest:0{places}}".rstrip("0").rstrip(".")


def _measure(text: str, chinese: str, english: str) -> str:
    return f"{text}{NO_BREAK_SPACE}{english}" if is_english() else f"{text}{chinese}"


def _with_space(text: str, chinese: str, english: str) -> str:
    return f"{text}{NO_BREAK_SPACE}{english if is_english() else chinese}"
