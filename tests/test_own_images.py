"""Notebook 8 on folders of other people, with every kind of trouble in them."""

import os
import subprocess
import sys

import numpy as np
from PIL import Image
import pytest

from tests.test_folder import TALL, write
from tools import ROOT, notebooks

PATH = next(path for path in notebooks.chapters() if path.stem == "08_your_own_pictures")
LETTERS = "data.letters_as_files()"
LONG = "1 + 3_000 // len(x)"  # epochs of a small folder: any 25 of them show the same
DRAW = np.random.default_rng(0)


def trouble(root, folders):
    """Write twenty images of all kinds into these folders of a folder, and much that is none."""
    exif = Image.Exif()
    exif[0x0112] = 6  # on its side
    for number in range(20):
        place = root / folders[number % len(folders)] / str(number)
        sides = DRAW.integers(9, 60, 2)
        grey = DRAW.integers(0, 256, sides, np.uint8)
        colour = DRAW.integers(0, 256, (*sides, 3), np.uint8)
        kinds = [
            (".jpg", colour, dict(exif=exif)),
            (".png", np.dstack([colour, grey]), {}),  # transparent
            (".tif", colour, dict(mode="CMYK")),
            (".png", grey.astype(np.uint16) * 257, {}),
            (".gif", grey, {}),
        ]
        ending, array, options = kinds[(number // len(folders)) % 5]
        write(place.with_suffix(ending), array, **options)
    whole = write(root / folders[0] / "cut.png", np.repeat(np.repeat(TALL, 9, 0), 9, 1))
    whole.write_bytes(whole.read_bytes()[:60])
    (root / folders[0] / "empty.jpg").touch()
    (root / folders[-1] / "notes.txt").write_text("no image", encoding="utf-8")
    (root / folders[-1] / ".DS_Store").write_bytes(b"hidden")
    (root / folders[-1] / "link.png").symlink_to(root / folders[0] / "0.jpg")
    os.mkfifo(root / folders[0] / "pipe.png")


# What a notebook has when it has ended.
CHECKS = """
assert len(x) == 20
assert len(own.skipped) == 5
assert coloured.shape == (20, 28, 28, 3)
assert (by_hand.labels >= 0).all()
assert np.isfinite(colour_loss)
assert np.isfinite(code).all()
assert classes == """


@pytest.mark.parametrize(
    ("folders", "classes"),
    [(["."], ["image"]), (["cats", "dogs"], ["cats", "dogs"])],
    ids=["flat", "with classes"],
)
def test_changing_one_line_is_enough(tmp_path, folders, classes):
    trouble(tmp_path / "images", folders)
    source = "\n\n".join(
        cell.source
        for cell in notebooks.code_cells(notebooks.read(PATH))
        if "google.colab" not in cell.source
    )
    for ours, theirs in ((LETTERS, repr(str(tmp_path / "images"))), (LONG, "25")):
        assert source.count(ours) == 1
        source = source.replace(ours, theirs)
    program = tmp_path / "notebook.py"
    program.write_text(f"{source}{CHECKS}{classes}", encoding="utf-8")
    environment = os.environ | {"AEHELPERS_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    # No warning either, such as that of TensorFlow, which traced functions anew for few images.
    assert (done.stderr, done.returncode) == ("", 0)
