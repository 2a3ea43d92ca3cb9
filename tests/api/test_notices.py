"""Notices over the API: what happened, what to do, and marking it as read."""

import pytest

from rewards.core.unit import use_case
from rewards.notices import operations
from rewards.notices.types import NoticeKind

READ = "/me/notices/read"


@pytest.fixture
def told(world, clock, now):
    def tell(**details):
        use_case(operations.notify)(
            participant_id=world.wang.id,
            kind=NoticeKind.ENTRY_REVERSED,
            details={"points": 20, "day": "2026-11-20", **details},
            now=now,
        )

    tell(debt=20)
    clock.shift(1)
    tell()


def test_a_notice_says_what_and_what_next(api, world, told, plain):
    newer, older = api.get("/me/notices", world.person).json["items"]

    assert plain(older["explanation"]) == "11月20日 周五的 20 分 撤回了，还欠 20 分"
    assert older["next_step"] == "再得的积分先补上，补齐就能兑换；对不上就打电话"
    assert older["details"] == {"points": 20, "day": "2026-11-20", "debt": 20}
    assert (older["kind"], older["read_at"]) == ("entry_reversed", None)
    assert "debt" not in newer["details"]


def test_marking_answers_how_many_are_left(api, world, told):
    older = api.get("/me/notices", world.person).json["items"][1]

    assert api.post(READ, world.person, {"through": older["id"]}).json == {"unread": 1}
    assert api.post(READ, world.person, {}).json == {"unread": 0}


def test_nobody_sees_or_marks_those_of_another(api, world, told):
    assert api.get("/me/notices", world.person_far).json["items"] == []
    api.post(READ, world.person_far, {})

    assert api.get("/me/notices", world.person).json["items"][0]["read_at"] is None


def test_staff_have_no_notices(api, world, refused):
    refused(api.get("/me/notices", world.admin), 403, "participant-only")
    refused(api.post(READ, world.admin, {}), 403, "participant-only")
