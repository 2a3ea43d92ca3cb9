import pytest

from tests.factories.redemptions import add_shop


@pytest.fixture
def shop(app, now):
    return add_shop(now)
