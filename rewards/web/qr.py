"""QR symbols as pictures: black on white, level M, as small as the text allows."""

import io
from functools import lru_cache
from itertools import groupby

import qrcode
from markupsafe import Markup, escape
from qrcode.constants import ERROR_CORRECT_M

QUIET_MODULES = 4
PNG_SCALE = 16
PICTURES_KEPT = 256


@lru_cache(maxsize=PICTURES_KEPT)
def qr_svg(url: str, label: str) -> Markup:
    """Return the symbol of the link *url* as one SVG path that is read out as *label*."""
    rows = _symbol(url, scale=1).modules
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


def qr_rows(url: str) -> list[list[bool]]:
    """Return the modules of the symbol of the link *url*, row by row, its quiet zone included."""
    rows: list[list[bool]] = _symbol(url, scale=1).get_matrix()
    return rows


def _symbol(url: str, *, scale: int) -> qrcode.QRCode:
    symbol = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=scale, border=QUIET_MODULES)
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
