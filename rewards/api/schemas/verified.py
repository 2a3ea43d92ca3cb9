"""What staff made sure of, on the wire."""

from typing import Any

from marshmallow import fields, validate

from rewards.earning.rules import NEEDS


class Verified(fields.List[Any]):
    """Names of what staff made sure of, for rules that need it."""

    def __init__(self) -> None:
        super().__init__(
            fields.String(validate=validate.OneOf(sorted(NEEDS))),
            validate=validate.Length(max=len(NEEDS)),
            metadata={"description": "What staff made sure of, for rules that need it."},
        )
