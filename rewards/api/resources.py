"""What every resource of the API is declared with.

`Resource.call` adds one call: its route, what it accepts and answers, and its
place in the OpenAPI document.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, wraps
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from flask import Request, Response, jsonify, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser

from rewards.access.types import Actor
from rewards.core import unit
from rewards.core.errors import InvalidError
from rewards.core.paging import Page
from rewards.web import parsing, sessions

View = TypeVar("View", bound=Callable[..., Response])

ALWAYS_POSSIBLE = (HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE)
FILE = {"type": "string", "format": "binary"}
QUERIES_KEPT_MAX = 1_024
QUERY_BYTES_KEPT_MAX = 512
# Of these a copy of the arguments may hold the same ones.
UNCHANGING = (str, int, UUID, date, type(None))
BODY_REFUSALS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)


class InvalidRequestError(InvalidError):
    code = "invalid-request"
    title = "The request does not match its schema."


class RequestParser(FlaskParser):
    """Reads arguments; what does not fit is refused with a pointer to each fault.

    What a query string was found to say is remembered: many ask for the same
    few lists, and reading it costs more than most look-ups.
    """

    def __init__(self) -> None:
        super().__init__()
        self._read: dict[tuple[Schema, bytes], dict[str, Any]] = {}

    def parse(
        self, argmap: Any, req: Request | None = None, *, location: str | None = None, **rest: Any
    ) -> Any:
        """Return what the request says at *location*."""
        if location != "query" or not isinstance(argmap, Schema):
            return super().parse(argmap, req, location=location, **rest)
        key = (argmap, request.query_string)
        read = self._read.get(key)
        if read is None:
            read = super().parse(argmap, req, location=location, **rest)
            if len(key[1]) <= QUERY_BYTES_KEPT_MAX and _is_plain(read):
                if len(self._read) >= QUERIES_KEPT_MAX:
                    self._read.clear()
                self._read[key] = read
        return dict(read)

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002
        """Return the JSON of the request."""
        return parsing.json_body()

    def handle_error(self, error: ValidationError, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse the request."""
        # webargs puts the location around the messages; one call reads only one.
        messages = next(iter(error.messages_dict.values()))
        raise InvalidRequestError(
            errors=[{"pointer": pointer, "detail": detail} for pointer, detail in flatten(messages)]
        ) from error


class Resource(Blueprint):  # type: ignore[misc]
    """The calls of one resource."""

    ARGUMENTS_PARSER = RequestParser()

    def __init__(self, name: str, *, description: str) -> None:
        super().__init__(name, __name__, url_prefix="/api/v1", description=description)
        self._prepare_doc_cbks.append(_document_call)

    def call(
        self,
        method: str,
        rule: str,
        *,
        answers: Mapping[HTTPStatus, type[Schema]] | None = None,
        query: type[Schema] | None = None,
        body: type[Schema] | None = None,
        refusals: Sequence[HTTPStatus] = (),
        is_keyed: bool = False,
        has_etag: bool = False,
        is_open: bool = False,
        file_type: str | None = None,
        takes: Sequence[str] = (),
    ) -> Callable[[View], View]:
        """Add a call answered by the decorated view, which gets the query or the body loaded.

        A call that is open wants no token. One with a *file_type* answers 200 with such a file.
        One that *takes* media types is sent a file of one of them.
        """

        def decorate(view: View) -> View:
            documented: Any = view
            for status, schema in (answers or {}).items():
                documented = self.alt_response(
                    status.value, schema=schema, success=True, headers=_headers(status)
                )(documented)
            if file_type is not None:
                documented = self.alt_response(
                    HTTPStatus.OK.value, schema=FILE, content_type=file_type, success=True
                )(documented)
            always = (HTTPStatus.SERVICE_UNAVAILABLE,) if is_open else ALWAYS_POSSIBLE
            for status in (*always, *refusals, *(BODY_REFUSALS if body else ())):
                documented = self.alt_response(status.value, response=status.name)(documented)
            if has_etag:
                documented = self.alt_response(HTTPStatus.NOT_MODIFIED.value)(documented)
            if query is not None:
                documented = self.arguments(instance_of(query), location="query", unknown=RAISE)(
                    documented
                )
            if body is not None:
                documented = self.arguments(instance_of(body), location="json")(documented)
            documented._apidoc |= {"is_keyed": is_keyed, "is_open": is_open, "takes": takes}  # noqa: SLF001
            guarded = documented if is_open else _require_token(documented)
            self.add_url_rule(rule, view.__name__, guarded, methods=[method])
            return view

        return decorate


