"""Points and minutes of one attendance are taken back together, or one by one."""

from datetime import timedelta

import pytest

from rewards.activities.types import OccasionKind
from rewards.checkins import service as checkins
from rewards.corrections import service
from rewards.ledger import queries as ledger
from rewards.ledger.types import Asset
from tests.factories.corrections import NOTE
from tests.factories.world import build_occasion

ASSETS = (Asset.POINTS, Asset.SERVICE_MINUTES)


@pytest.fixture
def served(admin, station, person, now):
    """The entries of an attendance: its points and its minutes."""
    begun = now - timedelta(hours=3)
    shift = build_occasion(station, kind=OccasionKind.SERVICE_SHIFT, now=begun, minutes=120)
    whom = {"actor": admin, "occasion_id": shift.id, "participant_id": person.participant_id}
    checkins.check_in_by_staff(now=begun, **whom)
    checkins.check_out_by_staff(now=begun + timedelta(minutes=115), **whom)
    return {
        asset: ledger.page_entries(
            participant_id=person.participant_id, asset=asset, limit=1
        ).items[0]
        for asset in ASSETS
    }


def balances(person):
    return [ledger.get_balance(person.participant_id, asset=asset).balance for asset in ASSETS]


@pytest.mark.parametrize("asset", ASSETS)
def test_what_else_the_act_gave_goes_with_it(admin, person, served, now, asset):
    entry = served[asset]

    for _ in range(2):
        done = service.reverse(actor=admin, entry_id=entry.id, note=NOTE, is_whole=True, now=now)
        assert done.entry_id == entry.id

    assert (balances(person), ledger.list_rest(entry)) == ([0, 0], ())


@pytest.mark.parametrize("asset", ASSETS)
def test_alone_it_leaves_the_rest_and_names_it(admin, person, served, now, asset):
    [other] = {*ASSETS} - {asset}

    service.reverse(actor=admin, entry_id=served[asset].id, note=NOTE, now=now)

    assert ledger.list_rest(served[asset]) == (served[other],)
    assert all(balances(person)) is False
    assert any(balances(person))
