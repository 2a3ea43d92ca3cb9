"""The application as a browser meets it, each request with a context of its own."""

import dataclasses

import pytest
from flask import make_response, render_template_string

from rewards.core.db import db
from tests.conftest import build_settings

READING = "{{ html_lang }} {{ text_size }} {{ next_size }} {{ next_size_label }} {{ next_lang }}"


@pytest.fixture
def make_site(request, tmp_path, applications):
    """Return a function that makes an application with some settings changed.

    It has three pages of its own: what every page has, and no more.
    """
    url = request.getfixturevalue("database").url
    made = []

    def make(**changes):
        settings = dataclasses.replace(build_settings(tmp_path, url), **changes)
        made.append(applications.lend(settings, add_samples))
        return made[-1]

    yield make
    for site in made:
        with site.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def site(make_site):
    return make_site()


@pytest.fixture
def visitor(site):
    return site.test_client()


def add_samples(site):
    site.add_url_rule("/sample", view_func=sample)
    site.add_url_rule("/sample/switch", view_func=sample_switch)
    site.add_url_rule("/sample/kept", view_func=sample_kept)
    site.add_url_rule("/sample/form", view_func=sample_form, methods=["GET", "POST"])
    site.add_url_rule("/sample/trouble", view_func=sample_trouble)


def sample():
    return render_template_string(READING + " {{ 20|points }}")


def sample_switch():
    return render_template_string("{{ switch_url(size='large')|safe }}")


def sample_kept():
    response = make_response("kept")
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


def sample_form():
    return render_template_string("{{ csrf_token() }}")


def sample_trouble():
    raise RuntimeError("a bug")
