"""Templates: an occasion held before, to be planned again with one day and one click."""

from datetime import date
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from rewards.access import rules as access
from rewards.access.types import Verb
from rewards.activities import queries as activities
from rewards.activities import rules as patterns
from rewards.activities import service
from rewards.activities.errors import TemplateNotFoundError
from rewards.activities.types import OccasionId, TemplateId
from rewards.core import clock

from . import frame, occasion_form, safety
from .frame import Post

blueprint = Blueprint("console_templates", __name__)

NAME_LENGTH_MAX = 60


@blueprint.get("/console/templates")
def list_all() -> ResponseReturnValue:
    """Show the templates that can be used at the node."""
    post = frame.enter(Verb.MANAGE_OCCASION)
    return frame.show(
        "templates.html",
        post=post,
        current="occasions",
        lines=[
            (each, access.may(post.actor, Verb.MANAGE_OCCASION, each.node_path))
            for each in activities.list_templates(node_path=post.node.path)
        ],
    )


@blueprint.post("/console/occasions/<uuid:occasion_id>/template")
def keep(occasion_id: UUID) -> ResponseReturnValue:
    """Keep an occasion as a template."""
    post = frame.enter()
    occasion = activities.get_occasion(OccasionId(occasion_id))
    name = request.form.get("name", "").strip()[:NAME_LENGTH_MAX] or occasion.title
    safety.run_once(
        service.keep_template,
        post=post,
        route="console template",
        render=lambda template: {"id": str(template.id)},
        occasion_id=occasion.id,
        name=name,
    )
    return redirect("/console/templates?done=kept", code=303)


@blueprint.post("/console/templates/removed")
def remove() -> ResponseReturnValue:
    """Remove a template."""
    post = frame.enter()
    template_id = TemplateId(safety.read_id(request.form.get("template", "")))
    service.remove_template(actor=post.actor, template_id=template_id, now=post.now)
    return redirect("/console/templates?done=removed", code=303)


def fill_asked(post: Post, day: date) -> dict[str, str]:
    """Return what the form of a new occasion shows of the template or occasion in its address.

    :raises TemplateNotFoundError: if the template is kept neither at, above nor below the node.
    """
    if "template" in request.args:
        template = activities.get_template(TemplateId(safety.read_id(request.args["template"])))
        is_offered = post.node.path.startswith(template.node_path)
        if not is_offered and not template.node_path.startswith(post.node.path):
            raise TemplateNotFoundError
        return occasion_form.fill_details(
            template.details, day=day, start=template.start, minutes=template.minutes
        )
    if "copy" in request.args:
        occasion = activities.get_occasion(OccasionId(safety.read_id(request.args["copy"])))
        access.authorize(post.actor, Verb.VIEW_CONSOLE, occasion.node_path)
        start, minutes = patterns.wall_times(occasion, clock.zone())
        filled = occasion_form.fill_details(
            patterns.details_of(occasion), day=day, start=start, minutes=minutes
        )
        return {**filled, "node": str(occasion.node_id)}
    return {}
