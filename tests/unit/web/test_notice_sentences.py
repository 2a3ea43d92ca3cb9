"""Every kind of notice says what happened and what to do, without a gap."""

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest

from rewards.notices.types import Notice, NoticeId, NoticeKind
from rewards.web import sentences
from rewards.web.sentences import notices

FULL = {
    "points": 20,
    "balance": 35,
    "day": "2026-11-20",
    "days": 30,
    "minutes": 150,
    "rule": "AWARD",
    "is_granted": True,
    "starts_at": "2026-11-27T07:00:00+00:00",
    "missed": 3,
    "expires_at": "2026-11-28T16:00:00+00:00",
}
FILM = SimpleNamespace(
    place="4号厅", title="红色观影", starts_at=datetime(2026, 11, 27, 7, tzinfo=UTC)
)
SOAP = SimpleNamespace(reward_name="香皂", quantity=2, unit="块", space_name="“学习强国”线下空间")
CASES = [
    *((kind, FULL) for kind in NoticeKind),
    (NoticeKind.POINTS_ADJUSTED, {"points": -5, "balance": 0}),
    (NoticeKind.ENTRY_REVERSED, {"points": 20, "day": "2026-11-20", "debt": 20}),
    (NoticeKind.ENTRY_REVERSED, {"points": 20, "day": "2026-11-20"}),
    (NoticeKind.REDEMPTION_RETURNED, {"points": 0, "quantity": 1}),
    (NoticeKind.REDEMPTION_COLLECTED, {"points": 60, "by": "owner", "is_shown": False}),
    (NoticeKind.REDEMPTION_COLLECTED, {"points": 60, "by": "owner", "is_shown": True}),
    (NoticeKind.REDEMPTION_CHANGED, {"expires_at": "2026-11-28T16:00:00+00:00"}),
    (NoticeKind.APPEAL_ANSWERED, {"day": "2026-11-20", "is_granted": False}),
]


def build(kind, details):
    return Notice(
        id=NoticeId(UUID(int=1)),
        kind=kind,
        details=details,
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
        read_at=None,
    )


@pytest.mark.parametrize(("kind", "details"), CASES)
def test_each_kind_says_what_and_what_next(kind, details):
    sentence = sentences.explain_notice(build(kind, details), occasion=FILM, redemption=SOAP)

    assert sentence.what
    assert sentence.next_steps
    assert "%(" not in sentence.detail + sentence.next_step
    assert "None" not in sentence.detail


def test_every_words_belong_to_a_kind():
    assert {name.partition(".")[0] for name in notices.BY_KIND} == set(NoticeKind)


def test_taken_points_are_told_as_taken():
    sentence = sentences.explain_notice(
        build(NoticeKind.POINTS_ADJUSTED, {"points": -5, "balance": 0})
    )

    assert sentence.what == "从您这里减了 5\N{NO-BREAK SPACE}分"
    assert sentence.why == "现在有 0\N{NO-BREAK SPACE}分"


def test_a_number_that_is_not_known_leaves_its_part_out():
    sentence = sentences.explain_notice(
        build(NoticeKind.APPEAL_ANSWERED, {"day": "2026-11-20", "is_granted": True})
    )

    assert sentence.why == ""
