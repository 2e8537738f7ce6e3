"""The data sets are the authors' own, and damage never goes unnoticed."""

import gzip
import hashlib
from pathlib import Path
import shutil

from aehelpers import data
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
import numpy as np
import pytest

from tests.calls import refused
from tools import datasets


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


@pytest.mark.parametrize(("name", "first"), [("mnist", "5"), ("fashion_mnist", "Ankle boot")])
def test_class_names(name, first):
    (_, y_train), _ = data.load(name)
    assert data.class_names(name)[y_train[0]] == first
    assert len(set(data.class_names(name))) == 10


SIZE = (data.FOLDER / "mnist.npz").stat().st_size


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """An intact archive in a folder of its own, used in place of the real one."""
    path = shutil.copy(data.FOLDER / "mnist.npz", tmp_path)
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    return Path(path)


def test_a_missing_file_says_how_to_restore_it(copy):
    assert data.load("mnist")[0][0].any()
    with pytest.raises(FileNotFoundError, match=r"fashion_mnist\.npz is missing.*git checkout"):
        data.load("fashion_mnist")


@pytest.mark.parametrize("place", [0, 1, 100, SIZE // 3, SIZE // 2, SIZE - 1])
@pytest.mark.parametrize("what", ["cut off", "one bit"])
def test_damage_is_noticed(copy, place, what):
    intact = copy.read_bytes()
    end = bytes([intact[place] ^ 1]) + intact[place + 1 :] if what == "one bit" else b""
    copy.write_bytes(intact[:place] + end)
    with pytest.raises(OSError, match=r"mnist\.npz is damaged.*git checkout"):
        data.load("mnist")


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
    assert sorted(order) == list(range(len(labels)))
    available = np.bincount(labels, minlength=10)
    for n in range(1, len(labels) + 1):
        counts = np.bincount(labels[order[:n]], minlength=10)
        # Two classes differ by more than one only where the smaller one has run out.
        for class_ in np.flatnonzero(counts < counts.max() - 1):
            assert counts[class_] == available[class_]


def test_labeling_order_depends_on_the_seed_only():
    labels = np.arange(1000) % 10
    assert (data.labeling_order(labels, 3) == data.labeling_order(labels, 3)).all()
    assert (data.labeling_order(labels, 3) != data.labeling_order(labels, 4)).any()


def test_the_build_script_refuses_a_file_with_another_digest(tmp_path):
    path = tmp_path / "images.gz"
    raw = bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9])
    path.write_bytes(gzip.compress(raw))
    assert datasets.read_idx(path, hashlib.sha256(raw).hexdigest()).tolist() == [7, 8, 9]
    with pytest.raises(ValueError, match="SHA-256"):
        datasets.read_idx(path, "0" * 64)


def test_noise_has_the_right_mean_and_size_and_is_not_clipped():
    images = np.full((1000, 784), 0.5, np.float32)
    noise = data.add_noise(images, 2.0, seed=1) - images
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


def test_another_sigma_scales_the_same_noise():
    images = np.zeros((10, 784), np.float32)
    one = data.add_noise(images, 1.0, seed=4)
    np.testing.assert_allclose(data.add_noise(images, 0.25, seed=4), one / 4, rtol=1e-6)
    assert (data.add_noise(images, 0, seed=4) == 0).all()
    assert (data.add_noise(images, 1.0, seed=5) != one).any()


test_wrong_calls = refused(
    [
        (data.scale, dict(images=np.zeros(3, np.int64)), "expected a NumPy array of uint8"),
        (data.scale, dict(images=[0, 1]), "expected a NumPy array of uint8"),
        (data.labeling_order, dict(labels=np.zeros((2, 2), int)), "labels has shape"),
        (data.labeling_order, dict(labels=np.array([0.5])), "labels has dtype"),
        (data.add_noise, dict(images=np.zeros(3, np.uint8)), "images has dtype uint8"),
        (data.add_noise, dict(sigma=-0.1), "sigma is -0.1"),
        (data.add_noise, dict(seed=-1), "seed is -1"),
    ]
)
