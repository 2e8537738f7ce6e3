"""The exact formulas agree with closed forms, with brute force and with measurements."""

import tracemalloc

from aehelpers import data, theory
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
import numpy as np
import pytest

from tests.calls import refused

PIXELS = st.floats(0, 1)
SIGMAS = st.floats(0, 3)
SEEDS = st.integers(0, 2**32 - 1)
IMAGES = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 12), st.integers(1, 6)), elements=PIXELS
)  # with fewer images than pixels, and with images and pixels that repeat, too


def some_images(n=40, m=6, seed=0):
    """Return float64 images whose pixels depend on each other and have various variances."""
    rng = np.random.default_rng(seed)
    return rng.random((n, m)) @ rng.standard_normal((m, m)) + rng.random(m)


def mse(images, others):
    return np.mean((images - others) ** 2)


def expected_error(images, W, b, sigma):
    """Return the expectation over the noise of mse(images, (images + noise) @ W + b)."""
    return mse(images, images @ W + b) + sigma**2 * np.sum(W**2) / images.shape[1]


def covariance(images):
    return np.cov(images, rowvar=False, bias=True).reshape(images.shape[1], -1)


def run(autoencoder, inputs):
    W1, b1, W2, b2 = autoencoder
    return (inputs @ W1 + b1) @ W2 + b2


# ---- Autoencoders that copy


def test_the_identity_autoencoder_copies_every_bit():
    identity = [[[1, 0], [0, 1]], [0, 0]]
    assert [part.tolist() for part in theory.identity_autoencoder(2)] == 2 * identity


def test_the_invertible_autoencoder_is_well_conditioned_and_no_identity():
    W1, b1, W2, b2 = theory.invertible_autoencoder(200, 0)
    stretch = np.linalg.svd(W1, compute_uv=False)
    assert 0.5 <= stretch.min() < 0.51
    assert 1.96 < stretch.max() <= 2
    np.testing.assert_allclose(W1 @ W2, np.eye(200), rtol=0, atol=1e-13)
    # An identity, stretched in the same way, would have weights of up to 2.
    assert max(np.abs(W1).max(), np.abs(W2).max()) < 1
    assert not b1.any()
    assert not b2.any()
    assert (theory.invertible_autoencoder(200, 0)[0] == W1).all()
    assert (theory.invertible_autoencoder(200, 1)[0] != W1).all()


# ---- PCA


