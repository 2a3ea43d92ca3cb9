"""Pictures written anew, and what is refused instead of decoded."""

import io
import struct
import threading
import warnings
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from rewards.core import pictures
from rewards.core.errors import RewardsError

RED, BLUE = (220, 20, 20), (20, 20, 220)


def draw(size=(400, 300), mode="RGB"):
    """Return a picture that is red on its left half and blue on its right."""
    image = Image.new("RGB", size, RED)
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill=BLUE)
    return image.convert(mode)


def noisy(size):
    """Return a picture that is as hard to compress as a photo of a shelf."""
    small = Image.effect_noise((size[0] // 4, size[1] // 4), 90)
    return Image.merge("RGB", (small, small.rotate(90), small.rotate(180))).resize(size)


def save(image, kind="JPEG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def opened(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def near(pixel, colour):
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))


def claim_size(width, height):
    """Return a PNG of a few bytes whose head says that it is *width* by *height*."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_comes_back_as_a_small_jpeg(kind):
    picture = pictures.encode_anew(save(draw((1800, 1200)), kind))

    assert picture.media_type == "image/jpeg"
    assert (picture.width, picture.height) == (1200, 800)
    assert opened(picture.content).format == "JPEG"
    assert opened(picture.thumbnail).size == (240, 160)
    assert near(opened(picture.content).getpixel((100, 400)), RED)
    assert near(opened(picture.content).getpixel((1100, 400)), BLUE)


def test_a_picture_that_is_small_already_is_not_blown_up():
    picture = pictures.encode_anew(save(draw((200, 100))))

    assert (picture.width, picture.height) == (200, 100)
    assert opened(picture.thumbnail).size == (200, 100)


def test_a_photo_full_of_detail_stays_within_its_bytes():
    picture = pictures.encode_anew(save(noisy((1600, 1600)), quality=90))

    assert len(picture.content) <= pictures.CONTENT_BYTES_MAX
    assert len(picture.thumbnail) <= pictures.THUMBNAIL_BYTES_MAX


def test_the_same_file_is_the_same_picture_and_another_one_is_not():
    file, other = save(draw()), save(draw((401, 300)))

    assert pictures.encode_anew(file) == pictures.encode_anew(file)
    assert pictures.encode_anew(file).digest != pictures.encode_anew(other).digest


def test_nothing_that_the_file_brought_along_is_passed_on():
    exif = Image.Exif()
    exif[0x010E] = "secret-description"
    exif[0x0110] = "secret-phone"
    exif.get_ifd(0x8825)[1] = "secret-place"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "secret-comment")
    xmp = b"<x:xmpmeta>secret-xmp</x:xmpmeta>"
    files = [
        save(draw(), "JPEG", exif=exif, comment=b"secret-comment", xmp=xmp) + b"secret-tail",
        save(draw(), "PNG", exif=exif, pnginfo=text) + b"secret-tail",
        save(draw(), "WEBP", exif=exif.tobytes(), xmp=xmp),
    ]

    for file in files:
        picture = pictures.encode_anew(file)

        assert b"secret" in file
        assert b"secret" not in picture.content + picture.thumbnail
        assert not opened(picture.content).getexif()
        assert not set(opened(picture.content).info) & {"exif", "xmp", "comment", "icc_profile"}


@pytest.mark.parametrize(
    ("orientation", "size", "is_red_first"),
    [(1, (400, 300), True), (3, (400, 300), False), (6, (300, 400), True), (8, (300, 400), False)],
)
def test_a_photo_taken_sideways_stands_upright(orientation, size, is_red_first):
    exif = Image.Exif()
    exif[0x0112] = orientation

    content = opened(pictures.encode_anew(save(draw(), exif=exif)).content)

    assert content.size == size
    assert near(content.getpixel((10, 10)), RED if is_red_first else BLUE)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_broken_orientation_leaves_the_picture_as_it_is():
    file = save(draw(), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")

    assert pictures.encode_anew(file).width == 400


def test_what_is_transparent_becomes_white():
    image = Image.new("RGBA", (60, 60), (0, 0, 0, 0))

    picture = pictures.encode_anew(save(image, "PNG"))

    assert near(opened(picture.content).getpixel((30, 30)), (255, 255, 255))


@pytest.mark.parametrize(
    ("mode", "shade"), [("RGB", RED), ("L", 7), ("1", 0)], ids=["RGB", "L", "1"]
)
def test_a_colour_that_is_said_to_be_transparent_becomes_white(mode, shade):
    file = save(Image.new(mode, (60, 60), shade), "PNG", transparency=shade)

    picture = pictures.encode_anew(file)

    assert near(opened(picture.content).getpixel((30, 30)), (255, 255, 255))


@pytest.mark.parametrize(("deep", "grey"), [(0, 0), (100 * 257, 100), (65_535, 255)])
def test_a_deep_grey_stays_as_light_as_it_was(deep, grey):
    picture = pictures.encode_anew(save(Image.new("I;16", (60, 60), deep), "PNG"))

    assert near(opened(picture.content).getpixel((30, 30)), (grey, grey, grey))


@pytest.mark.parametrize("mode", ["P", "1", "L", "LA", "I;16", "CMYK"])
def test_every_way_of_telling_colours_is_read(mode):
    is_deep = mode == "I;16"
    image = Image.new(mode, (50, 50), 40_000) if is_deep else draw((50, 50), mode)

    picture = pictures.encode_anew(save(image, "JPEG" if mode == "CMYK" else "PNG"))

    assert opened(picture.content).mode == "RGB"


def test_colours_told_by_a_profile_are_told_in_srgb():
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    for profile in (swapped, srgb, b"no profile at all"):
        picture = pictures.encode_anew(save(draw(), icc_profile=profile))
        assert near(opened(picture.content).getpixel((10, 10)), RED)


def test_of_a_moving_picture_the_first_frame_is_kept():
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, BLUE)]
    for kind in ("WEBP", "PNG"):
        file = save(frames[0], kind, save_all=True, append_images=frames[1:])

        assert near(opened(pictures.encode_anew(file).content).getpixel((20, 20)), RED)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        b"\xff\xd8\xff\xe0" + bytes(200),
        save(draw(), "GIF"),
        save(draw(), "BMP"),
        save(draw(), "TIFF"),
        save(draw(), "EPS"),
        save(draw(), "JPEG")[:400],
        save(draw(), "PNG")[:-40],
        save(draw(), "WEBP")[:60],
    ],
    ids=range(12),
)
def test_what_is_no_picture_of_ours_is_refused(data):
    with pytest.raises(pictures.NotAPictureError):
        pictures.encode_anew(data)


def test_a_file_that_claims_to_be_large_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("it was decoded"))

    for width, height in ((4_000, 4_001), (60_000, 60_000), (2**31 - 1, 1), (1, 16_000_001)):
        with pytest.raises(pictures.PictureTooLargeError):
            pictures.encode_anew(claim_size(width, height))


def test_a_file_that_claims_to_be_large_is_refused_where_warnings_are_only_told():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(pictures.PictureTooLargeError):
            pictures.encode_anew(claim_size(10_000, 10_000))


def repeat_a_scan(times, *, behind=b""):
    """Return a progressive JPEG one of whose scans stands in it so many times more."""
    plain = save(draw((64, 64)), progressive=True)
    starts = [at for at in range(len(plain)) if plain.startswith(b"\xff\xda", at)]
    last = plain[starts[-1] : plain.index(b"\xff\xd9", starts[-1])]
    return plain[: starts[-1]] + last * (times + 1) + b"\xff\xd9" + behind, len(starts) + times


def test_a_picture_of_so_many_scans_that_each_takes_long_is_refused_undecoded(monkeypatch):
    most, count = repeat_a_scan(pictures.SCANS_MAX - 10)
    assert count == pictures.SCANS_MAX
    assert pictures.encode_anew(most).width == 64
    too_many = [repeat_a_scan(times)[0] for times in (pictures.SCANS_MAX - 9, 4_000)]

    monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("it was decoded"))
    for file in too_many:
        with pytest.raises(pictures.NotAPictureError):
            pictures.encode_anew(file)


@pytest.mark.parametrize("filling", [b"\xff\xe1\x00\x02", b"\xff"], ids=["parts", "padding"])
def test_a_head_that_takes_long_to_read_is_refused_unread(monkeypatch, filling):
    plain = save(draw((64, 64)))
    monkeypatch.setattr(Image, "open", lambda *_args, **_options: pytest.fail("it was read"))

    with pytest.raises(pictures.NotAPictureError):
        pictures.encode_anew(plain[:2] + filling * 200_000 + plain[2:])


def test_what_only_looks_like_scans_is_not_counted():
    # Phones put a film behind the photo, and a small picture before it.
    film, _count = repeat_a_scan(0, behind=b"\xff\xda" * 500)
    exif = Image.Exif()
    exif[270] = "\u00ff\u00da" * 500
    described = save(draw((64, 64)), exif=exif, comment=b"\xff\xda" * 500)

    assert pictures.encode_anew(film).width == 64
    assert pictures.encode_anew(described).width == 64


def test_whoever_waits_too_long_for_another_picture_is_told_to_try_again(monkeypatch):
    monkeypatch.setattr(pictures, "WAIT_SECONDS", 0.05)
    goes_on, is_held = threading.Event(), threading.Event()

    def decode_for_long(_data):
        is_held.set()
        goes_on.wait(10)
        raise OSError

    monkeypatch.setattr(pictures, "_decode", decode_for_long)

    def send_slow():
        with pytest.raises(pictures.NotAPictureError):
            pictures.encode_anew(b"slow")

    slow = threading.Thread(target=send_slow)
    slow.start()
    assert is_held.wait(10)

    try:
        with pytest.raises(pictures.PicturesBusyError):
            pictures.encode_anew(save(draw()))
    finally:
        goes_on.set()
        slow.join()
    with pytest.raises(pictures.NotAPictureError):
        pictures.encode_anew(b"next")


def test_as_many_pixels_as_are_allowed_are_taken():
    side = 4_000
    assert side * side == pictures.PIXELS_MAX["PNG"]

    assert pictures.encode_anew(save(Image.new("L", (side, side)), "PNG")).width == 1200


def test_too_many_bytes_are_refused_unseen():
    with pytest.raises(pictures.PictureTooLargeError) as refused:
        pictures.encode_anew(save(draw()) + bytes(pictures.BYTES_MAX))

    assert refused.value.members == {"megabytes_max": 10, "megapixels_max": 40}


SEEDS = [
    save(draw((30, 20)), "JPEG", exif=Image.Exif()),
    save(draw((30, 20), "P"), "PNG"),
    save(draw((30, 20)), "WEBP"),
]


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=60)
@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(
        st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=4)), max_size=6
    ),
    cut=st.integers(0, 2000),
)
def test_a_file_that_was_damaged_is_a_picture_or_is_refused(seed, changes, cut):
    damaged = bytearray(seed)
    for place, content in changes:
        at = place % len(damaged)
        damaged[at : at + len(content)] = content

    try:
        picture = pictures.encode_anew(bytes(damaged[: max(cut, 20)]))
    except RewardsError:
        return

    assert opened(picture.content).format == "JPEG"
