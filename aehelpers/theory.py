"""What can be computed exactly about autoencoders, without training (NumPy and SciPy only).

The rows of X are the inputs: n images of m pixels. An autoencoder without activation functions
is called linear, although what it computes is affine: the code is h = X @ W1 + b1 (k units), and
the reconstructions are X' = h @ W2 + b2. The shapes are those of Keras' Dense layers. Noise has
the normal distribution N(0, sigma^2), independent in each pixel. Every error is a mean squared
error per pixel: the mean of (X' - X)^2 over all images and pixels, in squared units of a pixel.
A wrong argument raises TypeError or ValueError.

References
----------
Baldi and Hornik (1989), *Neural networks and principal component analysis: learning from
examples without local minima*, Neural Networks 2.
Björck and Golub (1973), *Numerical methods for computing angles between linear subspaces*,
Mathematics of Computation 27.
Bourlard and Kamp (1988), *Auto-association by multilayer perceptrons and singular value
decomposition*, Biological Cybernetics 59.
Eckart and Young (1936), *The approximation of one matrix by another of lower rank*,
Psychometrika 1.
Izenman (1975), *Reduced-rank regression for the multivariate linear model*, Journal of
Multivariate Analysis 5.
Pearson (1901), *On lines and planes of closest fit to systems of points in space*,
Philosophical Magazine 2.
Vincent, Larochelle, Bengio and Manzagol (2008), *Extracting and composing robust features with
denoising autoencoders*, ICML.
Vincent, Larochelle, Lajoie, Bengio and Manzagol (2010), *Stacked denoising autoencoders*,
Journal of Machine Learning Research 11.
Wiener (1949), *Extrapolation, interpolation, and smoothing of stationary time series*, MIT
Press.
"""

from typing import NamedTuple

from aehelpers import arguments as arg
from aehelpers.data import SEED
import numpy as np

LARGEST = 1e100  # larger values are rejected, so that sums of squares stay finite
LARGEST_M = 10_000  # a matrix of m rows and columns then takes 0.8 GB
ROWS = 1_000  # images converted to float64 at a time: 6 MB with 784 pixels


@arg.checked(m=arg.integer(1, LARGEST_M))
def identity_autoencoder(m):
    """Return the weights of an autoencoder that copies its input: k = m, W1 = W2 = I, b1 = b2 = 0.

    Its error without noise is exactly 0, and it has learned nothing.

    Parameters
    ----------
    m : int, at least 1
        Number of inputs and of code units.

    Returns
    -------
    W1, b1, W2, b2 : numpy.ndarray of float64, shapes (m, m), (m,), (m, m), (m,)
        In the order that Keras' ``set_weights`` expects.
    """
    return np.eye(m), np.zeros(m), np.eye(m), np.zeros(m)


@arg.checked(m=arg.integer(1, LARGEST_M), seed=SEED)
def invertible_autoencoder(m, seed):
    """Return the weights of an autoencoder with k = m whose decoder inverts its encoder.

    W1 = Q D and W2 = D^-1 Q^T, with Q a random orthogonal matrix and D a diagonal one with
    random entries between 1/2 and 2. So W1 @ W2 = I, although neither matrix looks like the
    identity. The condition number of W1 is at most 2 / (1/2) = 4, so rounding does no harm: the
    error without noise comes only from rounding. A matrix of random numbers would be invertible
    too, but with m = 784 its condition number is often above 1,000.

    Parameters
    ----------
    m : int, at least 1
        Number of inputs and of code units.
    seed : int, at least 0
        Determines Q and D.

    Returns
    -------
    W1, b1, W2, b2 : numpy.ndarray of float64, shapes (m, m), (m,), (m, m), (m,)
        b1 = b2 = 0. In the order that Keras' ``set_weights`` expects.
    """
    rng = np.random.default_rng(seed)
    rotation, _ = np.linalg.qr(rng.standard_normal((m, m)))
    stretch = 2.0 ** rng.uniform(-1, 1, m)
    return rotation * stretch, np.zeros(m), (rotation / stretch).T, np.zeros(m)


class PCA(NamedTuple):
    """Principal components of a set of images, as `principal_components` returns them.

    Attributes
    ----------
    mean : numpy.ndarray of float64, shape (m,)
        The mean image.
    components : numpy.ndarray of float64, shape (m, m)
        One principal direction in each column, in order of decreasing eigenvalue. The columns
        are orthonormal. The sign of each one is arbitrary.
    eigenvalues : numpy.ndarray of float64, shape (m,)
        The variance of the images along each direction, at least 0, decreasing.
    """

    mean: np.ndarray
    components: np.ndarray
    eigenvalues: np.ndarray


