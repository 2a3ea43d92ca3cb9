"""QR symbols as pictures: black on white, as small as the text allows.

Level M on a screen, which is whole and held still; what is printed wears off
and is torn, so there a quarter of the symbol may be missing (level Q).
"""

import io
from functools import lru_cache
from itertools import groupby

import qrcode
from markupsafe import Markup, escape
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q

QUIET_MODULES = 4
PNG_SCALE = 16
PICTURES_KEPT = 256


@lru_cache(maxsize=PICTURES_KEPT)
def qr_svg(url: str, label: str, *, is_printed: bool = False) -> Markup:
    """Return the symbol of the link *url* as one SVG path that is read out as *label*."""
    rows = _symbol(url, scale=1, is_printed=is_printed).modules
    side = len(rows) + 2 * QUIET_MODULES
    path = "".join(
        f"M{x} {y}h{length}v1h-{length}z"
        for y, row in enumerate(rows, QUIET_MODULES)
        for x, length in _runs(row)
    )
    return Markup(  # noqa: S704 - all but the label are numbers
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {side} {side}"'
        f' role="img" aria-label="{escape(label)}" shape-rendering="crispEdges">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d="{path}"/></svg>'
    )


@lru_cache(maxsize=PICTURES_KEPT)
def qr_png(url: str, scale: int = PNG_SCALE) -> bytes:
    """Return the symbol of the link *url* as a PNG, *scale* pixels to a module."""
    buffer = io.BytesIO()
    _symbol(url, scale=scale).make_image().save(buffer, "PNG")
    return buffer.getvalue()


def qr_rows(url: str, *, is_printed: bool = False) -> list[list[bool]]:
    """Return the modules of the symbol of the link *url*, row by row, its quiet zone included."""
    rows: list[list[bool]] = _symbol(url, scale=1, is_printed=is_printed).get_matrix()
    return rows


def _symbol(url: str, *, scale: int, is_printed: bool = False) -> qrcode.QRCode:
    level = ERROR_CORRECT_Q if is_printed else ERROR_CORRECT_M
    symbol = qrcode.QRCode(error_correction=level, box_size=scale, border=QUIET_MODULES)
    # Capitals alone fit the dense alphabet; our links are read in any case.
    symbol.add_data(url.upper(), optimize=0)
    symbol.make(fit=True)
    return symbol


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Return start and length of each run of dark modules."""
    runs = []
    x = QUIET_MODULES
    for is_dark, modules in groupby(row):
        length = len(list(modules))
        if is_dark:
            runs.append((x, length))
        x += length
    return runs
