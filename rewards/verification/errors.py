"""What stops verification. Only operators see it, so it is no refusal of the service."""


class AnchorUnreadableError(Exception):
    """A line of the file of anchors is not one that was written there."""


class ThawRefusedError(Exception):
    """The books stay as they are; the message is a sentence that says why."""
