"""Pure decisions of the books."""

from .errors import InsufficientPointsError


def check_available(*, available: int, required: int) -> None:
    """Check that *required* points may be set aside.

    :raises InsufficientPointsError: if fewer are available.
    """
    if available < required:
        raise InsufficientPointsError(
            available=available, required=required, missing=required - available
        )
