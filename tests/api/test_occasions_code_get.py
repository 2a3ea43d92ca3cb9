import io
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta

import zxingcpp
from PIL import Image


def test_the_code_is_a_link_in_upper_case_with_six_digits(api, world, activity, now):
    code = api.code_of(activity, world.host)

    assert code["url"].startswith("HTTP://LOCALHOST/C/")
    assert code["url"] == code["url"].upper()
    assert code["digits"].isdigit()
    assert len(code["digits"]) == 6
    assert timedelta(0) < datetime.fromisoformat(code["expires_at"]) - now <= timedelta(seconds=20)


def test_the_next_step_has_another_code(api, world, activity, clock):
    first = api.code_of(activity, world.host)
    clock.shift(20)

    assert api.code_of(activity, world.host)["url"] != first["url"]


def test_the_pictures_say_the_same_as_the_link(api, client, world, activity):
    code = api.code_of(activity, world.host)

    png = client.get(code["png_url"])
    svg = client.get(code["svg_url"])

    assert zxingcpp.read_barcode(Image.open(io.BytesIO(png.data))).text == code["url"]
    assert (png.mimetype, svg.mimetype) == ("image/png", "image/svg+xml")
    assert ET.fromstring(svg.text).attrib["role"] == "img"


def test_a_picture_of_anything_else_is_refused(client, refused):
    refused(client.get("/api/v1/codes/HELLO.svg"), 422, "invalid-code")
    refused(client.get("/api/v1/codes/HELLO.png"), 422, "invalid-code")


def test_only_those_who_show_it_see_the_code(api, world, activity, refused):
    path = f"/occasions/{activity.id}/code"

    refused(api.get(path, world.person), 403, "staff-only")
    refused(api.get(path, world.other_clerk), 403, "not-allowed")
    refused(api.get(path, world.far_admin), 404, "occasion-not-found")
