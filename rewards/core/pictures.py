"""Pictures that somebody sent, written anew: what they brought along is left behind.

A file is opened as one of three formats and nothing else, measured before a
pixel of it is decoded, and encoded again. No byte of the file is passed on.
"""

import hashlib
import io
import re
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from PIL import Image, ImageCms, ImageOps

from .errors import InvalidError, UnavailableError

BYTES_MAX = 10 * 1024 * 1024
# A JPEG is decoded at a fraction of its size; the others take four bytes and more a pixel.
PIXELS_MAX = {"JPEG": 40_000_000, "MPO": 40_000_000, "PNG": 16_000_000, "WEBP": 16_000_000}
# A progressive JPEG is gone over once for each of its scans, and a scan may take a dozen bytes.
# Programs write up to a dozen scans.
SCANS_MAX = 50
# A photo with all that cameras write beside it has some two hundred parts.
PARTS_MAX = 2_000
PADDING_MAX = 10_000
SIDE = 1_200
THUMBNAIL_SIDE = 240
THUMBNAIL_BYTES_MAX = 8_000
CONTENT_BYTES_MAX = 300_000
# From good to just recognisable; the first that is small enough is taken.
QUALITIES = (82, 70, 58, 46, 34, 22)
FORMATS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE = "image/jpeg"
WHITE = (255, 255, 255)
WAIT_SECONDS = 5.0

_JPEG = b"\xff\xd8\xff"
# What begins a part of a JPEG, with those that stand alone among the pixels left out.
_MARKER = re.compile(rb"\xff+([\xc0-\xcf\xd8-\xfe])")
_SCAN, _END = b"\xda", b"\xd9"

# What the decoders raise at files that are broken, by accident or on purpose.
_BROKEN = (
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    MemoryError,
    OSError,
    OverflowError,
    SyntaxError,
    TypeError,
    ValueError,
    ZeroDivisionError,
    struct.error,
    zlib.error,
)
_SRGB = ImageCms.createProfile("sRGB")
# A large picture takes up to 300 MB while it is decoded.
_one_at_a_time = Lock()


class NotAPictureError(InvalidError):
    code = "not-a-picture"
    title = "The file is not a picture in JPEG, PNG or WebP."


class PictureTooLargeError(InvalidError):
    """Members: `megabytes_max`, and `megapixels_max` of the largest kind."""

    code = "picture-too-large"
    title = "The picture is too large."

    def __init__(self) -> None:
        pixels_max = max(PIXELS_MAX.values())
        super().__init__(
            megabytes_max=BYTES_MAX // (1024 * 1024), megapixels_max=pixels_max // 1_000_000
        )


class PicturesBusyError(UnavailableError):
    code = "pictures-busy"
    title = "Other pictures are being worked on; nothing was changed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it is kept; `digest` names its content."""

    media_type: str
    content: bytes
    thumbnail: bytes
    width: int
    height: int
    digest: str


def encode_anew(data: bytes) -> Picture:
    """Return the picture that *data* is, small, upright and without what came along with it.

    :raises NotAPictureError: if it is none, or broken.
    :raises PictureTooLargeError: if it has too many bytes or pixels.
    :raises PicturesBusyError: if those before it take too long.
    """
    if len(data) > BYTES_MAX:
        raise PictureTooLargeError
    _check_parts(data)
    if not _one_at_a_time.acquire(timeout=WAIT_SECONDS):
        raise PicturesBusyError
    try:
        return _encode(_decode(data))
    except _BROKEN as error:
        raise NotAPictureError from error
    finally:
        _one_at_a_time.release()


def _check_parts(data: bytes) -> None:
    # Read part by part: what is written in a part, or behind the end, only looks like a scan.
    if not data.startswith(_JPEG):
        return
    at, scans = len(_JPEG) - 1, 0
    for _part in range(PARTS_MAX):
        found = _MARKER.search(data, at)
        if found is None or found[1] == _END:
            return
        if not scans and found.end() - at > PADDING_MAX:
            raise NotAPictureError
        scans += found[1] == _SCAN
        if scans > SCANS_MAX:
            raise NotAPictureError
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2])
    raise NotAPictureError


def _decode(data: bytes) -> Image.Image:
    try:
        opened = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLargeError from error
    with opened:
        if opened.width * opened.height > PIXELS_MAX[opened.format or ""]:
            raise PictureTooLargeError
        profile = opened.info.get("icc_profile")
        # Has a JPEG decoded at a fraction of its size, where that is enough.
        opened.draft("RGB", (SIDE, SIDE))
        opened.load()
        small = _make_plain(opened)
        small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
        # Turned when it is small: the large one would be in memory twice. What an orientation
        # stands in may be broken where the picture is not.
        with suppress(*_BROKEN):
            ImageOps.exif_transpose(small, in_place=True)
        return _take_pixels(_make_srgb(_lay_on_white(small), profile))


def _make_plain(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # Sixteen bits of grey: all but the darkest would be taken for white.
        return image.point(lambda grey: grey / 256).convert("L")
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    if image.mode == "RGBA" or (image.mode in {"RGB", "L"} and not has_alpha):
        return image
    # Colours of a palette cannot be mixed when a picture is made smaller.
    return image.convert("RGBA" if has_alpha else "RGB")


def _lay_on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    ground = Image.new("RGB", image.size, WHITE)
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _make_srgb(image: Image.Image, profile: object) -> Image.Image:
    if not isinstance(profile, bytes) or not profile:
        return image
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, given, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        # A profile of another kind of colours, or a broken one: the colours as they are.
        return image
    return converted or image


def _take_pixels(image: Image.Image) -> Image.Image:
    # A comment would be written to the new file, for it is remembered beside the pixels.
    taken = Image.new("RGB", image.size)
    taken.paste(image)
    return taken


def _encode(image: Image.Image) -> Picture:
    content = _write(image, CONTENT_BYTES_MAX)
    small = image.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Picture(
        media_type=MEDIA_TYPE,
        content=content,
        thumbnail=_write(small, THUMBNAIL_BYTES_MAX),
        width=image.width,
        height=image.height,
        digest=hashlib.sha256(content).hexdigest(),
    )


def _write(image: Image.Image, bytes_max: int) -> bytes:
    for quality in QUALITIES:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
        if buffer.tell() <= bytes_max:
            break
    return buffer.getvalue()
