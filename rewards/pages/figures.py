"""A number set large with its unit small beside it."""

import re

from markupsafe import Markup, escape

_FIGURE = re.compile(r"([+\N{MINUS SIGN}]?[\d.,]+)\s*(.*)", re.DOTALL)


def figure(text: str) -> Markup:
    """Return a count as `rewards.web.formats` writes it, its unit in small type."""
    match = _FIGURE.fullmatch(text)
    if match is None:
        return escape(text)
    number, unit = match.groups()
    return Markup("{}<small>{}</small>").format(number, unit)
