"""The pick-up code that was scanned, carried from page to page without being read in an address."""

from rewards.core.secrecy import vault

from .frame import Post

LENGTH_MAX = 400


def seal(code: str, *, post: Post) -> str:
    """Return *code* as the pages of this clerk may carry it; it tells nobody else anything."""
    return vault().encrypt(f"{post.actor.principal} {code}")


def read(text: str, *, post: Post) -> str:
    """Return the code that a page of this clerk carries, empty if it carries none."""
    said = vault().find_text(text) if 0 < len(text) <= LENGTH_MAX else None
    principal, _gap, code = (said or "").partition(" ")
    return code if principal == post.actor.principal else ""