@given(IMAGES)
def test_pca_takes_the_covariance_apart(images):
    mean, components, eigenvalues = theory.principal_components(images)
    m = images.shape[1]
    np.testing.assert_allclose(mean, images.mean(axis=0), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(components.T @ components, np.eye(m), rtol=0, atol=1e-13)
    np.testing.assert_allclose(
        (components * eigenvalues) @ components.T, covariance(images), rtol=0, atol=1e-13
    )
    assert (eigenvalues >= 0).all()
    assert (np.diff(eigenvalues) <= 0).all()


@pytest.mark.parametrize("seed", range(20))
def test_directions_without_variance_have_the_eigenvalue_0(seed):
    images = some_images(n=4, m=6, seed=seed)  # four images differ along three directions
    pca = theory.principal_components(images)
    assert np.count_nonzero(pca.eigenvalues) == 3
    assert theory.denoiser_gains(pca, 0).tolist() == [1, 1, 1, 0, 0, 0]


@pytest.mark.parametrize("n", [1, theory.ROWS, 2 * theory.ROWS + 1])
def test_bytes_and_floats_give_the_same_pca_whatever_the_number_of_chunks(n):
    images = np.random.default_rng(0).integers(0, 256, (n, 5), np.uint8)
    scaled = images / 255
    before = scaled.copy()
    from_bytes = theory.principal_components(images)
    rebuilt = (from_bytes.components * from_bytes.eigenvalues) @ from_bytes.components.T
    np.testing.assert_allclose(rebuilt, covariance(scaled), rtol=0, atol=1e-12)
    for floats, precision in ((scaled, 1e-12), (data.scale(images), 1e-6)):
        from_floats = theory.principal_components(floats)
        reconstructed = [theory.pca_reconstruct(from_bytes, x, 3) for x in (images, floats)]
        for one, other in (*zip(from_bytes[::2], from_floats[::2]), reconstructed):
            np.testing.assert_allclose(one, other, rtol=0, atol=precision)
    assert (scaled == before).all()


def test_images_may_be_large_numbers():
    pca = theory.principal_components(1e99 * some_images())
    assert np.isfinite(pca.eigenvalues).all()
    assert np.isfinite(theory.denoising_floor(pca, 1e100))


@given(IMAGES, st.data())
def test_the_code_holds_the_coordinates_along_the_first_components(images, draw):
    k = draw.draw(st.integers(1, images.shape[1]))
    pca = theory.principal_components(images)
    code = theory.pca_encode(pca, images, k)
    assert code.shape == (len(images), k)
    np.testing.assert_allclose(code.mean(axis=0), 0, rtol=0, atol=1e-13)
    np.testing.assert_allclose(
        code.T @ code / len(images), np.diag(pca.eigenvalues[:k]), rtol=0, atol=1e-13
    )
    weights = pca.components[:, :k]
    autoencoder = weights, -pca.mean @ weights, weights.T, pca.mean
    reconstructed = theory.pca_reconstruct(pca, images, k)
    np.testing.assert_allclose(reconstructed, run(autoencoder, images), rtol=0, atol=1e-13)


# ---- The floor of linear autoencoders


@given(IMAGES)
def test_the_linear_floor_is_the_error_of_pca_and_falls_to_0(images):
    m = images.shape[1]
    pca = theory.principal_components(images)
    floors = [theory.linear_floor(pca, k) for k in range(m + 1)]
    assert floors[0] == pytest.approx(mse(images, images.mean(axis=0)), abs=1e-13)
    for k in range(1, m + 1):
        error = mse(images, theory.pca_reconstruct(pca, images, k))
        assert floors[k] == pytest.approx(error, abs=1e-13)
        assert theory.denoising_floor(pca, 0, k) == floors[k]
    assert floors[m] == 0
    assert (np.diff(floors) <= 0).all()


# ---- Noise


@given(IMAGES, st.floats(1e-2, 3))
def test_the_best_affine_denoiser_solves_the_normal_equations(images, sigma):
    m = images.shape[1]
    W, b = theory.best_affine_denoiser(theory.principal_components(images), sigma)
    S = covariance(images)
    solution = np.linalg.solve(S + sigma**2 * np.eye(m), S)
    np.testing.assert_allclose(W, solution, rtol=0, atol=1e-9)
    mean = images.mean(axis=0)
    np.testing.assert_allclose(mean @ W + b, mean, rtol=0, atol=1e-13)


@given(IMAGES, SIGMAS)
def test_the_denoising_floor_is_the_expected_error_of_the_best_affine_denoiser(images, sigma):
    pca = theory.principal_components(images)
    error = expected_error(images, *theory.best_affine_denoiser(pca, sigma), sigma)
    assert theory.denoising_floor(pca, sigma) == pytest.approx(error, abs=1e-13)
    identity = theory.identity_autoencoder(images.shape[1])
    copying = expected_error(images, *identity[:2], sigma)
    assert copying == pytest.approx(sigma**2, abs=1e-13)


# ---- Noise and a bottleneck


@given(IMAGES, st.floats(1e-2, 3), st.data())
def test_the_floor_with_a_bottleneck_is_that_of_reduced_rank_regression(images, sigma, draw):
    """The best W of rank k, from the singular value decomposition of C^-1/2 S, reaches it."""
    m = images.shape[1]
    k = draw.draw(st.integers(0, m))
    S = covariance(images)
    variances, directions = np.linalg.eigh(S + sigma**2 * np.eye(m))
    inverse_root = (directions / np.sqrt(variances)) @ directions.T
    left, singular, right = np.linalg.svd(inverse_root @ S)
    W = inverse_root @ (left[:, :k] * singular[:k]) @ right[:k]
    mean = images.mean(axis=0)
    floor = theory.denoising_floor(theory.principal_components(images), sigma, k)
    assert floor == pytest.approx(expected_error(images, W, mean - mean @ W, sigma), abs=1e-12)
    assert k < m or floor == theory.denoising_floor(theory.principal_components(images), sigma)


# ---- The real data


def test_the_floors_of_mnist():
    (x_train, _), (x_test, _) = data.load("mnist")
    tracemalloc.start()
    pca = theory.principal_components(x_train.reshape(-1, 784))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150e6  # bytes; the images as float64 would be 376e6

    images = x_test.reshape(-1, 784)
    clean = images / 255
    for k, published in ((8, 0.0374), (64, 0.0091)):
        error = mse(clean, theory.pca_reconstruct(pca, images, k))
        assert error == pytest.approx(published, rel=0.015)
        assert error == pytest.approx(theory.linear_floor(pca, k), rel=0.05)
    noise = np.random.default_rng(0).standard_normal(clean.shape)
    for sigma, published in ((0.5, 0.0198), (1.0, 0.0343)):
        W, b = theory.best_affine_denoiser(pca, sigma)
        error = mse(clean, (clean + sigma * noise) @ W + b)
        assert error == pytest.approx(published, rel=0.015)
        assert error == pytest.approx(theory.denoising_floor(pca, sigma), rel=0.05)


# ---- Mistakes that only this module knows; test_arguments.py tries all others

GOOD = some_images(5, 3)
OF_3_PIXELS = theory.principal_components(GOOD)

test_wrong_calls = refused(
    [
        (theory.principal_components, dict(images=GOOD.astype(np.float16)), "dtype float16; exp"),
        (theory.principal_components, dict(images=GOOD[None]), r"shape \(1, 5, 3\).*reshape"),
        (theory.principal_components, dict(images=GOOD[:, :0]), r"\(5, 0\).*nothing empty"),
        (theory.principal_components, dict(images=-1e101 * GOOD[:1]), "images goes from -"),
        (theory.pca_encode, dict(pca=OF_3_PIXELS, images=GOOD[:, :2]), r"\(5, 2\).* \(n, 3\)"),
        (theory.pca_encode, dict(pca=OF_3_PIXELS, images=GOOD, k=4), "k is 4; .* from 1 to 3"),
        (theory.pca_reconstruct, dict(pca=OF_3_PIXELS, images=GOOD, k=4), "k is 4; .* from 1 to 3"),
        (theory.linear_floor, dict(pca=OF_3_PIXELS, k=4), "k is 4; .* from 0 to 3"),
        (theory.denoising_floor, dict(pca=OF_3_PIXELS, k=4), "k is 4; .* from 0 to 3"),
    ]
)


def test_every_kind_of_number_is_one():
    assert theory.linear_floor(OF_3_PIXELS, np.uint8(2)) == theory.linear_floor(OF_3_PIXELS, 2)
    assert theory.identity_autoencoder(np.int64(2))[0].shape == (2, 2)
    for sigma in (1, np.float32(1), np.int64(1)):
        floor = theory.denoising_floor(OF_3_PIXELS, sigma)
        assert floor == theory.denoising_floor(OF_3_PIXELS, 1.0)
