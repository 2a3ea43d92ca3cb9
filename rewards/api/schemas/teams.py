"""The wire format of teams, their categories and their members."""

from marshmallow import Schema, ValidationError, fields, validates_schema

from .common import Day, Flag, Identifier, PageQuery, Request, Text, check_some_field, page_of

NAME_LENGTH_MAX = 60
CODE_LENGTH_MAX = 24
CATEGORY_LENGTH_MAX = 12
CATEGORY = "The `code` of a category."


class TeamsQuery(PageQuery):
    node_id = Identifier(
        load_default=None, metadata={"description": "At home at this node or below it."}
    )
    category = Text(
        length_min=1,
        length_max=CODE_LENGTH_MAX,
        load_default=None,
        metadata={"description": CATEGORY},
    )


class TeamRequest(Request):
    name = Text(length_min=1, length_max=NAME_LENGTH_MAX, required=True)
    category = Text(
        length_min=1, length_max=CODE_LENGTH_MAX, required=True, metadata={"description": CATEGORY}
    )
    node_id = Identifier(required=True, metadata={"description": "Where it is at home."})


class TeamChange(Request):
    name = Text(length_min=1, length_max=NAME_LENGTH_MAX)
    category = Text(length_min=1, length_max=CODE_LENGTH_MAX)
    node_id = Identifier()
    leader_id = Identifier(
        allow_none=True, metadata={"description": "One of its members, or null for none."}
    )
    is_closed = Flag(metadata={"description": "Whether it is closed; goes without other changes."})

    @validates_schema
    def check_change(self, data: dict[str, object], **_kwargs: object) -> None:
        """Refuse a change of nothing, and closing together with other changes."""
        check_some_field(data)
        if "is_closed" in data and len(data) > 1:
            raise ValidationError("Goes without another change.", field_name="is_closed")


class TeamResponse(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    category = fields.String(
        required=True, attribute="category_code", metadata={"description": CATEGORY}
    )
    category_name = fields.String(required=True)
    node_id = fields.UUID(required=True, attribute="home_node_id")
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class CategoriesQuery(Request):
    node_id = Identifier(load_default=None, metadata={"description": "Of the center of this node."})


class CategoryRequest(Request):
    node_id = Identifier(required=True, metadata={"description": "A node of the center."})
    name = Text(length_min=1, length_max=CATEGORY_LENGTH_MAX, required=True)


class CategoryResponse(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    is_standing = fields.Boolean(
        required=True, metadata={"description": "One of the eight that are always there."}
    )


class MembersQuery(PageQuery):
    day = Day(load_default=None, metadata={"description": "Who belonged to it on that day; today."})


class MemberRequest(Request):
    participant_id = Identifier(required=True)
    joined_on = Day(metadata={"description": "Today, or a day that is past."})


class MemberResponse(Schema):
    participant_id = fields.UUID(required=True)
    number = fields.String(required=True)
    display_name = fields.String(required=True, metadata={"description": "Masked."})
    joined_on = fields.Date(required=True)
    left_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "The first day without them."}
    )
    is_leader = fields.Boolean(required=True)


TeamsPage = page_of(TeamResponse, name="TeamsPage")
CategoriesPage = page_of(CategoryResponse, name="TeamCategoriesPage")
MembersPage = page_of(MemberResponse, name="TeamMembersPage")
