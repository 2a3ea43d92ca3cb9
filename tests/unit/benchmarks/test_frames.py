"""The bad camera: the same pictures from the same seed, and bad enough that some are lost."""

import numpy as np
import pytest
from PIL import Image

from benchmarks import frames, photographs
from benchmarks.photographs import Camera, Subject
from rewards.web import qr

LINK = "HTTPS://WENMING.EXAMPLE.CN/C/" + "A" * 37
MODULE = 12


@pytest.fixture(scope="module")
def subject():
    """A code on white paper."""
    rows = np.array(qr.qr_rows(LINK, is_printed=True))
    side = len(rows) * MODULE
    picture = Image.fromarray((~rows * 255).astype(np.uint8)).resize((side, side), 0)
    first, last = qr.QUIET_MODULES * MODULE, side - qr.QUIET_MODULES * MODULE
    corners = ((first, first), (last, first), (last, last), (first, last))
    return photographs.crop(Subject(picture=picture, corners=corners, text=LINK))


def count(subject, *, badness=1.0, frames_wanted=12, seed=7):
    return frames.count(
        "paper",
        [subject],
        frames=frames_wanted,
        seed=seed,
        camera=Camera(badness=badness),
        folder=None,
    )


def test_a_code_is_read_from_bad_photographs(subject):
    found = count(subject)

    assert (found.read, found.wrong) == (12, 0)


def test_the_count_sees_what_is_lost(subject):
    assert count(subject, badness=6.0).read < 12


def test_a_code_that_says_something_else_is_not_counted_as_read(subject):
    other = Subject(picture=subject.picture, corners=subject.corners, text=LINK[:-1] + "B")

    found = count(other, frames_wanted=3)

    assert (found.read, found.wrong) == (0, 3)


def test_a_seed_repeats_the_pictures(subject):
    def take(seed):
        chance = np.random.default_rng(seed)
        return photographs.photograph(subject, chance, camera=Camera()).tobytes()

    assert take(1) == take(1) != take(2)


def test_a_photograph_is_480_pixels_wide(subject):
    chance = np.random.default_rng(1)

    assert photographs.photograph(subject, chance, camera=Camera()).size == (480, 480)
