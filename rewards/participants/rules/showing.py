"""By which name somebody is shown to others, if by one.

Every public face takes its names from here: boards, screens, the interface for
programs. A participant is named only by their own choice, never in full, and
never in a group so small that a masked name tells who it is.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from ..types import BoardDisplay, Participant, PublicName
from . import names

# In a smaller group nobody is named: whoever was there knows who is meant.
GROUP_MIN = 5
ENDING_DIGITS = 2
# More would be as good as the number on a card.
ENDING_DIGITS_MAX = 4


def find_public_name(participant: Participant | None) -> PublicName | None:
    """Return what others may call *participant*; None: not to be named.

    Nobody under 18 is shown by name or nickname, whatever was chosen.
    """
    if participant is None or participant.closed_at is not None:
        return None
    match participant.board_display:
        case BoardDisplay.HIDDEN:
            return None
        case _ if participant.is_minor:
            return PublicName(names.mask_minor(participant.number))
        case BoardDisplay.MASKED:
            return PublicName(participant.masked_name)
        case BoardDisplay.NICKNAME:
            return PublicName(participant.nickname) if participant.nickname else None


def name_group(
    participants: Sequence[Participant | None], *, people: int
) -> tuple[PublicName | None, ...]:
    """Return what each is called among the others; None: not to be named.

    *people* is how many there are in all, shown or not. Those who would be
    called the same are told apart by as few digits of their numbers as do.
    """
    if people < GROUP_MIN:
        return (None,) * len(participants)
    found = [find_public_name(each) for each in participants]
    alike: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(found):
        if name is not None:
            alike[_fold(name.text)].append(place)
    for places in alike.values():
        if len(places) > 1:
            _tell_apart(found, participants, places)
    return tuple(found)


def _tell_apart(
    found: list[PublicName | None], participants: Sequence[Participant | None], places: list[int]
) -> None:
    people = [each for place in places if (each := participants[place]) is not None]
    digits = _count_digits([each.number for each in people])
    for place, each in zip(places, people, strict=True):
        if each.is_minor:
            found[place] = PublicName(names.mask_minor(each.number, digits=digits))
        elif (name := found[place]) is not None:
            found[place] = PublicName(name.text, each.number[-digits:])


def _count_digits(numbers: Sequence[str]) -> int:
    for digits in range(ENDING_DIGITS, ENDING_DIGITS_MAX):
        if len({number[-digits:] for number in numbers}) == len(set(numbers)):
            return digits
    return ENDING_DIGITS_MAX


def _fold(text: str) -> str:
    return names.strip_invisible(unicodedata.normalize("NFKC", text)).casefold()