def _too_large(value, sizes):
    """Say so if sums of the squares of a matrix could be too large."""
    if max(-float(value.min()), float(value.max())) > LARGEST:
        return (
            f"goes from {value.min()} to {value.max()}; expected finite numbers between "
            f"-{LARGEST:g} and {LARGEST:g}"
        )


MATRIX = arg.array({name: name for name in ("uint8", "float32", "float64")}, "n", "m")
IMAGES = arg.narrowed(MATRIX, _too_large, np.full((2, 2), 2 * LARGEST))
COMPONENTS = arg.instance(PCA, "a PCA from principal_components", m=lambda pca: len(pca.mean))
SIGMA = arg.number(0, LARGEST)


@arg.checked(images=IMAGES)
def principal_components(images):
    """Return mean, principal components and eigenvalues of images (Pearson 1901).

    The components are the eigenvectors of the covariance matrix
    (X - mean)^T (X - mean) / n. The divisor is n, not n - 1, so that the sum of the eigenvalues
    over m is the mean squared distance per pixel from these images to their mean.

    Parameters
    ----------
    images : numpy.ndarray, shape (n, m), n and m at least 1
        uint8, which is mapped from 0..255 to 0..1, or float32 or float64, which is used as it
        is. A few more float64 arrays of shapes (4096, m) and (m, m) must fit in memory.

    Returns
    -------
    PCA
        Eigenvalues too small to be told from rounding errors, below m times the float64 epsilon
        times the largest one, are set to 0.
    """
    n, m = images.shape
    mean = sum(chunk.sum(axis=0) for chunk in _chunks(images)) / n
    covariance = np.zeros((m, m))
    for chunk in _chunks(images):
        chunk -= mean
        covariance += chunk.T @ chunk
    eigenvalues, components = np.linalg.eigh(covariance / n)
    # eigh returns them in increasing order.
    eigenvalues, components = eigenvalues[::-1].copy(), components[:, ::-1].copy()
    eigenvalues[eigenvalues < m * np.finfo(np.float64).eps * eigenvalues[0]] = 0
    return PCA(mean, components, eigenvalues)


@arg.checked(pca=COMPONENTS, images=IMAGES, k=arg.integer(1, "m"))
def pca_encode(pca, images, k):
    """Return the codes of images: their coordinates along the first k components.

    h = (X - mean) @ W1, where W1 holds the first k components.

    Parameters
    ----------
    pca : PCA
    images : numpy.ndarray of uint8, float32 or float64, shape (n, m)
        As for `principal_components`; they may be different images.
    k : int, 1 to m
        Number of code units.

    Returns
    -------
    numpy.ndarray of float64, shape (n, k)
    """
    W1 = pca.components[:, :k]
    return np.concatenate([(chunk - pca.mean) @ W1 for chunk in _chunks(images)])


@arg.checked(pca=COMPONENTS, images=IMAGES, k=arg.integer(1, "m"))
def pca_reconstruct(pca, images, k):
    """Return the reconstructions of images from their first k components.

    X' = h @ W1^T + mean, with h and W1 of `pca_encode`. This is a linear autoencoder with
    b1 = -mean @ W1, W2 = W1^T and b2 = mean. On the images that the PCA was computed from, no
    linear autoencoder with k code units has a smaller error (`linear_floor`).

    Parameters
    ----------
    pca : PCA
    images : numpy.ndarray of uint8, float32 or float64, shape (n, m)
        As for `pca_encode`.
    k : int, 1 to m
        Number of code units.

    Returns
    -------
    numpy.ndarray of float64, shape (n, m)
        uint8 pixels are mapped to 0..1 here too; reconstructions may lie outside that range.
    """
    return pca_encode(pca, images, k) @ pca.components[:, :k].T + pca.mean


@arg.checked(pca=COMPONENTS, k=arg.integer(0, "m"))
def linear_floor(pca, k):
    """Return the smallest error that any linear autoencoder with k code units can reach.

    It is (lambda_{k+1} + ... + lambda_m) / m, the sum of the discarded eigenvalues over m, on
    the images that the PCA was computed from. On other images, such as test images, the error
    may be smaller or larger. `pca_reconstruct` reaches the floor (Eckart and Young 1936), and
    the error, as a function of W1 and W2, has no other local minimum (Baldi and Hornik 1989).
    Activation functions in the encoder do not lower it as long as the decoder is affine
    (Bourlard and Kamp 1988): only a decoder with activation functions can go below it.

    Parameters
    ----------
    pca : PCA
    k : int, 0 to m
        Number of code units. With 0, the reconstruction is always the mean image.

    Returns
    -------
    float
        Error per pixel, at least 0; 0 at k = m.
    """
    return float(pca.eigenvalues[k:].sum() / len(pca.mean))


