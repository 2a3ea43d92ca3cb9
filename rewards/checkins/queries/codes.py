"""What a code means now."""

from datetime import datetime

from rewards.activities import queries as activities
from rewards.activities.types import Occasion, OccasionId
from rewards.core.errors import RewardsError
from rewards.core.ids import new_label

from .. import rules
from ..errors import InvalidCodeError, OtherOccasionError, WrongDigitsError
from ..types import CheckInChannel, CodeKind, DisplayCode, ScanTicket, Token

TICKET_ID_LENGTH = 26


def get_display_code(occasion: Occasion, *, now: datetime) -> DisplayCode:
    """Return the code that the screen of *occasion* shows now."""
    return rules.build_code(label=occasion.code_label, key=occasion.code_key, now=now)


def freeze_scan(text: str, *, device: str, now: datetime) -> tuple[Occasion, ScanTicket]:
    """Return the occasion of a scanned code, and a ticket that keeps the time of the scan.

    Only the browser for which *device* stands can use the ticket.

    :raises InvalidCodeError: if it is not the code of an occasion.
    :raises CodeExpiredError: if the screen has moved on.
    """
    occasion, token = find_scanned(text)
    rules.check_link(token, key=occasion.code_key, now=now)
    return occasion, ScanTicket(
        id=new_label(TICKET_ID_LENGTH),
        occasion_id=occasion.id,
        scanned_at=now,
        channel=CheckInChannel.DISPLAY_CODE,
        device=device,
        step=token.step,
    )


def freeze_digits(
    occasion_id: OccasionId,
    digits: str,
    *,
    device: str,
    is_leaving: bool = False,
    now: datetime,
) -> ScanTicket:
    """Return a ticket that keeps when the digits of a screen were typed, as of a scan.

    :raises OccasionNotFoundError: if there is no such occasion.
    :raises WrongDigitsError: if they are not those of now.
    :raises OtherOccasionError: if they are those of another occasion there.
    """
    occasion = activities.get_occasion(occasion_id)
    check_typed(occasion, digits, is_leaving=is_leaving, now=now)
    return ScanTicket(
        id=new_label(TICKET_ID_LENGTH),
        occasion_id=occasion.id,
        scanned_at=now,
        channel=CheckInChannel.DIGITS,
        device=device,
    )


def find_scanned(text: str) -> tuple[Occasion, Token]:
    """Return the occasion whose label *text* carries; whether it is genuine is not checked.

    :raises InvalidCodeError: if there is no such occasion.
    """
    token = rules.parse_token(text)
    occasion = (
        activities.find_by_code_label(token.label) if token.kind is CodeKind.DISPLAY else None
    )
    if occasion is None:
        raise InvalidCodeError
    return occasion, token


def check_typed(
    occasion: Occasion, digits: str, *, is_leaving: bool = False, now: datetime
) -> None:
    """Check that *digits* are those that the screen of *occasion* shows now.

    :raises WrongDigitsError: if they are not.
    :raises OtherOccasionError: if they are those of another occasion there.
    """
    try:
        rules.check_digits(rules.normalize_digits(digits), key=occasion.code_key, now=now)
    except WrongDigitsError:
        other = _find_by_digits(digits, beside=occasion, is_leaving=is_leaving, now=now)
        if other is None:
            raise
        raise OtherOccasionError(occasion_title=other.title, occasion_id=str(other.id)) from None


def _find_by_digits(
    digits: str, *, beside: Occasion, is_leaving: bool = False, now: datetime
) -> Occasion | None:
    """Return the occasion at the node of *beside* whose digits those are, where one is open now.

    With *is_leaving* one that can be left now.
    """
    try:
        plain = rules.normalize_digits(digits)
    except WrongDigitsError:
        return None
    for each in activities.list_attended(node_path=beside.node_path, at=now):
        try:
            if is_leaving:
                rules.check_out_open(each, at=now, by_staff=False)
            else:
                rules.check_in_open(each, at=now)
            rules.check_digits(plain, key=each.code_key, now=now)
        except RewardsError:
            continue
        return each
    return None
