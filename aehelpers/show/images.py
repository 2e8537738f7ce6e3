"""Images and weights, side by side. A wrong argument raises TypeError or ValueError."""

import math
import textwrap

from aehelpers import arguments as arg
from aehelpers.show.figure import STYLE, WIDTH, Figure, drawn, titled
from matplotlib import colormaps
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
import numpy as np

LONGEST_LABEL = 50  # characters beside a row of images
LABEL_LINES = (24, 36, LONGEST_LABEL)  # characters in a line of it: as few as its row has room for
LINE = 0.2  # inches from one of these lines to the next
GAP = 2  # pixels between the images of a montage
GREYS = dict(cmap="gray", vmin=0, vmax=255)
PALE = "#BBBBBB"  # gaps and frames of fields that are white at zero
SIGNED = dict(cmap=colormaps["RdBu_r"].with_extremes(over=PALE), vmin=-1, vmax=1)


def pictures():
    """Accept images to show: an array of shape (n, 28, 28) or (n, 784), uint8 or floats."""

    def check(name, value, sizes):
        images = np.asarray(value)
        if images.dtype != np.uint8 and images.dtype.kind != "f":
            expected = "uint8, or floats from 0 to 1"
            raise TypeError(f"{name} has dtype {images.dtype}; expected {expected}")
        if images.size == 0 or images.shape[1:] not in ((28, 28), (784,)):
            expected = "(n, 28, 28) or (n, 784) with n >= 1"
            raise ValueError(f"{name} has shape {images.shape}; expected {expected}")
        if len(images) != sizes.setdefault("n", len(images)):
            raise ValueError(f"{name} has {len(images)} images; expected {sizes['n']}")
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
    for top, images in zip(range(0, shape[0], height + GAP), rows):
        for left, image in zip(range(0, shape[1], width + GAP), images):
            joined[top : top + height, left : left + width] = image
    return joined


@drawn(
    rows=arg.mapping(pictures()),
    captions=arg.optional(arg.sequence(str, "n")),
    signed=arg.sequence(str),
)
def image_rows(rows, title, captions=None, signed=()):
    """Draw rows of images one below the other, with one column for each image.

    Parameters
    ----------
    rows : dict of str to numpy.ndarray
        Label of each row and its images: shape (n, 28, 28) or (n, 784), the same n in each
        row. uint8 in 0..255, or float; floats go from 0 (black) to 1 (white), and values
        outside are clipped. A label has at most 50 characters, and is written in lines.
    title : str
    captions : sequence of n str, optional
        The text above each column.
    signed : sequence of str
        The labels of rows that hold weights or codes, of either sign: red is positive, blue
        negative, white zero. Each of these rows has its own scale, up to its 99th percentile.

    Returns
    -------
    Figure
    """
    longest = max(map(len, rows))
    if longest > LONGEST_LABEL:
        raise ValueError(f"a key of rows has {longest} letters; expected at most {LONGEST_LABEL}")
    for name in signed:
        arg.one_of(*rows).check("a name in signed", name, {})
    painted = [_signed(row) if name in signed else _grey(row) for name, row in rows.items()]
    n_columns, above = len(next(iter(rows.values()))), [] if captions is None else list(captions)
    labels, cell = _labels(rows, n_columns)
    figure = Figure(height=len(rows) * cell * 1.04 + (0.62 if above else 0.4))
    ax = figure.subplots()
    ax.set_anchor("W")  # beside the labels, however wide they are
    ax.set_title(title, pad=20 if above else 6)
    gap = np.full((GAP, *painted[0].shape[1:]), 255, np.uint8)
    ax.imshow(np.concatenate([part for row in painted for part in (row, gap)][:-1]))
    pitch = 28 + GAP
    ax.set_yticks([14 + pitch * row for row in range(len(rows))], labels)
    ax.set_xticks([14 + pitch * column for column in range(len(above))], above, fontsize=9)
    ax.xaxis.tick_top()
    _only_labels(ax)
    described = "; ".join(f"row {number}: {label}" for number, label in enumerate(rows, 1))
    figure.alt = f"{title}. {n_columns} images in each of {len(rows)} rows; {described}."
    if above:
        figure.alt += f" Columns: {', '.join(above)}."
    if signed:
        figure.alt += f" In {' and '.join(signed)}, red is positive and blue negative."
    return figure


def _labels(names, n_columns):
    """Return names in lines that fit beside a row of images, and the side of an image in inches."""
    font = FontProperties(family=STYLE["font.family"], size=STYLE["font.size"])

    def inches(line):
        return text_to_path.get_text_width_height_descent(line, font, ismath=False)[0] / 72

    def broken(length):
        labels = [textwrap.fill(name, length) for name in names]
        longest = max(map(inches, "\n".join(labels).split("\n")))
        side = (WIDTH - 0.15 - longest) / n_columns
        fits = side / (LINE * max(label.count("\n") + 1 for label in labels))
        return min(fits, 1), labels, side

    # max takes the first of equals, and so the shortest lines that fit
    _, labels, side = max(map(broken, LABEL_LINES), key=lambda found: found[0])
    return labels, side


def _grey(images):
    """Return images side by side, in shades of grey: uint8 of shape (height, width, 3)."""
    return np.repeat(montage([as_pictures(images)])[..., np.newaxis], 3, axis=2)


