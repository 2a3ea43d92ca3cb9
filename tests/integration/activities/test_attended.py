"""What people may come to or leave at a moment is asked of the database alone."""

import pytest

from rewards.access.types import SystemActor
from rewards.activities import queries, service
from rewards.activities.types import OccasionKind
from tests.factories.people import make_branch
from tests.factories.world import build_occasion

pytestmark = pytest.mark.usefixtures("noise")
SHIFT = {"kind": OccasionKind.SERVICE_SHIFT}


@pytest.mark.parametrize(
    ("is_attended", "details"),
    [
        (True, {"starts_in": 30}),
        (False, {"starts_in": 31}),
        (True, {"starts_in": -29}),
        (False, {"starts_in": -30}),
        (True, {"starts_in": -180, **SHIFT}),
        (False, {"starts_in": -181, **SHIFT}),
        (True, {"starts_in": -25 * 60, "minutes": 24 * 60, **SHIFT}),
        (False, {"counts_heads": True}),
    ],
)
def test_only_what_is_open_or_can_still_be_left_is_read(app, now, is_attended, details):
    with app.app_context():
        station = make_branch(now, "东区")[2]
        occasion = build_occasion(station, now=now, **details)

        found = queries.list_attended(node_path=station.path, at=now)

        assert found == ((occasion,) if is_attended else ())


def test_what_is_cancelled_or_elsewhere_is_not_read(app, now):
    with app.app_context():
        here, elsewhere = (make_branch(now, name)[2] for name in ("东区", "西区"))
        kept, cancelled, _ = (build_occasion(each, now=now) for each in (here, here, elsewhere))
        service.cancel_occasion(actor=SystemActor(), occasion_id=cancelled.id, now=now)

        assert queries.list_attended(node_path=here.path, at=now) == (kept,)
