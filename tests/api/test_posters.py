import pypdfium2
import pytest
import zxingcpp

from rewards.activities.types import NO_POINTS
from tests.factories.world import build_occasion


@pytest.fixture
def exhibition(world, now):
    return build_occasion(world.station, now=now, title="主题展板", rule_code=NO_POINTS)


def issue(api, token, **body):
    return api.post("/posters", token, body)


def test_a_poster_of_an_occasion_is_issued_read_and_revoked(api, world, exhibition, refused):
    issued = issue(api, world.host, occasion_id=str(exhibition.id), place="一楼走廊")
    assert issued.status_code == 201
    assert issued.json["url"].startswith("HTTP://LOCALHOST/C/")
    assert api.get(issued.headers["Location"].removeprefix("/api/v1"), world.host).json == (
        issued.json
    )

    stamped = api.post("/check-ins", world.person, {"code": issued.json["url"]})
    assert (stamped.status_code, stamped.json["points"]) == (201, 0)

    revoked = api.post(f"/posters/{issued.json['id']}/revocation", world.host)
    assert revoked.json["revoked_at"] is not None
    refused(
        api.post("/check-ins", world.person_far, {"code": issued.json["url"]}),
        410,
        "poster-revoked",
    )


def test_where_points_are_earned_the_poster_is_not_enough(api, world, activity, refused):
    poster = issue(api, world.host, node_id=str(world.station.id)).json

    refused(api.post("/check-ins", world.person, {"code": poster["url"]}), 409, "poster-not-enough")
    refused(
        api.post("/check-outs", world.person, {"code": poster["url"]}), 409, "poster-not-enough"
    )


def test_where_nothing_is_on_that_is_said(api, world, refused):
    poster = issue(api, world.host, node_id=str(world.station.id)).json

    refused(api.post("/check-ins", world.person, {"code": poster["url"]}), 409, "nothing-here")


@pytest.mark.parametrize(("paper", "width"), [(None, 595), ("a4", 595), ("a3", 842)])
def test_the_file_carries_the_link(api, world, exhibition, paper, width):
    poster = issue(api, world.host, occasion_id=str(exhibition.id)).json
    query = {} if paper is None else {"query_string": {"paper": paper}}

    file = api.get(f"/posters/{poster['id']}.pdf", world.host, **query)

    document = pypdfium2.PdfDocument(file.data)
    picture = document[0].render(scale=1.5).to_pil()
    assert round(document[0].get_width()) == width
    document.close()
    assert zxingcpp.read_barcode(picture).text == poster["url"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"place": "大门口"},
        {"node_id": "01900000-0000-7000-8000-000000000000", "occasion_id": None},
        {
            "node_id": "01900000-0000-7000-8000-000000000000",
            "zone_id": "01900000-0000-7000-8000-000000000000",
        },
        {"node_id": "01900000-0000-7000-8000-000000000000", "place": "门" * 41},
    ],
)
def test_a_poster_is_of_one_thing(api, world, refused, body):
    refused(issue(api, world.host, **body), 422, "invalid-request")


def test_what_is_not_there_has_no_poster(api, world, refused):
    nothing = "01900000-0000-7000-8000-000000000000"

    refused(issue(api, world.host, occasion_id=nothing), 404, "occasion-not-found")
    refused(issue(api, world.host, zone_id=nothing), 404, "zone-not-found")
    refused(issue(api, world.host, node_id=nothing), 404, "node-not-found")
    refused(api.get(f"/posters/{nothing}", world.host), 404, "poster-not-found")


def test_only_who_plans_occasions_there_has_to_do_with_posters(api, world, exhibition, refused):
    poster = issue(api, world.host, occasion_id=str(exhibition.id)).json
    paths = [("GET", ""), ("GET", ".pdf"), ("POST", "/revocation")]

    for method, ending in paths:
        path = f"/posters/{poster['id']}{ending}"
        refused(api(method, path, world.person), 403, "staff-only")
        refused(api(method, path, world.clerk), 403, "not-allowed")
        refused(api(method, path, world.far_admin), 404, "poster-not-found")
    refused(issue(api, world.clerk, occasion_id=str(exhibition.id)), 403, "not-allowed")
    refused(issue(api, world.far_admin, node_id=str(world.station.id)), 404, "node-not-found")
