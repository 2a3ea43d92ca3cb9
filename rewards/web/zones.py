"""Which time zone a phone takes itself to be in, told by a form if the phone runs scripts."""

import hashlib
from base64 import b64encode

from flask import g, request
from markupsafe import Markup

FIELD = "utc_offset"
MINUTES_MIN, MINUTES_MAX = -12 * 60, 14 * 60
# In the page itself: as a file it would be one more to wait for on the way to the result.
SCRIPT = "document.currentScript.previousElementSibling.value=-new Date().getTimezoneOffset()"
# The policy allows this text and no other.
DIGEST = f"'sha256-{b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}'"


def zone_field() -> Markup:
    """Return a hidden field that a phone which runs scripts fills in; an empty one says nothing."""
    g.has_zone_field = True
    return Markup('<input type="hidden" name="{}"><script>{}</script>').format(
        FIELD,
        Markup(SCRIPT),  # noqa: S704 -- a constant of ours
    )


def has_field() -> bool:
    """Tell whether the page that is being answered has the field."""
    return bool(g.get("has_zone_field"))


def read_offset() -> int | None:
    """Return the minutes east of UTC that the form tells; what makes no sense says nothing."""
    text = request.form.get(FIELD, "")
    if not (text.isascii() and text.removeprefix("-").isdecimal()) or len(text) > 4:
        return None
    minutes = int(text)
    return minutes if MINUTES_MIN <= minutes <= MINUTES_MAX else None
