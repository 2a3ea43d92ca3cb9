"""By which name somebody stands on a board, if by one."""

from collections import Counter
from collections.abc import Sequence

from rewards.participants.types import BoardDisplay, Participant


def choose_name(participant: Participant | None) -> tuple[BoardDisplay, str | None]:
    """Return how a participant is shown, and by which name if by one. Minors never are."""
    if participant is None or participant.is_minor or participant.closed_at is not None:
        return BoardDisplay.HIDDEN, None
    match participant.board_display:
        case BoardDisplay.MASKED:
            return BoardDisplay.MASKED, participant.masked_name
        case BoardDisplay.NICKNAME if participant.nickname:
            return BoardDisplay.NICKNAME, participant.nickname
        case _:
            return BoardDisplay.HIDDEN, None


def list_names(
    participants: Sequence[Participant | None],
) -> tuple[tuple[BoardDisplay, str | None], ...]:
    """Return how each is shown; names borne by several end in digits of each one's number."""
    chosen = [choose_name(participant) for participant in participants]
    borne = Counter(name for _, name in chosen if name is not None)
    return tuple(
        (display, f"{name}({participant.number[-2:]})")
        if participant is not None and name is not None and borne[name] > 1
        else (display, name)
        for (display, name), participant in zip(chosen, participants, strict=True)
    )
