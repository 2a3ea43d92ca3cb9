"""The OpenAPI document, the page made of it, and what each problem means."""

import json
import re
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, render_template
from markupsafe import Markup, escape

PROBLEMS = Path(__file__).parents[2] / "docs" / "problems.md"
METHODS = ("get", "post", "patch", "delete")
SECTION = re.compile(r"^## `?([a-z0-9-]+)`?\s*$", re.MULTILINE)
CODE = re.compile(r"[a-z0-9-]{1,64}")
QUOTED = re.compile(r"`([^`]+)`")

docs = Blueprint("docs", __name__, template_folder="templates", static_folder="static")


def register(app: Flask, document: dict[str, Any]) -> None:
    """Serve *document* and the pages about it."""
    app.extensions["openapi"] = document
    app.register_blueprint(docs, url_prefix="/api/v1/docs")
    app.add_url_rule("/api/v1/openapi.json", "openapi_json", show_document)
    app.add_url_rule("/problems/<code>", "problem", show_problem)


def show_document() -> Response:
    """Answer with the OpenAPI document."""
    document = current_app.extensions["openapi"]
    return Response(json.dumps(document, ensure_ascii=False), mimetype="application/json")


@docs.get("")
def show_page() -> str:
    """Show every call of the API with its fields."""
    document = current_app.extensions["openapi"]
    return render_template("api/docs.html", document=document, groups=_group_calls(document))


def show_problem(code: str) -> str:
    """Show what a problem means and what helps."""
    section = read_problems().get(code)
    if section is None or not CODE.fullmatch(code):
        abort(HTTPStatus.NOT_FOUND)
    return render_template("api/problem.html", code=code, paragraphs=section)


@docs.app_template_filter("quoted")
def mark_quoted(text: str) -> Markup:
    """Return *text* with what stands in backticks marked as code."""
    return Markup(QUOTED.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


@cache
def read_problems() -> dict[str, tuple[str, ...]]:
    """Return the paragraphs of each section of the list of problems, by code."""
    _, *parts = SECTION.split(PROBLEMS.read_text(encoding="utf-8"))
    return {
        code: tuple(part.strip() for part in text.split("\n\n") if part.strip())
        for code, text in zip(parts[::2], parts[1::2], strict=True)
    }


def _group_calls(document: dict[str, Any]) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {
        tag["name"]: {**tag, "calls": []} for tag in document["tags"]
    }
    for path, operations in document["paths"].items():
        for method in METHODS:
            operation = operations.get(method)
            if operation is not None:
                call = _describe_call(document, path, method, operation)
                groups[operation["tags"][0]]["calls"].append(call)
    return list(groups.values())


def _describe_call(
    document: dict[str, Any], path: str, method: str, operation: dict[str, Any]
) -> dict[str, Any]:
    parameters = [
        *document["paths"][path].get("parameters", ()),
        *operation.get("parameters", ()),
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return {
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "anchor": f"{method}{path}",
        "parameters": [_describe_parameter(document, parameter) for parameter in parameters],
        "body": _fields(document, body.get("schema")),
        "answers": [
            _describe_answer(document, status, _resolve(document, response))
            for status, response in sorted(operation["responses"].items())
        ],
    }


def _describe_parameter(document: dict[str, Any], parameter: dict[str, Any]) -> dict[str, Any]:
    parameter = _resolve(document, parameter)
    return {
        "description": "",
        "required": False,
        **parameter,
        "type": _type_of(document, parameter["schema"]),
    }


def _describe_answer(
    document: dict[str, Any], status: str, response: dict[str, Any]
) -> dict[str, Any]:
    content = response.get("content", {}).get("application/json", {})
    return {
        "status": status,
        "description": response.get("description", ""),
        "fields": _fields(document, content.get("schema")),
    }


def _fields(document: dict[str, Any], schema: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the fields of *schema*, those of inner objects with a dotted name."""
    if schema is None:
        return []
    schema = _resolve(document, schema)
    rows = []
    for name, field in schema.get("properties", {}).items():
        inner = _resolve(document, field.get("items", field))
        rows.append(
            {
                "name": name,
                "type": _type_of(document, field),
                "is_required": name in schema.get("required", ()),
                "description": field.get("description", ""),
            }
        )
        suffix = "[]" if "items" in field else ""
        rows += [
            {**row, "name": f"{name}{suffix}.{row['name']}"} for row in _fields(document, inner)
        ]
    return rows


def _type_of(document: dict[str, Any], field: dict[str, Any]) -> str:
    field = _resolve(document, field)
    if "enum" in field:
        return " | ".join("null" if value is None else str(value) for value in field["enum"])
    if "items" in field:
        return f"list of {_type_of(document, field['items'])}"
    kinds = field.get("type", "object")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    text = " | ".join(str(kind) for kind in kinds)
    return f"{text} ({field['format']})" if "format" in field else text


def _resolve(document: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    reference = item.get("$ref")
    if reference is None:
        return item
    found: Any = document
    for step in str(reference).removeprefix("#/").split("/"):
        found = found[step]
    return _resolve(document, found)
