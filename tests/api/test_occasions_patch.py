import pytest

from tests.factories.world import build_occasion


@pytest.fixture
def tomorrow(world, now):
    return build_occasion(world.station, starts_in=24 * 60, now=now)


def test_a_host_changes_title_and_capacity(api, world, tomorrow):
    response = api.patch(
        f"/occasions/{tomorrow.id}", world.host, {"title": "读书分享会", "capacity": 12}
    )

    assert (response.status_code, response.json["title"]) == (200, "读书分享会")
    assert response.json["capacity"] == 12


def test_a_cancelled_occasion_lets_nobody_in(api, world, activity, refused):
    code = api.code_of(activity, world.host)

    cancelled = api.patch(f"/occasions/{activity.id}", world.host, {"status": "cancelled"})

    assert cancelled.json["status"] == "cancelled"
    refused(api.post("/check-ins", world.person, {"code": code["url"]}), 410, "occasion-cancelled")


def test_times_stand_once_check_in_is_open(api, world, activity, refused):
    body = {"starts_at": "2026-11-21T20:00:00+08:00", "ends_at": "2026-11-21T21:00:00+08:00"}

    refused(api.patch(f"/occasions/{activity.id}", world.host, body), 409, "occasion-in-use")


@pytest.mark.parametrize(
    "body", [{}, {"status": "scheduled"}, {"status": "cancelled", "title": "x"}, {"kind": "x"}]
)
def test_a_change_that_does_not_fit_is_refused(api, world, tomorrow, refused, body):
    refused(api.patch(f"/occasions/{tomorrow.id}", world.host, body), 422, "invalid-request")


def test_who_may_not_change_it_is_refused(api, world, tomorrow, refused):
    path, body = f"/occasions/{tomorrow.id}", {"title": "读书分享会"}

    refused(api.patch(path, world.clerk, body), 403, "not-allowed")
    refused(api.patch(path, world.person, body), 403, "staff-only")
    refused(api.patch(path, world.far_admin, body), 404, "occasion-not-found")


def test_heads_are_counted_and_put_right(api, world, now):
    lecture = build_occasion(world.station, counts_heads=True, now=now)

    counted = api.patch(f"/occasions/{lecture.id}", world.host, {"head_count": 96})
    shown = api.get(f"/occasions/{lecture.id}", world.person).json

    assert (counted.status_code, shown["counts_heads"], shown["head_count"]) == (200, True, 96)


def test_heads_are_not_counted_where_names_are_kept(api, world, activity, refused):
    refused(
        api.patch(f"/occasions/{activity.id}", world.host, {"head_count": 96}), 422, "head-count"
    )


def test_a_failure_is_flagged_alone_by_an_administrator(api, world, activity, refused):
    note = {"failure_note": "下午网络断了"}

    flagged = api.patch(f"/occasions/{activity.id}", world.admin, note)

    assert flagged.json["failure_note"] == "下午网络断了"
    refused(api.patch(f"/occasions/{activity.id}", world.host, note), 403, "not-allowed")
    refused(
        api.patch(f"/occasions/{activity.id}", world.admin, {**note, "title": "另一场"}),
        422,
        "invalid-request",
    )
