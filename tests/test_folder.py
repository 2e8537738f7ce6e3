"""A folder of one's own: whatever lies in it, images come out or a reason is given."""

import functools
import os
from pathlib import Path
import socket
from unittest.mock import Mock

from aehelpers import data, folder
from hypothesis import given
from hypothesis import strategies as st
import numpy as np
from PIL import Image
import pytest

from tests.calls import refused

EXTENSIONS = ("jpg", "png", "gif", "bmp", "tif", "webp")
TALL = np.zeros((40, 20, 3), np.uint8)
TALL[:20] = (250, 0, 0)  # its upper half is red


def write(path, array=TALL, mode=None, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(array)
    (image.convert(mode) if mode else image).save(path, **options)
    return path


def content(path):
    """Return every file of a folder with its bytes and its times."""
    return {
        file: (file.read_bytes(), file.stat().st_mtime_ns)
        for file in path.rglob("*")
        if file.is_file()
    }


def test_each_format_becomes_an_array_and_nothing_in_the_folder_changes(tmp_path):
    names = [write(tmp_path / f"image.{extension}").name for extension in EXTENSIONS]
    before = content(tmp_path)
    loaded = data.load_folder(tmp_path)
    assert (loaded.images.shape, loaded.images.dtype) == ((6, 28, 28), np.uint8)
    assert loaded.names == sorted(names)
    assert (loaded.labels, loaded.class_names, loaded.skipped) == (None, None, [])
    assert (abs(loaded.images[:, 5, 14].astype(int) - 75) < 12).all()  # the brightness of the red
    assert (loaded.images[:, 24, 14] < 12).all()
    coloured = data.load_folder(tmp_path, size=(16, 12), colour=True)
    assert coloured.images.shape == (6, 16, 12, 3)
    assert coloured.images[names.index("image.png"), 3, 6].tolist() == [250, 0, 0]
    assert content(tmp_path) == before


def test_subfolders_name_classes(tmp_path):
    for name in ("cat/1.png", "cat/old/2.png", "dog/3.png"):
        write(tmp_path / name)
    loaded = data.load_folder(tmp_path)
    assert loaded.names == ["cat/1.png", "cat/old/2.png", "dog/3.png"]
    assert loaded.labels.tolist() == [0, 0, 1]
    assert loaded.class_names == ["cat", "dog"]
    write(tmp_path / "0.png")  # in no subfolder
    assert data.load_folder(tmp_path).labels is None


def test_another_shape_is_padded_or_cropped(tmp_path):
    white = np.full((40, 20), 255, np.uint8)
    write(tmp_path / "a.png", white)
    padded = data.load_folder(tmp_path).images[0]
    assert padded[:, 14].min() == 255
    assert padded[:, [2, 25]].max() == 0
    assert data.load_folder(tmp_path, background=90).images[0, 14, 2] == 90
    assert data.load_folder(tmp_path, fit="crop").images[0].min() == 255


def test_a_camera_that_was_turned_is_turned_back(tmp_path):
    upright = Image.fromarray(TALL)
    for orientation, turn in ((3, 180), (6, 90), (8, 270)):
        exif = Image.Exif()
        exif[0x0112] = orientation
        upright.rotate(turn, expand=True).save(tmp_path / f"{orientation}.jpg", exif=exif)
    images = data.load_folder(tmp_path, colour=True).images
    assert (images[:, 5, 14, 0] > 200).all()  # red is above in all
    assert (images[:, 24, 14, 0] < 50).all()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"])
def test_every_kind_of_pixel_has_the_same_brightness(tmp_path, mode):
    extension = "tif" if mode == "CMYK" else "png"
    write(tmp_path / f"a.{extension}", np.full((30, 30), 255, np.uint8), mode)
    assert data.load_folder(tmp_path).images.min() >= 254


@pytest.mark.parametrize(("value", "seen"), [(65535, 255), (257, 1), (32896, 128)])
def test_sixteen_bits_become_eight(tmp_path, value, seen):
    write(tmp_path / "a.png", np.full((30, 30), value, np.uint16))
    assert np.unique(data.load_folder(tmp_path).images).tolist() == [seen]


def test_what_is_transparent_shows_the_background(tmp_path):
    clear = np.zeros((30, 30, 4), np.uint8)
    write(tmp_path / "a.png", clear)
    palette = Image.new("P", (30, 30), 0)
    palette.save(tmp_path / "b.png", transparency=0)
    assert np.unique(data.load_folder(tmp_path, background=200).images).tolist() == [200]


def test_what_cannot_be_used_is_named_with_the_reason(tmp_path, monkeypatch, capsys):
    inside = tmp_path / "inside"
    whole = write(inside / "good.png", np.full((300, 300), 9, np.uint8)).read_bytes()
    (inside / "cut.png").write_bytes(whole[: len(whole) // 2])
    (inside / "empty.jpg").touch()
    (inside / "notes.txt").write_text("no image", encoding="utf-8")
    (inside / ".DS_Store").write_bytes(b"hidden")
    write(inside / ".hidden" / "unseen.png")
    write(inside / "bomb.png", np.zeros((400, 400), np.uint8))
    huge = write(inside / "huge.gif")  # a few bytes that would become gigabytes
    huge.write_bytes(huge.read_bytes()[:6] + b"\xff" * 4 + huge.read_bytes()[10:])
    write(inside / "float.tif", np.zeros((30, 30), np.float32))
    # Pillow gives PostScript to Ghostscript, which executes it.
    (inside / "code.eps").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "utf-8")
    outside = write(tmp_path / "outside.png")
    (inside / "out.png").symlink_to(outside)
    (inside / "in.png").symlink_to(inside / "good.png")
    (inside / "round").symlink_to(inside)
    os.mkfifo(inside / "pipe.png")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(inside)  # the address of a socket is short
        server.bind("socket.png")
        monkeypatch.setattr(folder, "MOST_PIXELS", 100_000)
        loaded = data.load_folder(inside)
    assert loaded.names == ["good.png"]
    reasons = dict(loaded.skipped)
    assert reasons.pop("cut.png")
    assert reasons == {
        "empty.jpg": "an empty file",
        "notes.txt": "no image, or damaged",
        "code.eps": "no image, or damaged",
        "huge.gif": "too large",
        "bomb.png": "too large, 400 x 400 pixels",
        "float.tif": "its pixels are floating-point numbers, whose white nobody knows",
        "out.png": "a link out of the folder",
        "in.png": "a link to what is read anyway",
        "round": "a link to what is read anyway",
        "pipe.png": "no ordinary file",
        "socket.png": "no ordinary file",
    }
    said = capsys.readouterr().out
    assert said.startswith("1 images. 12 skipped: ")
    assert said.endswith("; and 9 more.\n")


def test_a_folder_or_file_that_may_not_be_opened_is_named(tmp_path, monkeypatch):
    for name in ("good.png", "closed/a.png", "secret.png"):
        write(tmp_path / name)

    def guarded(opens, path, **options):
        if Path(path).name in ("closed", "secret.png"):
            raise PermissionError(13, "Permission denied", str(path))
        return opens(path, **options)

    monkeypatch.setattr(os, "scandir", functools.partial(guarded, os.scandir))
    monkeypatch.setattr(Image, "open", functools.partial(guarded, Image.open))
    loaded = data.load_folder(tmp_path)
    assert loaded.names == ["good.png"]
    assert dict(loaded.skipped) == dict.fromkeys(["closed", "secret.png"], "may not be opened")


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_header_with_any_byte_flipped_harms_nothing(tmp_path, extension):
    good = write(tmp_path / f"good.{extension}").read_bytes()
    n = min(100, len(good))
    for place in range(n):
        damaged = bytearray(good)
        damaged[place] ^= 0xFF
        (tmp_path / f"{place}.{extension}").write_bytes(damaged)
    loaded = data.load_folder(tmp_path)
    assert len(loaded.names) + len(loaded.skipped) == n + 1
    assert f"good.{extension}" in loaded.names
    assert all(reason for _, reason in loaded.skipped)


@given(content=st.binary(max_size=400), start=st.sampled_from(EXTENSIONS))
def test_any_bytes_after_a_right_beginning_harm_nothing(tmp_path_factory, content, start):
    path = tmp_path_factory.mktemp("fuzz")
    good = write(path / f"good.{start}").read_bytes()
    (path / f"other.{start}").write_bytes(good[:12] + content)
    loaded = data.load_folder(path)
    assert len(loaded.names) + len(loaded.skipped) == 2


def test_a_limit_draws_from_all_and_does_so_again(tmp_path):
    for number in range(40):
        write(tmp_path / f"{number:02}.png", np.full((28, 28), number, np.uint8))
    loaded = data.load_folder(tmp_path, limit=10)
    assert len(loaded.names) == 10
    assert loaded.names == sorted(loaded.names)
    assert loaded.names[-1] > "10.png"
    assert loaded.names == [f"{image[0, 0]:02}.png" for image in loaded.images]
    assert data.load_folder(tmp_path, limit=10).names == loaded.names


def test_the_memory_is_said_and_too_much_is_refused(tmp_path, monkeypatch, capsys):
    for number in range(5):
        write(tmp_path / f"{number}.png")
    monkeypatch.setattr(folder, "MANY", 5)
    data.load_folder(tmp_path)
    assert "5 files; the arrays take 0 MB." in capsys.readouterr().out
    monkeypatch.setattr(folder, "MOST_BYTES", 3 * 28 * 28)
    with pytest.raises(ValueError, match=r"5 files would take 0\.0 GB .* a limit of 3, or"):
        data.load_folder(tmp_path)
    assert len(data.load_folder(tmp_path, limit=3).names) == 3


def test_a_name_that_is_no_text_can_be_printed(tmp_path, capsys):
    os.close(os.open(os.fsencode(tmp_path) + b"/\xff.png", os.O_CREAT))
    write(tmp_path / "\N{GREEK SMALL LETTER ALPHA}.png")
    loaded = data.load_folder(tmp_path)
    assert loaded.names == ["\N{GREEK SMALL LETTER ALPHA}.png"]
    assert loaded.skipped == [("?.png", "an empty file")]
    loaded.save(tmp_path / "kept.npz")


def test_what_was_loaded_is_saved_and_comes_back_without_pickle(tmp_path):
    for name in ("a/1.png", "b/2.png", "b/3.txt"):
        write(tmp_path / "in" / name, format="PNG")
    (tmp_path / "in" / "b" / "3.txt").write_bytes(b"")
    loaded = data.load_folder(tmp_path / "in", colour=True)
    loaded.save(tmp_path / "kept.npz")
    again = data.load_saved(tmp_path / "kept.npz")
    np.testing.assert_array_equal(again.images, loaded.images)
    np.testing.assert_array_equal(again.labels, loaded.labels)
    assert again[1:2] + again[3:] == loaded[1:2] + loaded[3:]
    unlabeled = loaded._replace(labels=None, class_names=None, skipped=[])
    unlabeled.save(tmp_path / "kept.npz")
    assert data.load_saved(tmp_path / "kept.npz")[2:] == (None, None, [])


def test_a_saved_file_that_is_damaged_is_named_with_what_to_do(tmp_path):
    path = tmp_path / "kept.npz"
    with pytest.raises(FileNotFoundError, match=r"Folder\.save"):
        data.load_saved(path)
    np.savez(path, images=np.array([object()], dtype=object))
    with pytest.raises(OSError, match="damaged or none of"):
        data.load_saved(path)
    path.write_bytes(b"PK")
    with pytest.raises(OSError, match="Load the folder of images again"):
        data.load_saved(path)
    with pytest.raises(ValueError, match=r"ends with '\.npz'"):
        data.load_saved(tmp_path / "kept.zip")


def test_an_interrupt_ends_the_loading_and_leaves_the_folder_as_it_was(tmp_path, monkeypatch):
    write(tmp_path / "a.png")
    before = content(tmp_path)
    monkeypatch.setattr(folder, "_read", Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        data.load_folder(tmp_path)
    assert content(tmp_path) == before


def test_a_path_that_is_no_folder_of_images_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no such folder"):
        data.load_folder(tmp_path / "missing")
    with pytest.raises(NotADirectoryError, match="expected a folder of images"):
        data.load_folder(write(tmp_path / "a.png"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="It has no files"):
        data.load_folder(tmp_path / "empty")
    (tmp_path / "empty" / "a.txt").touch()
    with pytest.raises(ValueError, match=r"1 skipped: a\.txt \(an empty file\)"):
        data.load_folder(str(tmp_path / "empty"))


# Other mistakes are those of a kind of argument, which test_arguments.py tries.
test_wrong_calls = refused(
    [(data.load_folder, dict(size=size), "size") for size in (28, (28, 28, 3), (0, 28), (28, 2000))]
)
