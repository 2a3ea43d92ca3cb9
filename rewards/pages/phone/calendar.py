"""The calendar: a month to choose a day from, what is on, and addresses to subscribe to."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from rewards.activities import queries as activities
from rewards.activities import service
from rewards.activities.types import Occasion, OccasionId
from rewards.core import clock
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.pages import months
from rewards.signups import queries as signups
from rewards.signups.types import SignUpState
from rewards.web import addresses, calendars

from . import frame, progress

blueprint = Blueprint("calendar", __name__)

DAY = timedelta(days=1)
LINES_MAX = 40
DAYS_LISTED = 7
FEED_BACK, FEED_AHEAD = timedelta(days=30), timedelta(days=92)
FEED_MAX = 2_000
MONTHS_AWAY_MAX = 24
GIVEN_UP = (SignUpState.CANCELLED, SignUpState.RELEASED)


@blueprint.get("/calendar")
def show() -> ResponseReturnValue:
    """Show what is on from a day on, around my station or in the whole district."""
    me = frame.find_me()
    home = frame.find_home(me)
    today = clock.local_date(clock.now(), clock.zone())
    is_all = home is None or request.args.get("all") == "1"
    node = frame.find_district() if is_all else home
    day = _read_day(today)
    month = months.read(day)
    return frame.show(
        "calendar.html",
        node=node,
        me=me,
        home=home,
        is_all=is_all,
        day=day,
        today=today,
        month=month,
        month_before=months.shift(month, -1),
        month_after=months.shift(month, 1),
        weeks=months.list_weeks(month),
        counts=_count_days(node, month),
        days=_list_days(node, day, today),
        before=day - DAY,
        after=day + DAY,
    )


@blueprint.get("/calendar/<uuid:occasion_id>")
def show_occasion(occasion_id: UUID) -> ResponseReturnValue:
    """Show one occasion: when, where, what for, and how to keep it in mind."""
    occasion = activities.get_occasion(OccasionId(occasion_id))
    node = network.get_node(occasion.node_id)
    series = activities.get_series(occasion.series_id) if occasion.series_id else None
    return frame.show(
        "calendar_occasion.html",
        node=node,
        me=frame.find_me(),
        occasion=occasion,
        held_at=node,
        series=series,
        offer=progress.describe_offer(occasion),
        free=activities.count_free([occasion.id]).get(occasion.id),
        is_over=occasion.ends_at <= clock.now(),
    )


@blueprint.get("/calendar/<uuid:occasion_id>.ics")
def download(occasion_id: UUID) -> Response:
    """Return one occasion for the phone's own calendar."""
    occasion = activities.get_occasion(OccasionId(occasion_id))
    return calendars.respond(
        _write(occasion.title, [occasion]), is_public=True, file_name="occasion.ics"
    )


@blueprint.get("/calendar.ics")
def feed() -> Response:
    """Return the calendar of a node and all below it, for calendars to subscribe to."""
    label = request.args.get("node", "")
    node = network.find_node_by_label(label) if label else frame.find_district()
    if node is None:
        abort(404)
    now = clock.now()
    today, _tomorrow = clock.day_bounds(clock.local_date(now, clock.zone()), clock.zone())
    coming = activities.list_occasions(
        node_path=node.path, starts_from=today, starts_before=now + FEED_AHEAD
    )[:FEED_MAX]
    # What is over has the room that is left, the latest first.
    over = activities.list_occasions(
        node_path=node.path, starts_from=now - FEED_BACK, starts_before=today
    )
    over = over[max(len(over) + len(coming) - FEED_MAX, 0) :]
    return calendars.respond(
        _write(node.name, over + coming), is_public=True, file_name="calendar.ics"
    )


