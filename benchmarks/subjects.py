"""What the bad camera takes: posters and cards from their PDF, screens and phones as drawn.

The pages are those of the service, served to a real Chromium; nothing is drawn for the camera.
"""

import io
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from rewards.access.types import Role, SystemActor
from rewards.activities import service as activities
from rewards.activities.types import Occasion, OccasionKind
from rewards.checkins import service as checkins
from rewards.core import clock
from rewards.core.unit import use_case
from rewards.identity import operations as identity_operations
from rewards.identity import rules as identity_rules
from rewards.identity import service as identity
from rewards.network import queries as network_queries
from rewards.network import service as network
from rewards.network.types import Level, Node
from rewards.pages.screen import links
from rewards.participants import operations as participants
from rewards.participants import queries as people
from rewards.participants.types import ConsentChannel
from rewards.web import posters
from rewards.web.papers import PaperSize

from .photographs import Subject, crop

SYSTEM = SystemActor()
ORIGIN = "https://wenming.example.cn"
HOST = "127.0.0.1"
DOTS = 300 / 72
TITLES = ("环境清洁日", "读书会", "社区便民服务岗", "反诈骗讲座", "“老年朋友学手机”第一课")
NAMES = ("王建英", "李强", "欧阳雪英", "刘洋", "张晓梅", "孙丽", "周燊", "吴晓", "郑敏", "赵敏")
WALL = {"width": 1920, "height": 1080}
PHONE = {"width": 390, "height": 800}


def build_station() -> tuple[Node, list[Occasion]]:
    """Return a new station with occasions that are on."""
    now = clock.now()
    node = None
    for level in (Level.CENTER, Level.INSTITUTE, Level.STATION):
        node = network.create_node(
            actor=SYSTEM,
            level=level,
            name="长兴北街社区新时代文明实践站",
            parent_id=node.id if node else None,
            now=now,
        )
    assert node is not None
    occasions = [
        activities.create_occasion(
            actor=SYSTEM,
            kind=OccasionKind.ACTIVITY,
            title=title,
            node_id=node.id,
            place="服务站门前广场",
            starts_at=now,
            ends_at=now + timedelta(hours=2),
            now=now - timedelta(days=1),
        )
        for title in TITLES
    ]
    return network_queries.get_node(node.id), occasions


def list_posters(occasions: Sequence[Occasion]) -> list[Subject]:
    """Return the posters of *occasions* on A4 and on A3."""
    found = []
    for occasion in occasions:
        poster = checkins.issue_poster(actor=SYSTEM, occasion_id=occasion.id, now=clock.now())
        for paper in PaperSize:
            scale = DOTS if paper is PaperSize.A4 else DOTS / 2**0.5
            (page,) = _render(posters.draw(poster, paper=paper), scale)
            found += _find(page)
    return found


def list_cards(station: Node) -> list[Subject]:
    """Return the cards of a sheet."""
    now = clock.now()

    @use_case
    def register(name: str) -> Any:
        return participants.register(
            name=name,
            phone=None,
            home_node_id=station.id,
            channel=ConsentChannel.STAFF,
            recorded_by=None,
            now=now,
        )

    residents = [register(name) for name in NAMES]
    for person in residents:
        identity.issue_card(actor=SYSTEM, participant_id=person.id, now=now)
    cards = [(card, each) for each in residents if (card := people.find_card(each.id))]
    return [each for page in _render(posters.draw_cards(cards), DOTS) for each in _find(page)]


def list_screens(browser: Browser, address: str, occasions: Sequence[Occasion]) -> list[Subject]:
    """Return the check-in displays of *occasions* on a wall."""
    page = browser.new_page(viewport=WALL, locale="zh-CN")
    found = []
    for occasion in occasions:
        page.goto(f"{address}/screen/occasions/{links.build_token(occasion)}")
        found += _find(Image.open(io.BytesIO(page.screenshot())), shines=True)
    return found


def list_phones(
    browser: Browser, address: str, station: Node, occasions: Sequence[Occasion]
) -> list[Subject]:
    """Return the codes of *occasions* on a leader's phone."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=3, locale="zh-CN")
    page = context.new_page()
    password = secrets.token_urlsafe(16)
    _add_leader(station, password)
    page.goto(f"{address}/console/sign-in")
    page.fill("[name=name]", "leader")
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{address}/console")
    found = []
    for occasion in occasions:
        page.goto(f"{address}/console/occasions/{occasion.id}/phone")
        found += _find(Image.open(io.BytesIO(page.screenshot())), shines=True)
    return found


@contextmanager
def serve(app: Any, chromium: str) -> Iterator[tuple[Browser, str]]:
    """Serve *app* to a Chromium; yield both."""
    server = make_server(HOST, 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser, f"http://{HOST}:{server.server_port}"
        browser.close()
    server.shutdown()


def keep(subjects: Sequence[Subject], folder: Path, name: str) -> None:
    """Write the pictures of *subjects* to *folder*, for somebody to look at."""
    for number, subject in enumerate(subjects):
        subject.picture.save(folder / f"{name}-{number}.png")


def _add_leader(station: Node, password: str) -> None:
    @use_case
    def add() -> None:
        hashed = identity_rules.hash_password(password)
        staff = identity_operations.create_staff(
            name="leader", password_hash=hashed, now=clock.now()
        )
        identity_operations.grant_role(
            staff_id=staff.id, role=Role.STATION_ADMIN, node=station, now=clock.now()
        )

    add()


def _render(pdf: bytes, scale: float) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.render(scale=scale).to_pil() for page in document]
    document.close()
    return pages


def _find(picture: Image.Image, *, shines: bool = False) -> list[Subject]:
    """Return each code on a clean *picture* as a subject of its own."""
    found = []
    for code in zxingcpp.read_barcodes(picture):
        at = code.position
        corners = tuple(
            (float(point.x), float(point.y))
            for point in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
        )
        found.append(crop(Subject(picture=picture, corners=corners, text=code.text, shines=shines)))
    return found
