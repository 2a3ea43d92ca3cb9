"""The demo district: what it holds, and who can sign in to it."""


def load_demo(*, size: str) -> None:
    """Load the demo district of a *size* into the empty database."""


def sign_ins() -> tuple[str, ...]:
    """Return a line for each way to sign in to the demo district."""
    return ()
