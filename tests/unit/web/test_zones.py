"""What a phone tells of its time zone is taken with a grain of salt."""

import pytest
from flask import Flask

from rewards.web import zones


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        ("480", 480),
        ("-300", -300),
        ("0", 0),
        ("840", 840),
        ("-720", -720),
        ("841", None),
        ("-721", None),
        ("", None),
        ("48.5", None),
        ("--5", None),
        ("eight", None),
        ("٤٨٠٠", None),
        ("99999999999999999999", None),
    ],
)
def test_an_offset_is_whole_minutes_that_some_place_on_earth_has(told, taken):
    with Flask("test").test_request_context("/", method="POST", data={"utc_offset": told}):
        assert zones.read_offset() == taken


def test_a_form_without_the_field_says_nothing():
    with Flask("test").test_request_context("/", method="POST"):
        assert zones.read_offset() is None