def _signed(images):
    """Return numbers of either sign side by side: uint8 of shape (height, width, 3)."""
    strongest = np.percentile(np.abs(images), 99) or 1.0
    joined = montage([np.asarray(images, float).reshape(-1, 28, 28) / strongest], background=0.0)
    return colormaps["RdBu_r"](joined / 2 + 0.5, bytes=True)[..., :3]


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
    figure = titled(n_rows * (WIDTH / columns + 0.17) + 0.3, title)
    for ax in figure.subplots(n_rows, columns, squeeze=False).flat:
        ax.axis("off")
    for ax, picture, caption in zip(figure.axes, as_pictures(images), captions):
        ax.imshow(picture, **GREYS)
        ax.set_title(caption, fontsize=9, loc="center", pad=3)
    figure.alt = f"{title}. {len(captions)} images: {', '.join(captions)}."
    return figure


@drawn(groups=arg.mapping(arg.array(arg.FLOATS, 784, "n")), own_scales=bool, columns=arg.integer(1))
def weight_grid(groups, title, own_scales=False, columns=12):
    """Draw the weights of units, one for each of the 784 pixels, as images.

    Red is positive, blue is negative, white is zero, as a key below them shows. The darkest colours
    are weights whose absolute value is at or above the 99th percentile.

    Parameters
    ----------
    groups : dict of str to numpy.ndarray
        Label and weights of each group: float, shape (784, n), with one column for each unit
        and the same n in each group.
    title : str
    own_scales : bool
        Whether each group has a scale of its own, instead of one for all of them.
    columns : int
        How many units stand beside each other.

    Returns
    -------
    Figure
    """
    every = np.stack(list(groups.values()))
    strongest = np.percentile(np.abs(every), 99, axis=(1, 2) if own_scales else None)
    # weights that are all zero are white
    scales = np.broadcast_to(np.where(strongest > 0, strongest, 1.0), len(groups))
    ends = [f"{scale:.2g}" for scale in scales]
    n_units = every.shape[2]
    n_rows = -(-n_units // columns)
    cell = WIDTH * 0.97 / columns
    figure = titled(len(groups) * (n_rows * cell * 1.04 + 0.28) + 0.75, title)
    axes = figure.subplots(len(groups), 1, squeeze=False)[:, 0]
    for ax, (label, weights), scale, end in zip(axes, groups.items(), scales, ends):
        images = (weights.T / scale).clip(-1, 1).reshape(-1, 28, 28)
        rows = [images[start : start + columns] for start in range(0, n_units, columns)]
        image = ax.imshow(montage(rows), **SIGNED)  # the gaps are over 1
        ax.set_title(f"{label} (darkest: ±{end})" if own_scales else label, fontsize=11)
        ax.set(xticks=[], yticks=[])
        _only_labels(ax)
    key = figure.colorbar(image, ax=axes, location="bottom", shrink=0.35, aspect=25)
    if own_scales:
        low, high = "negative", "positive"
        darkest = f"The darkest colours are weights of ≈ {', ≈ '.join(ends)}, in either direction"
    else:
        low, high = f"-{ends[0]} or less", f"{ends[0]} or more"
        darkest = f"One scale for all: the darkest red is a weight of ≈ {high}, the darkest "
        darkest += f"blue of ≈ {low}"
    key.set_ticks([-1, 0, 1], labels=[low, "0", high])
    key.set_label("weight", fontsize=9)
    key.ax.tick_params(labelsize=9, length=3)
    key.outline.set_edgecolor(PALE)
    figure.alt = (
        f"{title}. {n_units} images of 28 by 28 weights in each of {len(groups)} groups: "
        f"{'; '.join(groups)}. Red is positive, blue negative, white zero. {darkest}."
    )
    return figure


@drawn(images=pictures(), codes=arg.array(arg.FLOATS, "n", "k"), reconstructions=pictures())
def code_columns(images, codes, reconstructions, title):
    """Draw images, their codes, their reconstructions and the differences, one below the other.

    Parameters
    ----------
    images, reconstructions : numpy.ndarray, shape (n, 28, 28) or (n, 784)
        Pixels as in `image_rows`.
    codes : numpy.ndarray of float, shape (n, k)
        Each is drawn as a field, as square as k allows; the darkest red or blue is the largest
        absolute value of all.
    title : str

    Returns
    -------
    Figure
        In the last row, red is where the reconstruction is too bright, and blue where too dark.
    """
    images, reconstructions = as_pictures(images), as_pictures(reconstructions)
    (n, k), strongest = codes.shape, np.abs(codes).max() or 1.0
    side = next(rows for rows in range(math.isqrt(k), 0, -1) if k % rows == 0)
    rows = {
        "X": (images, GREYS),
        "h": (codes.reshape(n, side, -1) / strongest, SIGNED),
        "X'": (reconstructions, GREYS),
        "X' - X": ((reconstructions - images.astype(float)) / 255, SIGNED),
    }
    figure = titled(4 * 0.86 * WIDTH / n + 0.4, title)
    axes = figure.subplots(4, n, squeeze=False)
    for row, (label, (fields, look)) in zip(axes, rows.items()):
        row[0].set_ylabel(label, rotation=0, ha="right", va="center")
        for ax, field in zip(row, fields):
            ax.imshow(field, **look)
            ax.set(xticks=[], yticks=[])
            ax.grid(visible=False)
            ax.spines[:].set(visible=look is SIGNED, color=PALE)
    figure.alt = (
        f"{title}. {n} columns of four fields: image X; code h of {k} numbers; reconstruction X'; "
        "difference X' - X. In codes and differences red is positive, blue negative, white zero."
    )
    return figure


def _only_labels(ax):
    """Keep the tick labels of an image, and remove its ticks, frame and grid."""
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
