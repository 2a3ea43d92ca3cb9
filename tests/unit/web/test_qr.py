"""The symbols are read by a decoder that knows nothing of how they were drawn."""

import io
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from rewards.web import qr

LINK = "https://rewards.example.org/C/ABCDEFGHIJKLMNOPQRSTUVWXYZ2345"
SVG = "{http://www.w3.org/2000/svg}"
PIXELS = 8


def draw(svg):
    """Rasterise the runs of dark modules, white below."""
    root = ET.fromstring(svg)
    side = int(root.get("viewBox").split()[2])
    picture = np.full((side, side), 255, dtype=np.uint8)
    (path,) = root.findall(f"{SVG}path")
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path.get("d"))
    assert "".join(f"M{x} {y}h{out}v1h-{back}z" for x, y, out, back in runs) == path.get("d")
    for x, y, out, back in runs:
        assert out == back
        picture[int(y), int(x) : int(x) + int(out)] = 0
    return picture


def decode(picture):
    (symbol,) = zxingcpp.read_barcodes(picture)
    return symbol


@pytest.fixture(scope="module")
def picture():
    return draw(qr.qr_svg(LINK, "签到二维码"))


def test_the_drawing_holds_the_link_in_capitals(picture):
    symbol = decode(np.kron(picture, np.ones((PIXELS, PIXELS), dtype=np.uint8)))

    assert len(LINK) == 60
    assert symbol.text == LINK.upper()
    assert symbol.ec_level == "M"


def test_a_link_of_sixty_characters_needs_no_more_than_version_three(picture):
    modules = len(picture) - 2 * qr.QUIET_MODULES

    assert (modules - 17) // 4 <= 3


def test_the_quiet_zone_is_white(picture):
    quiet = qr.QUIET_MODULES
    inside = picture[quiet:-quiet, quiet:-quiet]

    assert (picture == 0).sum() == (inside == 0).sum()
    assert inside[0, 0] == inside[-1, 0] == inside[0, -1] == 0


def test_the_picture_file_holds_the_same(picture):
    image = Image.open(io.BytesIO(qr.qr_png(LINK, 4)))

    assert image.format == "PNG"
    assert image.size == (len(picture) * 4, len(picture) * 4)
    assert decode(np.array(image.convert("L"))).text == LINK.upper()


def test_a_label_is_read_out_and_can_hold_no_markup():
    root = ET.fromstring(qr.qr_svg(LINK, '"><script>&'))

    assert root.get("aria-label") == '"><script>&'
    assert root.get("role") == "img"
    assert [child.tag for child in root] == [f"{SVG}rect", f"{SVG}path"]


def test_it_is_black_on_white_without_a_style():
    svg = qr.qr_svg(LINK, "签到二维码")
    root = ET.fromstring(svg)

    assert root.find(f"{SVG}rect").get("fill") == "#fff"
    assert root.find(f"{SVG}path").get("fill") == "#000"
    assert "style" not in svg
