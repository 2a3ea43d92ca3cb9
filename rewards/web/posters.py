"""Posters and cards as pages and API share them: what stands on them, and the paper itself."""

from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import UUID

import flask_babel

from rewards.activities import queries as activities
from rewards.activities.types import Occasion
from rewards.checkins import queries as checkins
from rewards.checkins import rules
from rewards.checkins.types import Poster
from rewards.network import queries as network
from rewards.network.types import Node
from rewards.participants.types import Card, Participant
from rewards.stock import queries as stock
from rewards.stock.types import Zone, ZoneKind

from . import addresses, formats, papers, qr
from .papers import PaperSize, PrintedCard, PrintedPoster

NUMBER_LENGTH = 4


def _(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def link_of(poster: Poster) -> str:
    """Return the link that the code of *poster* carries."""
    return addresses.code_link(checkins.get_poster_code(poster))


def describe(poster: Poster) -> PrintedPoster:
    """Return what stands on *poster*."""
    node = network.get_node(poster.node_id)
    occasion = activities.get_occasion(poster.occasion_id) if poster.occasion_id else None
    zone = get_zone(poster.zone_id) if poster.zone_id else None
    is_stamp = (
        zone.kind is ZoneKind.PHOTO_BOARD
        if zone is not None
        else occasion is not None and rules.is_poster_enough(occasion)
    )
    return PrintedPoster(
        station=node.name,
        title=name(poster),
        facts=_list_facts(poster, node, occasion),
        steps=_list_steps(is_stamp=is_stamp),
        symbol=qr.qr_rows(link_of(poster), is_printed=True),
        host=urlsplit(addresses.page_link("")).netloc.lower(),
        phone=formats.phone(_find_phone(node)),
        number=number_of(poster),
        place=poster.place,
    )


def name(poster: Poster) -> str:
    """Return what *poster* is of: its occasion, its zone, or check-in at the node."""
    if poster.occasion_id is not None:
        return activities.get_occasion(poster.occasion_id).title
    if poster.zone_id is not None:
        return get_zone(poster.zone_id).name
    return _("扫码签到")


def get_zone(zone_id: UUID) -> Zone:
    """Return a zone of a space.

    :raises ZoneNotFoundError: if there is no such zone.
    """
    zones = stock.get_space_of_zone(zone_id).zones
    return next(each for each in zones if each.id == zone_id)


def number_of(poster: Poster) -> str:
    """Return the few signs by which staff tell one poster from another."""
    return poster.label[:NUMBER_LENGTH].upper()


def draw(poster: Poster, *, paper: PaperSize) -> bytes:
    """Return the PDF of *poster*."""
    return papers.draw_poster(describe(poster), paper=paper)


def describe_cards(cards: Sequence[tuple[Card, Participant]]) -> list[PrintedCard]:
    """Return what stands on each of *cards*, in their order."""
    return [_describe_card(card, person) for card, person in cards]


def card_link(card: Card) -> str:
    """Return the link that the code of *card* carries."""
    return addresses.code_link(checkins.get_card_code(card))


def draw_cards(cards: Sequence[tuple[Card, Participant]]) -> bytes:
    """Return the PDF of *cards*."""
    return papers.draw_cards(describe_cards(cards))


def _describe_card(card: Card, person: Participant) -> PrintedCard:
    node = network.get_node(person.home_node_id)
    return PrintedCard(
        station=node.name,
        phone=formats.phone(_find_phone(node)),
        name=person.masked_name,
        number=formats.group4(person.number),
        symbol=qr.qr_rows(card_link(card), is_printed=True),
    )


def _list_facts(poster: Poster, node: Node, occasion: Occasion | None) -> list[tuple[str, str]]:
    if occasion is None:
        where = node.address or node.name
        if poster.zone_id is not None:
            space = stock.get_space_of_zone(poster.zone_id)
            where = " ".join(filter(None, (space.name, space.address)))
        return [(_("地点"), where), (_("时间"), _("这里每天的活动都扫这个码"))]
    day, span = (
        formats.day(occasion.starts_at),
        formats.span(occasion.starts_at, occasion.ends_at),
    )
    return [(_("时间"), f"{day} {span}"), (_("地点"), occasion.place or node.address or node.name)]


def _list_steps(*, is_stamp: bool) -> list[str]:
    scan = _("打开微信“扫一扫”，扫上面的码")
    done = _("点“确认签到”")
    if is_stamp:
        return [scan, done, _("看到“签到成功”就好了")]
    return [scan, _("填现场屏幕上的6位数字"), done]


def _find_phone(node: Node) -> str:
    near_first = reversed(network.list_ancestors(node.path))
    return next((each.phone for each in near_first if each.phone), "")
