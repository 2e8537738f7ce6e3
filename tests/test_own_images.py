"""Notebook 8 on folders of other people, with every kind of trouble in them."""

import os

import numpy as np
from PIL import Image
import pytest

from tests.test_folder import TALL, write
from tools import notebooks

PATH = next(path for path in notebooks.chapters() if path.stem == "08_your_own_pictures")
LETTERS = "data.letters_as_files()"
DRAW = np.random.default_rng(0)


def trouble(root, folders):
    """Write twenty images of all kinds into these folders of a folder, and much that is none."""
    for number in range(20):
        place = root / folders[number % len(folders)]
        kind = (number // len(folders)) % 5
        sides = DRAW.integers(9, 60, 2)
        grey = DRAW.integers(0, 256, sides, np.uint8)
        colour = DRAW.integers(0, 256, (*sides, 3), np.uint8)
        if kind == 0:
            exif = Image.Exif()
            exif[0x0112] = 6
            write(place / f"{number}.jpg", colour, exif=exif)
        elif kind == 1:
            write(place / f"{number}.png", np.dstack([colour, grey]))  # transparent
        elif kind == 2:
            write(place / f"{number}.tif", colour, "CMYK")
        elif kind == 3:
            write(place / f"{number}.png", grey.astype(np.uint16) * 257)
        else:
            write(place / f"{number}.gif", grey)
    whole = write(root / folders[0] / "cut.png", np.repeat(np.repeat(TALL, 9, 0), 9, 1))
    whole.write_bytes(whole.read_bytes()[:60])
    (root / folders[0] / "empty.jpg").touch()
    (root / folders[-1] / "notes.txt").write_text("no image", encoding="utf-8")
    (root / folders[-1] / ".DS_Store").write_bytes(b"hidden")
    (root / folders[-1] / "link.png").symlink_to(root / folders[0] / "0.jpg")
    os.mkfifo(root / folders[0] / "pipe.png")


@pytest.mark.parametrize("folders", [["."], ["cats", "dogs"]], ids=["flat", "with classes"])
def test_changing_one_line_is_enough(tmp_path, monkeypatch, folders):
    monkeypatch.setenv("AEHELPERS_CACHE", str(tmp_path / "cache"))
    trouble(tmp_path / "images", folders)
    source = "\n\n".join(
        cell.source
        for cell in notebooks.code_cells(notebooks.read(PATH))
        if "google.colab" not in cell.source
    )
    assert source.count(LETTERS) == 1
    found = {}
    exec(compile(source.replace(LETTERS, repr(str(tmp_path / "images"))), PATH.stem, "exec"), found)
    assert len(found["x"]) == 20
    assert len(found["own"].skipped) == 5
    assert found["coloured"].shape == (20, 28, 28, 3)
    assert (found["by_hand"].labels >= 0).all()
    assert found["classes"] == (["image"] if folders == ["."] else folders)
    assert np.isfinite(found["colour_loss"])
    assert np.isfinite(found["code"]).all()
