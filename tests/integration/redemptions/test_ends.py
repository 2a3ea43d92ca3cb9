"""The database keeps the ends of redemptions: whoever writes past the use cases is refused."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from rewards.core.db import db
from rewards.redemptions import service
from rewards.redemptions.models import RedemptionRow
from rewards.redemptions.types import RedemptionStatus
from tests.factories.redemptions import add_participant, add_shop, reserve

pytestmark = pytest.mark.databases("sqlite", "postgresql")


@pytest.fixture
def ended(app, now):
    shop = add_shop(now)
    person = add_participant(shop.station, now, points=60)
    redemption = reserve(shop, person, now)
    return service.fulfil(
        actor=shop.clerk, redemption_id=redemption.id, code=redemption.code, now=now
    )


@pytest.mark.parametrize(
    "values",
    [
        {"status": RedemptionStatus.CANCELLED},
        {"status": RedemptionStatus.RESERVED, "closed_at": None},
        {"points": 1},
        {"quantity": 2},
        {"closed_by": "staff:somebody-else"},
    ],
    ids=str,
)
def test_the_end_of_a_redemption_is_final(ended, values):
    with pytest.raises(IntegrityError, match="the end of a redemption is final"):
        write(ended, values)


def test_that_the_points_came_back_later_can_still_be_written_down(ended, now):
    write(ended, {"returned_at": now + timedelta(minutes=5)})

    assert db.session.scalar(sa.select(RedemptionRow.returned_at)) == now + timedelta(minutes=5)


def write(redemption, values):
    statement = sa.update(RedemptionRow).where(RedemptionRow.id == redemption.id).values(**values)
    with db.engine.begin() as connection:
        connection.execute(statement)
