"""Every error has one code, one title, one category with a status, and a section in the docs."""

import ast
import importlib
import pkgutil
import re
from collections import Counter
from pathlib import Path

import pytest

import rewards
from rewards.core.errors import RewardsError
from rewards.web.statuses import STATUS_BY_CATEGORY

PROBLEMS = Path(__file__).parents[2] / "docs" / "problems.md"
# What RFC 9457 and this service say of every problem.
EVERYWHERE = {"type", "title", "status", "instance", "next_step"}
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def leaves(cls):
    for sub in cls.__subclasses__():
        if sub in STATUS_BY_CATEGORY:
            yield from leaves(sub)
        elif sub.__module__.startswith("rewards."):
            yield sub


@pytest.fixture(scope="module")
def errors():
    for module in pkgutil.walk_packages(rewards.__path__, "rewards."):
        importlib.import_module(module.name)
    return list(leaves(RewardsError))


def test_every_code_is_one_errors_alone(errors):
    times = Counter(error.code for error in errors)

    assert errors
    assert [code for code, count in times.items() if count > 1] == []


def test_codes_are_words_joined_by_hyphens(errors):
    assert [error.code for error in errors if not CODE.fullmatch(error.code)] == []


def test_titles_are_sentences(errors):
    def is_sentence(title):
        return title[0].isupper() and title.endswith(".") and "\n" not in title

    assert [error.title for error in errors if not is_sentence(error.title)] == []


def test_every_error_has_one_category(errors):
    def categories(error):
        return [category for category in STATUS_BY_CATEGORY if issubclass(error, category)]

    assert [error.__name__ for error in errors if len(categories(error)) != 1] == []


def test_no_member_takes_the_place_of_what_every_problem_says(errors):
    names = {error.__name__ for error in errors}
    root = Path(rewards.__path__[0])
    taken = [
        f"{path.relative_to(root)}:{call.lineno} {keyword.arg}"
        for path in root.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in names
        for keyword in call.keywords
        if keyword.arg in EVERYWHERE
    ]

    assert taken == []


def test_every_category_has_a_status():
    assert set(RewardsError.__subclasses__()) == set(STATUS_BY_CATEGORY)


def test_every_error_has_its_section_in_the_docs(errors):
    sections = re.findall(r"^## (.+)$", PROBLEMS.read_text(), re.MULTILINE)

    assert sorted(sections) == sections
    assert sorted(error.code for error in errors) == sections


def test_every_section_tells_the_status_and_title(errors):
    text = PROBLEMS.read_text()

    for error in errors:
        status = next(s for c, s in STATUS_BY_CATEGORY.items() if issubclass(error, c))
        assert f"## {error.code}\n\n{status.value} · {error.title}\n\n" in text, error.code