def answer_once(
    use_case: Callable[..., Any],
    *,
    render: Callable[[Any], tuple[int, dict[str, Any]]],
    location: Callable[[dict[str, Any]], str] | None = None,
    actor: Actor,
    now: datetime,
    **arguments: Any,
) -> Response:
    """Run *use_case*, once for an Idempotency-Key if there is one, and answer with its outcome.

    *location* gives the address of what a 201 made, from the answer's body.
    """
    answer = unit.answer_once(
        use_case,
        request=parsing.keyed_request(actor=actor, body=_asked(), now=now),
        render=render,
        actor=actor,
        now=now,
        **arguments,
    )
    response = jsonify(answer.body)
    response.status_code = answer.status
    if answer.status == HTTPStatus.CREATED and location is not None:
        response.headers["Location"] = location(answer.body)
    if answer.is_replay:
        response.headers[parsing.HIT_HEADER] = "true"
    return response


def invalid_request(field: str, detail: str) -> InvalidRequestError:
    """Return the refusal of one field that the schema alone cannot judge."""
    return InvalidRequestError(errors=[{"pointer": f"#/{field}", "detail": detail}])


def answer(schema: type[Schema], value: Any) -> Response:
    """Return *value* as JSON."""
    return jsonify(instance_of(schema).dump(value))


def answer_page(schema: type[Schema], page: Page[Any]) -> Response:
    """Return a page of a list as JSON."""
    return jsonify({"items": instance_of(schema).dump(page.items, many=True), "next": page.next})


@cache
def instance_of(schema: type[Schema]) -> Schema:
    """Return the one instance of *schema*: making one costs more than using it."""
    return schema()


def flatten(messages: Any, pointer: str = "#") -> list[tuple[str, str]]:
    """Return the JSON Pointer and the text of every message of a schema."""
    if isinstance(messages, dict):
        return [
            fault
            for key, value in messages.items()
            for fault in flatten(
                value, pointer if key == "_schema" else f"{pointer}/{_escape(str(key))}"
            )
        ]
    return [(pointer, str(message)) for message in messages]


def _is_plain(arguments: Any) -> bool:
    return all(isinstance(value, UNCHANGING) for value in arguments.values())


def _escape(key: str) -> str:
    # What cannot be encoded is shown escaped: it came from the request.
    printable = key.encode("ascii", "backslashreplace").decode()
    return printable.replace("~", "~0").replace("/", "~1")


def _asked() -> Any:
    # Some calls have no body; the key is then bound to the route alone.
    return parsing.json_body() if request.get_data(cache=True) else None


def _headers(status: HTTPStatus) -> dict[str, Any]:
    if status != HTTPStatus.CREATED:
        return {}
    return {
        "Location": {
            "description": "Where the thing made can be found.",
            "schema": {"type": "string", "format": "uri-reference"},
        }
    }


def _require_token(view: Callable[..., Response]) -> Callable[..., Response]:
    # Before anything of the request is read: who is unknown learns nothing of it.
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Response:
        sessions.current_actor()
        return view(*args, **kwargs)

    return guarded


def _document_call(doc: dict[str, Any], info: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    if info.get("is_keyed"):
        doc.setdefault("parameters", []).append("IdempotencyKey")
    if info.get("is_open"):
        doc["security"] = []
    if info.get("takes"):
        content = {each: {"schema": FILE} for each in info["takes"]}
        doc["requestBody"] = {"required": True, "content": content}
    return doc
