"""A bad camera: it stands askew, moves, sees a lamp in the paper, and saves what it took too small.

Everything that happens to a picture is drawn from one source of chance, so that a seed repeats it.
"""

import io
import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

SIDE = 480
# How much of the picture's side the code takes, quiet zone not counted.
SHARE = (0.32, 0.62)
OFF_MIDDLE = 0.12
# From the middle of a code to its farthest corner, turned and tilted, in sides.
REACH = 0.76
TURN_DEGREES = 25.0
TILT = 0.16
BLUR = (0.3, 1.0)
SHAKE_PIXELS = 3.0
NOISE = (4.0, 14.0)
GLARE = (0.35, 0.85)
SHADE = 0.45
STRIPES = 0.14
JPEG = (35, 75)

Pixels = npt.NDArray[np.float64]
Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A picture of something with a code on it: where the code is, and what it says.

    `corners` go round from the upper left. `shines`: it is a screen, whose own
    pixels leave stripes on the picture.
    """

    picture: Image.Image
    corners: Corners
    text: str
    shines: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """How bad a camera is; 1 is as bad as is to be borne."""

    badness: float = 1.0


def photograph(subject: Subject, chance: np.random.Generator, *, camera: Camera) -> Image.Image:
    """Return a picture of *subject* in grey, 480 pixels wide and high."""
    bad = camera.badness
    seen = _look_at(subject, chance, bad)
    seen = seen.filter(ImageFilter.GaussianBlur(chance.uniform(*BLUR) * bad))
    pixels = np.asarray(seen, dtype=np.float64)
    pixels = _shake(pixels, chance.uniform(0, SHAKE_PIXELS) * bad, chance.uniform(0, math.pi))
    if subject.shines:
        pixels = _stripe(pixels, chance, bad)
    pixels = _shade(pixels, chance, bad)
    pixels = _glare(pixels, chance, bad)
    pixels = pixels + chance.normal(0, chance.uniform(*NOISE) * bad, pixels.shape)
    return _save(pixels, quality=int(chance.integers(*JPEG)))


def crop(subject: Subject, *, around: float = 2.2) -> Subject:
    """Return *subject* without what no picture of its code would show."""
    xs, ys = zip(*subject.corners, strict=True)
    side = max(max(xs) - min(xs), max(ys) - min(ys)) * around
    left = (min(xs) + max(xs) - side) / 2
    top = (min(ys) + max(ys) - side) / 2
    box = tuple(round(each) for each in (left, top, left + side, top + side))
    # What lies beyond the paper is a grey wall.
    picture = Image.new("L", (box[2] - box[0], box[3] - box[1]), 120)
    picture.paste(subject.picture.convert("L"), (-box[0], -box[1]))
    corners = tuple((x - box[0], y - box[1]) for x, y in subject.corners)
    return replace(subject, picture=picture, corners=corners)


def _look_at(subject: Subject, chance: np.random.Generator, bad: float) -> Image.Image:
    side = SIDE * chance.uniform(*SHARE)
    angle = math.radians(chance.uniform(-TURN_DEGREES, TURN_DEGREES) * bad)
    # Off the middle, but whole on the picture: people see that much.
    room = max(0.0, min(OFF_MIDDLE * SIDE, SIDE / 2 - side * REACH))
    middle = SIDE / 2 + chance.uniform(-room, room, 2)
    targets = []
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        # Each corner nearer or farther than it should be: the camera is tilted.
        near = side / 2 * (1 + chance.uniform(-TILT, TILT) * bad)
        turned = (
            x * math.cos(angle) - y * math.sin(angle),
            x * math.sin(angle) + y * math.cos(angle),
        )
        targets.append((middle[0] + turned[0] * near, middle[1] + turned[1] * near))
    # Shrunk first by whole pixels: a lens takes in light from all of a spot.
    shrink = max(1, int(math.dist(*subject.corners[:2]) / side / 1.5))
    picture = subject.picture.convert("L").reduce(shrink)
    corners = tuple((x / shrink, y / shrink) for x, y in subject.corners)
    coefficients = _solve(tuple(targets), corners)
    return picture.transform(
        (SIDE, SIDE),
        Image.Transform.PERSPECTIVE,
        coefficients,
        Image.Resampling.BICUBIC,
        fillcolor=120,
    )


def _solve(places: Corners, sources: Corners) -> list[float]:
    rows, wanted = [], []
    for (x, y), (u, v) in zip(places, sources, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    solved: list[float] = np.linalg.solve(np.array(rows), np.array(wanted)).tolist()
    return solved


def _shake(pixels: Pixels, length: float, angle: float) -> Pixels:
    steps = max(1, round(length))
    moved = [
        np.roll(pixels, (round(step * math.sin(angle)), round(step * math.cos(angle))), (0, 1))
        for step in range(steps)
    ]
    return np.asarray(np.mean(moved, axis=0))


def _stripe(pixels: Pixels, chance: np.random.Generator, bad: float) -> Pixels:
    across, down = _grid()
    direction, period = chance.uniform(0, math.pi), chance.uniform(5, 30)
    phase = (across * math.cos(direction) + down * math.sin(direction)) / period * 2 * math.pi
    return np.asarray(pixels * (1 - STRIPES * bad * (0.5 + 0.5 * np.sin(phase))))


def _shade(pixels: Pixels, chance: np.random.Generator, bad: float) -> Pixels:
    across, down = _grid()
    direction = chance.uniform(0, 2 * math.pi)
    slope = (across * math.cos(direction) + down * math.sin(direction)) / SIDE
    return np.asarray(pixels * (1 - SHADE * bad * chance.uniform(0, 1) * (slope - slope.min())))


def _glare(pixels: Pixels, chance: np.random.Generator, bad: float) -> Pixels:
    across, down = _grid()
    x, y = chance.uniform(0.15, 0.85, 2) * SIDE
    wide, high = chance.uniform(0.04, 0.14, 2) * SIDE
    spot = np.exp(-(((across - x) / wide) ** 2) - ((down - y) / high) ** 2)
    light = spot * chance.uniform(*GLARE) * min(bad, 1 / GLARE[1])
    return np.asarray(pixels * (1 - light) + 255 * light)


def _grid() -> tuple[Pixels, Pixels]:
    down, across = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64)
    return across, down


def _save(pixels: Pixels, *, quality: int) -> Image.Image:
    file = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=quality)
    return Image.open(file)
