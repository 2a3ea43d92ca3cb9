"""A fault of ours is a page of the console too, and needs nothing that may have failed."""

import pytest

from rewards.pages.console import correcting


@pytest.fixture
def broken(monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("a fault")

    monkeypatch.setattr(correcting.people, "find", fail)


def test_a_fault_of_ours_says_what_to_do(app, admin, broken):
    app.config["PROPAGATE_EXCEPTIONS"] = False

    answer = admin.post("/console/corrections/people", data={"q": "王建"})

    assert answer.status_code == 500
    assert "是我们的问题" in answer.text
    assert "RuntimeError" not in answer.text
