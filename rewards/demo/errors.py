"""What loading the demo refuses. Only commands load it, so these are no problems of the API."""


class DatabaseInUseError(Exception):
    """There are participants, and the demo is loaded into an empty database only."""

    def __init__(self) -> None:
        super().__init__(
            "The demo is loaded into an empty database only, and this one has participants."
        )