@blueprint.get("/calendar/mine/<token>.ics")
def my_feed(token: str) -> Response:
    """Return the calendar of what somebody signed up for, to whom they gave its address."""
    mine = activities.find_feed_by_token(token)
    if mine is None:
        abort(404)
    page = signups.page_of_participant(participant_id=mine.participant_id, cursor=None, limit=100)
    by_occasion = {each.occasion_id: each for each in page.items}
    found = activities.list_by_ids(list(by_occasion))
    waiting = {id_ for id_, each in by_occasion.items() if each.state is SignUpState.WAITING}
    given_up = {id_ for id_, each in by_occasion.items() if each.state in GIVEN_UP}
    return calendars.respond(
        _write(
            _("我报名的活动"),
            sorted(found.values(), key=lambda each: (each.starts_at, each.id)),
            waiting=frozenset(waiting),
            given_up=frozenset(given_up),
            changed={id_: each.changed_at for id_, each in by_occasion.items()},
        ),
        is_public=False,
        file_name="mine.ics",
    )


@blueprint.get("/calendar/subscribe")
def ask_subscribe() -> ResponseReturnValue:
    """Show the addresses to subscribe to."""
    me = frame.find_me()
    node = frame.find_home(me) or frame.find_district()
    if node is None:
        abort(404)
    mine = None if me is None else activities.find_feed(me.id)
    answer = frame.show(
        "calendar_subscribe.html",
        me=me,
        node=node,
        node_name=node.name,
        public=addresses.page_link(url_for("calendar.feed", node=node.label)),
        mine=mine,
        mine_address=mine and addresses.page_link(url_for("calendar.my_feed", token=mine.token)),
    )
    return answer, {"Cache-Control": "no-store"}


@blueprint.post("/calendar/subscribe")
def subscribe() -> ResponseReturnValue:
    """Make an address of my own, or a new one in its place, or take it back."""
    actor, _me = frame.get_me()
    if request.form.get("step") == "close":
        service.close_feed(actor=actor)
    else:
        service.open_feed(actor=actor, now=clock.now())
    return redirect(url_for("calendar.ask_subscribe"), code=303)


def _write(
    name: str,
    occasions: list[Occasion] | tuple[Occasion, ...],
    *,
    waiting: frozenset[object] = frozenset(),
    given_up: frozenset[object] = frozenset(),
    changed: Mapping[OccasionId, datetime] = MappingProxyType({}),
) -> bytes:
    nodes: dict[UUID, Node | None] = {}

    def place_of(occasion: Occasion) -> str:
        if occasion.node_id not in nodes:
            nodes[occasion.node_id] = network.find_node_lately(occasion.node_id)
        node = nodes[occasion.node_id]
        words = [occasion.place, node.name if node else "", node.address if node else ""]
        return str(_("，")).join(dict.fromkeys(word for word in words if word))

    def address_of(occasion: Occasion) -> str:
        return addresses.page_link(url_for("calendar.show_occasion", occasion_id=occasion.id))

    return calendars.write_calendar(
        name,
        occasions,
        place_of=place_of,
        address_of=address_of,
        waiting=waiting,
        given_up=given_up,
        changed=changed,
    )


def _list_days(node: Node | None, first: date, today: date) -> list[tuple[date, list[Occasion]]]:
    """Return the days from *first* on with what is on, as many as are read at one go."""
    start, _end = clock.day_bounds(first, clock.zone())
    now = clock.now()
    occasions = activities.list_occasions(
        node_path=node.path if node else "",
        starts_from=start,
        starts_before=start + DAYS_LISTED * DAY,
    )
    days: dict[date, list[Occasion]] = {first: []}
    for occasion in occasions:
        day = clock.local_date(occasion.starts_at, clock.zone())
        is_past = first == today and occasion.ends_at <= now
        is_full = sum(map(len, days.values())) >= LINES_MAX and day not in days
        if not is_past and not is_full:
            days.setdefault(day, []).append(occasion)
    return list(days.items())


def _count_days(node: Node | None, month: date) -> Counter[date]:
    """Return how many occasions each day of a month has."""
    start, _end = clock.day_bounds(month, clock.zone())
    end, _after = clock.day_bounds(months.shift(month, 1), clock.zone())
    return Counter(
        clock.local_date(each, clock.zone())
        for each in activities.list_starts(
            node_path=node.path if node else "", starts_from=start, starts_before=end
        )
    )


def _read_day(today: date) -> date:
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return day if abs((day - today).days) <= MONTHS_AWAY_MAX * 30 else today
