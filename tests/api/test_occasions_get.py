from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

from tests.factories.world import build_occasion


def test_occasions_of_ones_center_are_listed_latest_first(api, world, now):
    early = build_occasion(world.station, now=now)
    late = build_occasion(world.other_station, starts_in=90, now=now)
    build_occasion(world.far_station, now=now)

    listed = api.get("/occasions", world.person).json

    assert [item["id"] for item in listed["items"]] == [str(late.id), str(early.id)]


def test_occasions_are_filtered_by_node_and_time(api, world, now):
    early = build_occasion(world.station, now=now)
    build_occasion(world.station, starts_in=600, now=now)
    build_occasion(world.other_station, now=now)
    until = quote((now + timedelta(hours=1)).isoformat())

    path = f"/occasions?node_id={world.station.id}&starts_before={until}"

    assert [item["id"] for item in api.get(path, world.person).json["items"]] == [str(early.id)]


def test_one_occasion_is_shown_without_its_secrets(api, world, activity):
    response = api.get(f"/occasions/{activity.id}", world.person)

    assert response.json["title"] == "环境清洁日"
    assert response.json["starts_at"] == activity.starts_at.isoformat()
    assert "key" not in response.text
    assert activity.code_label not in response.text


def test_an_occasion_of_another_center_is_not_found(api, world, activity, refused):
    refused(api.get(f"/occasions/{activity.id}", world.person_far), 404, "occasion-not-found")
    refused(api.get(f"/occasions/{uuid4()}", world.person), 404, "occasion-not-found")


def test_a_time_without_zone_is_refused(api, world, refused):
    path = "/occasions?starts_from=2026-11-21T00:00:00"

    refused(api.get(path, world.person), 422, "invalid-request")
