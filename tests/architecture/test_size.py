"""A file fits in a sitting, a function on a screen: what it does, not what its docstring says."""

import ast
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULE_LINES_MAX = 300
FUNCTION_LINES_MAX = 60
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Module:
    name: str
    lines: int
    functions: tuple


@pytest.fixture(scope="module")
def modules():
    """Every module of the service, read once for all of these tests."""
    found = [read(path) for path in sorted((ROOT / "rewards").rglob("*.py"))]
    assert len(found) > 500
    return found


def read(path):
    source = path.read_text()
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, FUNCTIONS)]
    return Module(str(path.relative_to(ROOT)), source.count("\n"), tuple(functions))


def length(function):
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        lines -= docstring.end_lineno - docstring.lineno + 1
    return lines


def test_every_module_fits(modules):
    assert [module.name for module in modules if module.lines > MODULE_LINES_MAX] == []


def test_every_function_fits(modules):
    long = [
        (module.name, function.name)
        for module in modules
        for function in module.functions
        if length(function) > FUNCTION_LINES_MAX
    ]

    assert long == []


def test_nothing_is_imported_inside_a_function(modules):
    hidden = [
        (module.name, function.name, node.lineno)
        for module in modules
        for function in module.functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []
