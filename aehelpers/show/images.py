"""Images and weights, side by side. A wrong argument raises TypeError or ValueError."""

from aehelpers import arguments as arg
from aehelpers.show.figure import STYLE, WIDTH, Figure, drawn
import numpy as np

LONGEST_LABEL = 50  # characters beside a row of images, which keep half of the width
GAP = 2  # pixels between the images of a montage
GREYS = dict(cmap="gray", vmin=0, vmax=255)


def pictures(n="n"):
    """Accept images to show: an array of shape (n, 28, 28) or (n, 784), uint8 or floats."""

    def check(name, value, sizes):
        images = np.asarray(value)
        if images.dtype != np.uint8 and images.dtype.kind != "f":
            raise TypeError(
                f"{name} has dtype {images.dtype}; expected uint8, or floats from 0 to 1"
            )
        if images.size == 0 or images.shape[1:] not in ((28, 28), (784,)):
            expected = "(n, 28, 28) or (n, 784) with n >= 1"
            raise ValueError(f"{name} has shape {images.shape}; expected {expected}")
        if len(images) != sizes.setdefault(n, len(images)):
            raise ValueError(f"{name} has {len(images)} images; expected {sizes[n]}")
        if not np.isfinite(images).all():
            raise ValueError(f"{name} holds NaN or infinity; expected finite numbers")

    return arg.Kind(check, (None, "abc", np.ones((2, 9)), np.ones((2, 784), int)))


@arg.checked(images=pictures())
def as_pictures(images):
    """Return images as uint8 of shape (n, 28, 28), ready for display.

    Parameters
    ----------
    images : numpy.ndarray, shape (n, 28, 28) or (n, 784)
        uint8, or float; floats are mapped from 0..1 to 0..255 and rounded, and values outside
        become 0 or 255.

    Returns
    -------
    numpy.ndarray of uint8, shape (n, 28, 28)
    """
    images = np.asarray(images)
    if images.dtype != np.uint8:
        images = np.rint(255 * np.clip(images, 0, 1)).astype(np.uint8)
    return images.reshape(-1, 28, 28)


@arg.checked(rows=arg.sequence(np.ndarray, fewest=1), background=arg.number(0, 255))
def montage(rows, background=255):
    """Join images into one, row by row, with a gap of `GAP` pixels between them.

    Parameters
    ----------
    rows : sequence of numpy.ndarray, each of shape (n, height, width)
        The images of each row; later rows may have fewer images than the first.
    background : number, 0 to 255
        The value of the gaps.

    Returns
    -------
    numpy.ndarray, the dtype of the first row
    """
    for number, row in enumerate(rows):
        if row.ndim != 3 or row.shape[1:] != rows[0].shape[1:] or not 0 < row.size <= rows[0].size:
            raise ValueError(
                f"rows[{number}] has shape {row.shape}; expected (n, height, width), no more "
                f"images than the first row and as large as these: {rows[0].shape}"
            )
    n_columns, height, width = rows[0].shape
    shape = len(rows) * (height + GAP) - GAP, n_columns * (width + GAP) - GAP
    joined = np.full(shape, background, rows[0].dtype)
    for row, images in enumerate(rows):
        for column, image in enumerate(images):
            top, left = row * (height + GAP), column * (width + GAP)
            joined[top : top + height, left : left + width] = image
    return joined


