"""The network: centers, institutes, stations and points."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, url_for

from rewards.core import clock
from rewards.network import queries as network
from rewards.network import service
from rewards.network.errors import NodeNotFoundError
from rewards.network.types import Node, NodeId
from rewards.web import sessions

from .resources import Resource, answer, answer_once, answer_page
from .schemas.nodes import NodeRequest, NodeResponse, NodesPage, NodesQuery
from .visibility import get_visible_node, home_path

nodes = Resource("nodes", description="Centers 中心, institutes 所, stations 站 and points 点.")


@nodes.call(
    "GET",
    "/nodes",
    query=NodesQuery,
    answers={HTTPStatus.OK: NodesPage},
    refusals=(HTTPStatus.FORBIDDEN,),
)
def list_nodes(query: dict[str, Any]) -> Response:
    """List the nodes of your center."""
    path = home_path(sessions.current_actor())
    return answer_page(NodeResponse, network.page_nodes(path=path, **query))


@nodes.call(
    "POST",
    "/nodes",
    body=NodeRequest,
    answers={HTTPStatus.CREATED: NodeResponse},
    refusals=(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
    is_keyed=True,
)
def create_node(body: dict[str, Any]) -> Response:
    """Add a node below another one."""
    actor = sessions.require_staff()
    if body["parent_id"] is not None:
        get_visible_node(actor, body["parent_id"], NodeNotFoundError)
    return answer_once(
        service.create_node,
        render=_render_created,
        location=lambda node: url_for("nodes.get_node", node_id=node["id"]),
        actor=actor,
        now=clock.now(),
        **body,
    )


@nodes.call(
    "GET",
    "/nodes/<uuid:node_id>",
    answers={HTTPStatus.OK: NodeResponse},
    refusals=(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
)
def get_node(node_id: UUID) -> Response:
    """Show a node."""
    actor = sessions.current_actor()
    return answer(NodeResponse, get_visible_node(actor, NodeId(node_id), NodeNotFoundError))


def _render_created(node: Node) -> tuple[int, dict[str, Any]]:
    return HTTPStatus.CREATED, NodeResponse().dump(node)
