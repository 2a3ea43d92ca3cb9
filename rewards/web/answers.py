"""What the back button and a reload find where a page answered a form.

Such a page is never kept, so a browser that goes back to it shows an error of its own, or sends
the form again: another code, another guess. One line gives the page the address of the page
whose form it answers; a phone without scripts keeps to what its browser does.
"""

import hashlib
from base64 import b64encode

from flask import g
from markupsafe import Markup

SCRIPT = 'history.replaceState(null,"",document.referrer||"/")'
# The policy allows this text and no other.
DIGEST = f"'sha256-{b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()}'"


def answer_script() -> Markup:
    """Return the line that gives an answer the address of the page before it."""
    g.has_answer_script = True
    return Markup("<script>{}</script>").format(
        Markup(SCRIPT)  # noqa: S704 -- a constant of ours
    )


def has_script() -> bool:
    """Tell whether the page that is being answered has the line."""
    return bool(g.get("has_answer_script"))