@drawn(rows=arg.mapping(pictures()), captions=arg.optional(arg.sequence(str, "n")))
def image_rows(rows, title, captions=None):
    """Draw rows of images one below the other, with one column for each image.

    Parameters
    ----------
    rows : dict of str to numpy.ndarray
        Label of each row and its images: shape (n, 28, 28) or (n, 784), the same n in each
        row. uint8 in 0..255, or float; floats go from 0 (black) to 1 (white), and values
        outside are clipped. A label has at most 50 characters.
    title : str
    captions : sequence of n str, optional
        The text above each column.

    Returns
    -------
    Figure
    """
    longest = max(map(len, rows))
    if longest > LONGEST_LABEL:
        raise ValueError(f"a key of rows has {longest} letters; expected at most {LONGEST_LABEL}")
    images = [as_pictures(row) for row in rows.values()]
    n_columns, with_captions = len(images[0]), captions is not None
    label_width = 0.12 + 0.085 * longest  # inches; a character is about 0.085 wide
    cell = (WIDTH - label_width) / n_columns
    figure = Figure(height=len(rows) * cell * 1.04 + (0.62 if with_captions else 0.4))
    ax = figure.subplots()
    ax.set_title(title, pad=20 if with_captions else 6)
    ax.imshow(montage(images), **GREYS)
    pitch = 28 + GAP
    ax.set_yticks([14 + pitch * row for row in range(len(rows))], list(rows))
    columns = [14 + pitch * column for column in range(n_columns)] if with_captions else []
    ax.set_xticks(columns, captions if with_captions else [], fontsize=9)
    ax.xaxis.tick_top()
    _only_labels(ax)
    described = "; ".join(f"row {number}: {label}" for number, label in enumerate(rows, 1))
    figure.alt = f"{title}. {n_columns} images in each of {len(rows)} rows; {described}."
    if with_captions:
        figure.alt += f" Columns: {', '.join(captions)}."
    return figure


@drawn(images=pictures(), captions=arg.sequence(str, "n"), columns=arg.integer(1))
def image_grid(images, captions, title, columns=10):
    """Draw images in a grid, each with a caption above it.

    Parameters
    ----------
    images : numpy.ndarray, shape (n, 28, 28) or (n, 784)
        Pixels as in `image_rows`.
    captions : sequence of n str
    title : str
    columns : int

    Returns
    -------
    Figure
    """
    n_rows = -(-len(captions) // columns)
    figure = Figure(height=n_rows * (WIDTH / columns + 0.17) + 0.3)
    figure.suptitle(title, x=0.01, ha="left", fontsize=STYLE["axes.titlesize"])
    for ax in figure.subplots(n_rows, columns, squeeze=False).flat:
        ax.axis("off")
    for ax, picture, caption in zip(figure.axes, as_pictures(images), captions):
        ax.imshow(picture, **GREYS)
        ax.set_title(caption, fontsize=9, loc="center", pad=3)
    figure.alt = f"{title}. {len(captions)} images: {', '.join(captions)}."
    return figure


@drawn(groups=arg.mapping(arg.array(arg.FLOATS, 784, "n")))
def weight_grid(groups, title):
    """Draw the weights of units, one for each of the 784 pixels, as images.

    Mid-grey is zero, brighter is positive, darker is negative. All groups share one scale: black
    and white are weights whose absolute value is at or above the 99th percentile.

    Parameters
    ----------
    groups : dict of str to numpy.ndarray
        Label and weights of each group: float, shape (784, n), with one column for each unit
        and the same n in each group.
    title : str

    Returns
    -------
    Figure
    """
    every = np.abs(np.concatenate(list(groups.values())))
    strongest = np.percentile(every, 99) or 1.0  # weights that are all zero are mid-grey
    n_units, n_columns = every.shape[1], 12
    n_rows = -(-n_units // n_columns)
    cell = WIDTH * 0.97 / n_columns
    figure = Figure(height=len(groups) * (n_rows * cell * 1.04 + 0.28) + 0.3)
    figure.suptitle(title, x=0.01, ha="left", fontsize=STYLE["axes.titlesize"])
    axes = figure.subplots(len(groups), 1, squeeze=False).flat
    for ax, (label, weights) in zip(axes, groups.items()):
        images = (weights.T / strongest).reshape(-1, 28, 28)
        rows = [images[start : start + n_columns] for start in range(0, n_units, n_columns)]
        ax.imshow(montage(rows, background=1.0), cmap="gray", vmin=-1, vmax=1)
        ax.set_title(label, fontsize=11)
        ax.set(xticks=[], yticks=[])
        _only_labels(ax)
    figure.alt = (
        f"{title}. {n_units} images of 28 by 28 weights in each of {len(groups)} groups: "
        f"{'; '.join(groups)}. Mid-grey is zero, brighter positive, darker negative, "
        "one scale for all."
    )
    return figure


def _only_labels(ax):
    """Keep the tick labels of an image, and remove its ticks, frame and grid."""
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
