"""What the tests share must stay shared: an application made anew for each costs minutes."""

import pytest

from rewards.core.db import db
from tests.applications import Applications
from tests.conftest import build_settings


@pytest.fixture
def lend(database, tmp_path):
    settings = build_settings(tmp_path, database.url)
    applications = Applications()
    lent = []

    def borrow():
        lent.append(applications.lend(settings))
        return lent[-1]

    yield borrow
    for app in lent:
        with app.app_context():
            db.engine.dispose()


def test_an_application_that_has_refused_something_is_lent_again(lend):
    app = lend()
    for path in ("/api/v1/spaces", "/api/v1/nowhere", "/nowhere", "/console/"):
        app.test_client().get(path)
    assert lend() is app


def test_an_application_with_something_added_is_not(lend):
    app = lend()
    app.after_request_funcs.setdefault("spaces", []).append(lambda response: response)
    assert lend() is not app
