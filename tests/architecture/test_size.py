"""A file fits in a sitting, a function on a screen: what it does, not what its docstring says."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULE_LINES_MAX = 300
FUNCTION_LINES_MAX = 60
MODULES = sorted((ROOT / "rewards").rglob("*.py"))


def functions(source):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]


def length(function):
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        lines -= docstring.end_lineno - docstring.lineno + 1
    return lines


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_fits(path):
    source = path.read_text()

    long = [
        function.name for function in functions(source) if length(function) > FUNCTION_LINES_MAX
    ]

    assert source.count("\n") <= MODULE_LINES_MAX
    assert long == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_imported_inside_a_function(path):
    hidden = [
        (function.name, node.lineno)
        for function in functions(path.read_text())
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []
