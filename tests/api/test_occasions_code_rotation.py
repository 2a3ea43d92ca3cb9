from rewards.access.models import AuditRecordRow
from rewards.core.db import db


def test_a_rotation_voids_link_and_digits_at_once(api, world, activity, refused):
    before = api.code_of(activity, world.host)

    rotated = api.post(f"/occasions/{activity.id}/code/rotation", world.host)

    assert rotated.status_code == 200
    assert rotated.headers["Cache-Control"] == "no-store"
    assert rotated.json["url"] != before["url"]
    refused(api.post("/check-ins", world.person, {"code": before["url"]}), 422, "invalid-code")
    refused(
        api.post(
            "/check-ins",
            world.person,
            {"occasion_id": str(activity.id), "digits": before["digits"]},
        ),
        422,
        "wrong-digits",
    )
    assert api.post("/check-ins", world.person, {"code": rotated.json["url"]}).status_code == 201


def test_a_rotation_is_written_down(api, world, activity):
    api.post(f"/occasions/{activity.id}/code/rotation", world.host)

    actions = db.session.scalars(db.select(AuditRecordRow.action)).all()
    assert actions.count("occasion.code-rotated") == 1


def test_only_who_shows_the_code_rotates_it(api, world, activity, refused):
    path = f"/occasions/{activity.id}/code/rotation"

    refused(api.post(path, world.person), 403, "staff-only")
    refused(api.post(path, world.other_clerk), 403, "not-allowed")
    refused(api.post(path, world.far_admin), 404, "occasion-not-found")
