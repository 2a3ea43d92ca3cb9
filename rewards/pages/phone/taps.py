"""What a tap on a page tells beside what was tapped."""

from rewards.checkins.types import Evidence, Receipt, ScanTicket
from rewards.web import browsers, zones


def read_evidence() -> Evidence:
    """Return what the browser that is asking tells of itself."""
    return Evidence(device=browsers.find_id(), utc_offset=zones.read_offset())


def is_same(receipt: Receipt, ticket: ScanTicket | None, *, leaving: bool) -> bool:
    """Tell whether *receipt* is of the very scan that the tap came with, to come or to leave.

    On a slow network a button is pressed twice, and it is the second answer that is read.
    """
    done_at = receipt.checked_out_at if leaving else receipt.checked_in_at
    return ticket is not None and done_at == ticket.scanned_at
