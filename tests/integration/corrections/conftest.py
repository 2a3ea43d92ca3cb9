import pytest

from tests.factories.corrections import build_admin
from tests.factories.redemptions import add_participant
from tests.factories.world import build_station


@pytest.fixture
def station(app):
    return build_station()


@pytest.fixture
def admin(station):
    """An administrator of the station."""
    return build_admin(station)


@pytest.fixture
def second(station):
    """Another administrator of the station."""
    return build_admin(station)


@pytest.fixture
def person(station, now):
    """A participant without points."""
    return add_participant(station, now)
