"""What rounds come to."""

import json

import pytest

from benchmarks import cases, measuring, report
from benchmarks.cases import Case
from benchmarks.load import Load
from benchmarks.measuring import Measured


def build_load(per_second, *, slowest=0.01, errors=0):
    latencies = [0.001] * (per_second - 1) + [slowest]
    return Load(seconds=1.0, latencies=latencies, errors=errors)


def build_measured(name, rates, *, hellos=(1000, 1000, 1000), **details):
    return Measured(
        Case(name, run=None),
        loads=[build_load(rate, **details) for rate in rates],
        hellos=[build_load(rate) for rate in hellos],
    )


@pytest.fixture
def found():
    found = report.Findings("PostgreSQL", {"rounds": 3}, projected_per_second=900.0)
    found.add(
        [
            build_measured(cases.CHECK_IN, [200, 100, 300]),
            build_measured(cases.RESERVE, [100, 100, 100], errors=2),
        ]
    )
    return found


def test_a_ratio_is_that_of_the_medians_whatever_a_single_round_met():
    # Round by round the median would be 0.4.
    measured = build_measured(cases.CHECK_IN, [200, 200, 200], hellos=[500, 1000, 400, 1000, 1000])

    assert measured.of_hello == 0.2
    assert measured.per_second == 200


def test_two_cases_are_compared_round_by_round():
    one = build_measured(cases.CAPACITY_CHECK_IN, [50, 200, 90])
    other = build_measured(cases.CHECK_IN, [100, 200, 100])

    assert measuring.compare(one, other) == 0.9


def test_times_are_medians_of_what_share_of_answers_came_within():
    measured = build_measured(cases.CHECK_IN, [100, 100, 100], slowest=0.5)

    assert measured.milliseconds(0.5) == 1.0
    assert measured.milliseconds(0.99) == 500.0


def test_bars_tell_whether_they_are_reached_and_what_was_not_measured(found):
    bars = {bar.what: bar for bar in report.list_bars(found)}

    assert bars["check-in ÷ hello"].is_reached is True
    assert bars["redemption ÷ check-in"].value == 0.5
    assert bars["redemption ÷ check-in"].is_reached is False
    assert bars["projection ÷ check-in"].value == 4.5
    assert bars["around=me ÷ hello"].is_reached is None


def test_the_report_shows_what_was_measured_and_no_more(found):
    shown = report.format_report(found)

    assert "| check-in, one occasion | 200 | 1.0 | 1.0 | 0 | 0.200 |" in shown
    assert "| redemption ÷ check-in | ≥ 0.7 | 0.50 | not reached |" in shown
    assert "around" not in shown


def test_everything_can_be_written_as_json(found):
    told = json.loads(json.dumps(report.to_json(found)))

    assert told["cases"]["reserve"]["errors"] == 6
    assert told["cases"]["check-in"]["rounds"] == [200, 100, 300]