@arg.checked(pca=COMPONENTS, sigma=SIGMA)
def denoiser_gains(pca, sigma):
    """Return the factors by which the best affine denoiser shrinks the principal directions.

    The gain of a direction with variance lambda is lambda / (lambda + sigma^2), the share of
    the variance there that is not noise (Wiener 1949). Where lambda is 0 the gain is 0, even at
    sigma = 0, where the formula is 0/0: 0 is its limit for small sigma, and no image varies
    along such a direction, so nothing is lost. Where lambda is positive, sigma = 0 gives 1.

    Parameters
    ----------
    pca : PCA
    sigma : float, 0 to 1e100
        Standard deviation of the noise, in units of a pixel.

    Returns
    -------
    numpy.ndarray of float64, shape (m,)
        From 0 to 1, decreasing, in the order of the components.
    """
    variances = pca.eigenvalues
    shares = np.zeros_like(variances)
    return np.divide(variances, variances + float(sigma) ** 2, shares, where=variances > 0)


@arg.checked(pca=COMPONENTS, sigma=SIGMA)
def best_affine_denoiser(pca, sigma):
    """Return the affine map from noisy to clean images that has the smallest expected error.

    Denoised images are noisy @ W + b: a denoising autoencoder (Vincent et al. 2008, 2010)
    without activation functions and with k >= m. The map moves each noisy image towards the
    mean image, along each principal direction by its own gain (`denoiser_gains`):
    W = V diag(gains) V^T, where V holds the components, and b = mean - mean @ W. With the
    covariance S of the images this is W = (S + sigma^2 I)^-1 S, the Wiener filter (Wiener
    1949). It is best on the images that the PCA was computed from, with fresh noise each time.
    A denoiser with activation functions may be better.

    Parameters
    ----------
    pca : PCA
    sigma : float, 0 to 1e100
        Standard deviation of the noise, in units of a pixel.

    Returns
    -------
    W : numpy.ndarray of float64, shape (m, m)
    b : numpy.ndarray of float64, shape (m,)
    """
    gains = denoiser_gains(pca, sigma)
    W = (pca.components * gains) @ pca.components.T
    return W, pca.mean - pca.mean @ W


@arg.checked(pca=COMPONENTS, sigma=SIGMA, k=arg.optional(arg.integer(0, "m")))
def denoising_floor(pca, sigma, k=None):
    """Return the smallest expected error that any affine denoiser can reach.

    It is the sum of lambda sigma^2 / (lambda + sigma^2) over m, on the images that the PCA was
    computed from, with fresh noise each time. `best_affine_denoiser` reaches it.

    With a bottleneck of k code units, the best denoiser keeps the k leading directions, with
    the same gains, and sets the others to the mean. A discarded direction then adds its lambda
    instead of lambda sigma^2 / (lambda + sigma^2). This is exact (Izenman 1975): what keeping
    a direction saves is lambda^2 / (lambda + sigma^2), which grows with lambda, so the k
    leading directions save the most; and because the noise has the same variance in every
    direction, no directions save more than the principal ones. At sigma = 0 it is `linear_floor`.

    Parameters
    ----------
    pca : PCA
    sigma : float, 0 to 1e100
        Standard deviation of the noise, in units of a pixel.
    k : int, 0 to m, optional
        Number of code units. Without it there is no bottleneck, which is the same as k = m.

    Returns
    -------
    float
        Error per pixel, at least 0; at most sigma^2, a copy's, if there is no bottleneck.
    """
    gains = denoiser_gains(pca, sigma)
    m = len(pca.mean)
    if k is None:
        k = m
    return float((gains[:k].sum() * float(sigma) ** 2 + pca.eigenvalues[k:].sum()) / m)


def _chunks(images):
    """Yield the images as new float64 arrays of up to `ROWS` rows, uint8 mapped to 0..1."""
    for start in range(0, len(images), ROWS):
        chunk = images[start : start + ROWS].astype(np.float64)
        if images.dtype == np.uint8:
            chunk /= 255
        yield chunk
