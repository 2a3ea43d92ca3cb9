import pytest

from tests.factories.world import build_participant, build_station


@pytest.fixture
def station(app):
    with app.app_context():
        return build_station()


@pytest.fixture
def person(station, now):
    return build_participant(station, now=now)
