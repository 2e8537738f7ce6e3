"""The data sets are the authors' own or well made, and damage never goes unnoticed."""

import csv
import gzip
import hashlib
from pathlib import Path
import shutil

from aehelpers import data
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
import numpy as np
from PIL import Image
import pytest
from sklearn.neighbors import KNeighborsClassifier

from tests.calls import refused
from tools import datasets, letters


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_every_byte_is_the_authors_byte(name):
    """The IDX files are rebuilt from the arrays and have the digests of the original files."""
    arrays = dict(zip(("x_train", "y_train", "x_test", "y_test"), sum(data.load(name), ())))
    for key, file in datasets.FILES.items():
        array = arrays[key]
        assert array.dtype == np.uint8
        header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
        digest = hashlib.sha256(header + array.tobytes()).hexdigest()
        assert digest == datasets.SHA256[f"{name}/{file}"]


@pytest.mark.parametrize(
    ("name", "first", "n_classes"),
    [("mnist", "5", 10), ("fashion_mnist", "Ankle boot", 10), ("letters", "Z", 26)],
)
def test_class_names(name, first, n_classes):
    (_, y_train), _ = data.load(name)
    assert data.class_names(name)[y_train[0]] == first
    assert len(set(data.class_names(name))) == n_classes


@pytest.fixture(scope="module")
def typefaces():
    """The list of the fonts, and for each part of letters the number of each image's typeface."""
    with (data.FOLDER / "letters_fonts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with np.load(data.FOLDER / "letters.npz", allow_pickle=False) as archive:
        return rows, {part: archive[f"typeface_{part}"] for part in ("train", "test")}


def test_letters_have_each_letter_of_each_typeface_once(typefaces):
    _, numbers = typefaces
    seen = {}
    for part, (images, labels) in zip(("train", "test"), data.load("letters")):
        assert images.dtype == labels.dtype == np.uint8
        assert images.shape == (len(labels), 28, 28)
        assert (np.bincount(labels) == len(labels) / 26).all()
        assert len(set(zip(numbers[part], labels))) == len(labels) == len(numbers[part])
        for image, label in zip(images, labels):  # no two letters share an image
            assert seen.setdefault(image.tobytes(), label) == label


def test_each_typeface_has_a_licence_and_neither_it_nor_a_relative_is_in_both_parts(typefaces):
    rows, numbers = typefaces
    assert [int(row["typeface"]) for row in rows] == list(range(len(rows)))
    parts = {
        part: {number for number, row in enumerate(rows) if row["part"] == part}
        for part in ("training", "test")
    }
    assert parts == {"training": set(numbers["train"]), "test": set(numbers["test"])}
    for column in ("file", "family", "group"):
        training, test = ({rows[i][column] for i in part} for part in parts.values())
        assert not training & test
    assert len(parts["test"]) > len(rows) / 7
    assert {row["licence"] for row in rows} == {"OFL-1.1"}
    assert {row["licence_stated_by"] for row in rows} == {"font", "package"}
    assert {row["version"] for row in rows} == {letters.VERSION}
    assert all(row[column] for row in rows for column in letters.COLUMNS)


def test_letters_fit_the_box_and_have_their_centre_of_mass_in_the_middle():
    for images, _ in data.load("letters"):
        rows, columns = images.any(axis=2), images.any(axis=1)
        assert {rows.sum(axis=1).max(), columns.sum(axis=1).max()} == {letters.BOX}
        weights = images / images.sum(axis=(1, 2), keepdims=True, dtype=np.float64)
        middle = [(weights.sum(axis=axis) @ np.arange(28)).mean() for axis in (1, 2)]
        assert middle == pytest.approx([13.5, 13.5], abs=0.1)


def test_neighbours_read_letters_in_typefaces_they_do_not_know():
    """They read 94 in 100, and 4 in 100 if labels and images do not belong together."""
    (x_train, y_train), (x_test, y_test) = data.load("letters")
    known, new = (data.scale(x.reshape(-1, 784)) for x in (x_train[:5000], x_test[:1000]))
    model = KNeighborsClassifier(3, algorithm="brute").fit(known, y_train[:5000])
    assert model.score(new, y_test[:1000]) > 0.9


def test_a_letter_keeps_its_proportions_and_is_antialiased():
    class Wide:
        """Draws a bar, three times as wide as high."""

        def getmask(self, letter, mode):
            return Image.new(mode, (300, 100), 255).im

    image = letters.letter_image(Wide(), "A")
    rows, columns = image.any(axis=1), image.any(axis=0)
    assert (rows.sum(), columns.sum()) == (7, 20)
    assert image[10:17, 4:24].all()


def test_only_open_fonts_are_drawn():
    ofl = "This Font Software is licensed under the SIL Open Font License, Version 1.1."
    assert letters.is_open([], ofl)
    assert letters.is_open(["ofl", "lppl"], "Copyright 2010 Ann")
    assert not letters.is_open(["lppl"], "Copyright 2010 Ann")
    assert not letters.is_open(["ofl"], "Licensed under the Apache License")
    assert letters.licences("12many: lppl\ntexmf-dist/a\nlato: ofl lppl\n")["lato"] == [
        "ofl",
        "lppl",
    ]


def test_groups_are_drawn_whole_and_families_are_thinned_out():
    apart = np.array(
        [[0, 0.01, 0.5, 0.5], [0.01, 0, 0.5, 0.5], [0.5, 0.5, 0, 0.3], [0.5, 0.5, 0.3, 0]]
    )
    assert len(letters.varied(["a", "a", "b", "b"], apart)) == 3
    assert letters.groups(["a", "c", "b", "b"], apart).tolist() == [0, 0, 1, 1]
    in_test = letters.parts(np.arange(60) // 3)
    assert in_test.sum() == 12  # the first multiple of 3 from 10 on
    assert (in_test[::3] == in_test[1::3]).all()


def test_the_script_for_letters_refuses_another_package(tmp_path):
    (tmp_path / "fonts.deb").write_bytes(b"no fonts")
    with pytest.raises(ValueError, match="SHA-256"):
        letters.build(tmp_path / "fonts.deb")


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """An intact archive in a folder of its own, used in place of the real one."""
    path = shutil.copy(data.FOLDER / "letters.npz", tmp_path)
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    return Path(path)


def test_a_missing_file_says_how_to_restore_it(copy):
    assert data.load("letters")[0][0].any()
    with pytest.raises(FileNotFoundError, match=r"fashion_mnist\.npz is missing.*git checkout"):
        data.load("fashion_mnist")


@pytest.mark.parametrize("share", [0, 1 / 3, 1])
@pytest.mark.parametrize("what", ["cut off", "one bit"])
def test_damage_is_noticed(copy, share, what):
    intact = copy.read_bytes()
    place = int(share * (len(intact) - 1))
    end = bytes([intact[place] ^ 1]) + intact[place + 1 :] if what == "one bit" else b""
    copy.write_bytes(intact[:place] + end)
    with pytest.raises(OSError, match=r"letters.npz is damaged.*git checkout"):
        data.load("letters")


@given(hnp.arrays(np.uint8, hnp.array_shapes(max_dims=3)))
def test_scale_maps_bytes_to_0_and_1_and_loses_nothing(images):
    scaled = data.scale(images)
    assert scaled.dtype == np.float32
    assert scaled.shape == images.shape
    assert scaled.min() >= 0
    assert scaled.max() <= 1
    assert (np.rint(scaled * 255) == images).all()


@given(hnp.arrays(np.uint8, st.integers(1, 300), elements=st.integers(0, 9)), st.integers(0, 99))
def test_every_start_of_the_labeling_order_is_balanced(labels, seed):
    order = data.labeling_order(labels, seed)
    np.testing.assert_array_equal(order, data.labeling_order(labels, seed))
    assert len(labels) < 20 or (order != data.labeling_order(labels, seed + 1)).any()
    assert sorted(order) == list(range(len(labels)))
    available = np.bincount(labels, minlength=10)
    for n in range(1, len(labels) + 1):
        counts = np.bincount(labels[order[:n]], minlength=10)
        # Two classes differ by more than one only where the smaller one has run out.
        for class_ in np.flatnonzero(counts < counts.max() - 1):
            assert counts[class_] == available[class_]


def test_the_build_script_refuses_a_file_with_another_digest(tmp_path):
    path = tmp_path / "images.gz"
    raw = bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9])
    path.write_bytes(gzip.compress(raw))
    assert datasets.read_idx(path, hashlib.sha256(raw).hexdigest()).tolist() == [7, 8, 9]
    with pytest.raises(ValueError, match="SHA-256"):
        datasets.read_idx(path, "0" * 64)


