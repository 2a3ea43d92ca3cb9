"""A visitor of each language, without an application behind."""

import flask_babel
import pytest
from flask import Flask

from rewards.web import preferences


@pytest.fixture
def read_in():
    """Return a function that makes the visitor read in "zh" or "en"."""
    app = Flask("rewards")
    preferences.register(app)
    with app.test_request_context():
        forced = []

        def choose(language):
            forced.append(flask_babel.force_locale(preferences.LOCALES[language]))
            forced[-1].__enter__()

        yield choose
        for each in reversed(forced):
            each.__exit__(None, None, None)
