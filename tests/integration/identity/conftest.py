import argon2
import pytest

from rewards.identity import rules


@pytest.fixture(autouse=True)
def fast_passwords(monkeypatch):
    """Hash passwords by the same algorithm at its lowest cost."""
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(rules, "_hasher", cheap)