def test_noise_has_the_right_mean_and_size_is_not_clipped_and_only_scaled_by_sigma():
    images = np.full((1000, 784), 0.5, np.float32)
    noise = data.add_noise(images, 2.0, seed=1) - images
    np.testing.assert_allclose(data.add_noise(images, 0.5, seed=1) - images, noise / 4, atol=1e-6)
    assert (data.add_noise(images, 0, seed=1) == images).all()
    assert (data.add_noise(images, 2.0, seed=2) - images != noise).any()
    assert noise.mean() == pytest.approx(0, abs=5 * 2 / np.sqrt(noise.size))
    assert noise.std() == pytest.approx(2, rel=5 / np.sqrt(2 * noise.size))
    assert noise.min() < -5
    assert noise.max() > 5


def test_images_that_are_scaled_already_are_recognised():
    scaled = data.scale(np.arange(256, dtype=np.uint8))
    with pytest.raises(TypeError, match=r"expected.*has probably run before: go on with the next"):
        data.scale(scaled)
    for other in (scaled - 0.5, 255 * scaled, scaled[:0], scaled * np.nan):
        with pytest.raises(TypeError, match=r"pixels 0 to 255$"):
            data.scale(other)


test_wrong_calls = refused(  # test_arguments.py tries all others
    [
        (data.scale, dict(images=np.zeros(3, np.int64)), "expected a NumPy array of uint8"),
        (data.scale, dict(images=[0, 1]), "expected a NumPy array of uint8"),
        (data.labeling_order, dict(labels=np.array([0.5])), "labels has dtype"),
        (data.add_noise, dict(images=np.zeros(3, np.uint8)), "images has dtype uint8"),
    ]
)
