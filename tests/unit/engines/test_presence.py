"""What is missing is a failure in CI, and elsewhere a skip."""

import pytest

from tests.engines.presence import absent


def test_in_ci_a_missing_engine_is_a_failure(monkeypatch):
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="Redis was not found"):
        absent("Redis")


def test_elsewhere_a_missing_engine_is_a_skip(monkeypatch):
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="Redis was not found"):
        absent("Redis")
