"""The command `python -m benchmarks.frames`: how many bad photographs of our codes are read."""

import json
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click
import flask_migrate
import numpy as np
import zxingcpp
from PIL import Image

from rewards.app import create_app
from rewards.core.settings import Settings
from rewards.processes.defaults import with_defaults

from . import photographs, subjects
from .photographs import Camera, Subject
from .services import DATA_KEY, SECRET_KEY

SEED = 20261122
FRAMES = 200
WANTED = 0.95
LINE = "{kind:<8} {read:>4} of {frames} read, {share:.1%}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How many frames of a kind were read; `wrong` were read as something else."""

    kind: str
    frames: int
    read: int
    wrong: int

    @property
    def share(self) -> float:
        """Return what part of the frames was read."""
        return self.read / self.frames


def count(
    kind: str, among: list[Subject], *, frames: int, seed: int, camera: Camera, folder: Path | None
) -> Found:
    """Photograph the subjects of *kind* in turn and count what is read."""
    chance = np.random.default_rng([seed, *kind.encode()])
    read = wrong = 0
    for number in range(frames):
        subject = among[number % len(among)]
        frame = photographs.photograph(subject, chance, camera=camera)
        texts = _read(frame)
        read += subject.text in texts
        wrong += any(text != subject.text for text in texts)
        if folder is not None:
            verdict = "read" if subject.text in texts else "lost"
            frame.save(folder / f"{kind}-{number:03}-{verdict}.jpg")
    return Found(kind=kind, frames=frames, read=read, wrong=wrong)


def _read(frame: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(frame)]


def collect(folder: Path) -> dict[str, list[Subject]]:
    """Return what is photographed, by kind, of a new service that lives in *folder*."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise click.ClickException("Chromium is not installed; it draws the screens.")
    app = create_app(_build_settings(folder))
    with app.app_context():
        flask_migrate.upgrade()
        # Whatever the pages are asked by, their codes carry the address of a deployment.
        app.extensions["settings"] = replace(
            app.extensions["settings"], public_url=subjects.ORIGIN, secure_cookies=False
        )
        station, occasions = subjects.build_station()
        with app.test_request_context("/"):
            papers = {
                "posters": subjects.list_posters(occasions),
                "cards": subjects.list_cards(station),
            }
        with subjects.serve(app, chromium) as (browser, address):
            return papers | {
                "screens": subjects.list_screens(browser, address, occasions),
                "phones": subjects.list_phones(browser, address, station, occasions),
            }


def _build_settings(folder: Path) -> Settings:
    environ = {
        "DATABASE_URL": f"sqlite:///{folder}/frames.db",
        "SECRET_KEY": SECRET_KEY,
        "DATA_KEY": DATA_KEY,
        "INSTANCE_PATH": str(folder),
    }
    return Settings.from_env(with_defaults(environ))


@click.command()
@click.option("--frames", default=FRAMES, show_default=True, help="Photographs of each kind.")
@click.option("--seed", default=SEED, show_default=True, help="Repeats a run.")
@click.option("--badness", default=1.0, show_default=True, help="1 is as bad as is to be borne.")
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Keeps them there.")
@click.option("--json", "as_json", is_flag=True, help="Prints what was found as JSON.")
def main(frames: int, seed: int, badness: float, keep: Path | None, *, as_json: bool) -> None:
    """Count how many bad photographs of posters, cards, screens and phones are read."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rewards-frames-") as folder:
        kinds = collect(Path(folder))
    found = [
        count(kind, each, frames=frames, seed=seed, camera=Camera(badness=badness), folder=keep)
        for kind, each in kinds.items()
    ]
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found]))
    else:
        click.echo(f"seed {seed}, badness {badness}")
        for each in found:
            line = LINE.format(**asdict(each), share=each.share)
            click.echo(f"{line}; {each.wrong} read as something else")
    sys.exit(0 if all(each.share >= WANTED and not each.wrong for each in found) else 1)


if __name__ == "__main__":
    main()
