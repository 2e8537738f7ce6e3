"""Codes of two numbers as points of a plane. A wrong argument raises TypeError or ValueError."""

from aehelpers import arguments as arg
from aehelpers.show.figure import BLUE, GREY, RED, STYLE, Figure, drawn, titled
import matplotlib
from matplotlib.font_manager import FontProperties
import matplotlib.patheffects
from matplotlib.textpath import text_to_path
import numpy as np

POINTS = arg.array(arg.FLOATS, "n", 2)
MOVED = arg.array(arg.FLOATS, "arrows", 2)
HALO = [matplotlib.patheffects.withStroke(linewidth=3, foreground="white")]
SMALL = dict(fontsize=9, color=GREY)


@drawn(
    panels=arg.mapping(POINTS, most=3),
    class_names=arg.sequence(str, "classes", fewest=1, most=10),
    labels=arg.indices("n", "classes"),
    axes=arg.sequence(str, length=2),
)
def scatter(panels, labels, class_names, title, axes=("h1", "h2")):
    """Draw codes of two numbers as points, with one colour for each class.

    Parameters
    ----------
    panels : dict of str to numpy.ndarray of float, shape (n, 2)
        The title of each plane, and its points; the images are the same in each. They are drawn in
        a random order, the same each time, so that no class lies over all others.
    labels : numpy.ndarray of int, shape (n,)
    class_names : sequence of str, at most ten
        Each name is written in the middle of its points, at their medians, or as near to it as
        the other names allow.
    title : str
    axes : (str, str)
        What the two numbers are.

    Returns
    -------
    Figure
    """
    figure, planes = _planes(panels, title, *axes)
    colours = matplotlib.colormaps["tab10"].colors
    order = np.random.default_rng(0).permutation(len(labels))
    dots = dict(s=7, c=[colours[label] for label in labels[order]], linewidths=0, alpha=0.6)
    for ax, codes in zip(planes, panels.values()):
        ax.scatter(*codes[order].T, **dots)
        low, high = np.percentile(codes, [0.5, 99.5], axis=0)
        wide = np.stack([low, high], axis=1) + 0.05 * np.outer(high - low + 1e-9, [-1, 1])
        ax.set(xlim=wide[0], ylim=wide[1])
        seen = np.unique(labels)
        middles = np.stack([np.median(codes[labels == number], axis=0) for number in seen])
        plane = 0.85 * figure.get_size_inches() / (len(panels), 1)  # without its margins
        inches = plane / np.ptp(wide, axis=1)
        sizes = [_size(class_names[number]) for number in seen]
        for number, place in zip(seen, _apart(middles * inches, np.array(sizes)) / inches):
            look = dict(color=colours[number], weight="bold", fontsize=15, path_effects=HALO)
            ax.text(*place, class_names[number], ha="center", va="center", **look)
    figure.alt = (
        f"{title}. {len(labels):,} points in each of {len(panels)} planes, {'; '.join(panels)}. "
        f"A colour for each of {', '.join(class_names)}."
    )
    return figure


def _size(name):
    """Return the width and height in inches of a name in a scatter."""
    font = FontProperties(family=STYLE["font.family"], weight="bold", size=15)
    width, height, _ = text_to_path.get_text_width_height_descent(name, font, ismath=False)
    return width / 72 + 0.04, height / 72 + 0.04


def _apart(places, sizes):
    """Return places near the given ones, at which boxes of these sizes do not overlap."""
    places = places.astype(float)
    pairs = np.argwhere(np.tri(len(places), k=-1))
    for _ in range(100):
        for one, other in pairs:
            between = places[one] - places[other]
            overlap = (sizes[one] + sizes[other]) / 2 - np.abs(between)
            if (overlap > 1e-6).all():
                axis = overlap.argmin()  # the shorter way out
                step = overlap[axis] / 2 * (1 if between[axis] >= 0 else -1)
                places[one, axis] += step
                places[other, axis] -= step
    return places


@drawn(background=POINTS, starts=MOVED, ends=MOVED)
def arrows(background, starts, ends, title, xlabel, ylabel):
    """Draw where points of a plane are moved, over others that mark where images lie.

    Parameters
    ----------
    background : numpy.ndarray of float, shape (n, 2)
        Small grey points.
    starts, ends : numpy.ndarray of float, shape (m, 2)
        An arrow goes from each start to its end.
    title, xlabel, ylabel : str

    Returns
    -------
    Figure
        Both axes have the same scale.
    """
    figure = Figure(height=3.8)
    ax = figure.subplots()
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    ax.set_aspect("equal", adjustable="datalim")
    ax.scatter(*background.T, s=6, color="#BBBBBB", linewidths=0, label="clean images")
    to_scale = dict(angles="xy", scale_units="xy", scale=1)
    look = dict(color=BLUE, alpha=0.8, width=0.002, headwidth=7, headlength=9)
    ax.quiver(*starts.T, *(ends - starts).T, **to_scale, **look)
    ax.plot(*starts.T, "o", ms=4, color=RED, label="with noise")
    ax.plot([], [], color=BLUE, label="the way that the denoiser moves them")
    ax.legend(loc="upper right", ncols=3)
    figure.alt = (
        f"{title}. {ylabel} against {xlabel}. {len(starts)} arrows from images with noise to the "
        f"denoised ones, over {len(background):,} clean images."
    )
    return figure


def _planes(panels, title, xlabel, ylabel):
    """Return a figure and an axes for each panel, without numbers along them."""
    figure = titled(8.0 / len(panels) + 0.5, title)
    axes = figure.subplots(1, len(panels), squeeze=False)[0]
    for ax, name in zip(axes, panels):
        ax.set_title(name, fontsize=11)
        ax.set_xlabel(xlabel, **SMALL)
        ax.set_ylabel(ylabel, **SMALL)
        ax.tick_params(labelsize=8, colors=GREY)
    return figure, axes
