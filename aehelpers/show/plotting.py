"""Figures in one style: arrays in, a `Figure` with a text alternative out. And tables.

A `Figure` as the last line of a cell, or given to ``display``, shows itself. The colours are
those of Okabe and Ito, *Color Universal Design* (2008), which colour-blind readers can tell
apart; line styles and markers differ as well.
"""

import base64
import functools
import html
import io
import textwrap

from aehelpers import arguments_old as arguments
import matplotlib
import matplotlib.figure
from matplotlib.patches import Polygon
import numpy as np
from PIL import Image, ImageDraw

BLUE, PURPLE, GREEN, RED, GREY = "#0072B2", "#CC79A7", "#009E73", "#D55E00", "#6B6B6B"
LOOKS = tuple(zip((GREY, BLUE, RED, GREEN, PURPLE), ("o-", "s-", "^--", "D-.", "v:")))

LONGEST_LABEL = 50  # letters beside a row of pictures, so that they keep half of the width
WIDTH = 8.0  # inches
MOST_INCHES = 300  # of height; Matplotlib draws at most 2^16 pixels
CSS_PIXELS_PER_INCH = 100  # so a figure is 800 pixels wide on the page ...
DOTS_PER_INCH = 150  # ... and stays sharp on screens with finer pixels

STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.0,
    "lines.markersize": 6.0,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


def _styled(function):
    """Draw in the course's style and leave the learner's own Matplotlib settings alone."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        with matplotlib.rc_context(STYLE):
            return function(*args, **kwargs)

    return wrapper


class Figure(matplotlib.figure.Figure):
    """A Matplotlib figure with a text alternative that goes wherever the picture goes.

    Parameters
    ----------
    height : float
        In inches; the width is always that of a notebook.
    """

    def __init__(self, height):
        arguments.number("height", height, 0, MOST_INCHES, open_ends=True)
        super().__init__(figsize=(WIDTH, height), layout="constrained")
        self.alt = ""

    @_styled
    def png(self):
        """Return the picture as the bytes of a PNG file."""
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=DOTS_PER_INCH)
        return buffer.getvalue()

    @_styled
    def grey_pixels(self):
        """Return the picture in grey, one pixel for each CSS pixel, for a panel of an explorer.

        Returns
        -------
        numpy.ndarray of uint8, shape (height, width)
        """
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=CSS_PIXELS_PER_INCH)
        return np.asarray(Image.open(buffer).convert("L"))

    def _repr_mimebundle_(self, include=None, exclude=None):
        return picture_bundle(self.png(), self.alt, *self.css_size())

    def css_size(self):
        """Return width and height on the page, in CSS pixels."""
        return tuple(round(inches * CSS_PIXELS_PER_INCH) for inches in self.get_size_inches())


def picture_bundle(png, alt, width, height):
    """Return (data, metadata) that show a PNG with its text alternative in any front end.

    JupyterLab writes no text alternative for image/png, but keeps that of an HTML image. Other
    front ends and nbconvert take image/png and the text in its metadata.

    Parameters
    ----------
    png : bytes
    alt : str
    width, height : int, at least 1
        In CSS pixels.
    """
    arguments.instance("png", png, bytes, "bytes")
    arguments.text("alt", alt)
    arguments.whole("width", width, 1)
    arguments.whole("height", height, 1)
    encoded = base64.b64encode(png).decode("ascii")
    image = (
        f'<img alt="{html.escape(alt)}" width="{width}" style="max-width: 100%; height: auto" '
        f'src="data:image/png;base64,{encoded}">'
    )
    data = {"text/html": image, "image/png": encoded, "text/plain": alt}
    return data, {"image/png": {"alt": alt, "width": width, "height": height}}


class Table:
    """A table of texts: with headings on a page, in columns of characters elsewhere.

    Printed lines of more than about 55 characters break inside words when a page is enlarged to
    200 %; a table does not, and a screen reader can tell its rows and columns.

    Parameters
    ----------
    caption : str
    headings : sequence of str
        At least one: of all columns, the first one included.
    rows : sequence of sequences of str
        At least one, each as long as `headings`. The first text is the heading of its row.
    """

    def __init__(self, caption, headings, rows):
        arguments.text("caption", caption)
        for name, value in {"headings": headings, "rows": rows}.items():
            arguments.sequence(name, value)
            if len(value) == 0:
                raise ValueError(f"{name} is empty; expected at least one")
        numbered = {f"rows[{number}]": row for number, row in enumerate(rows)}
        for name, texts in ({"headings": headings} | numbered).items():
            arguments.sequence(name, texts, len(headings))
            for text in texts:
                arguments.text(f"a text in {name}", text)
        self.caption, self.headings, self.rows = caption, headings, rows

    def __repr__(self):
        lines = [self.headings, *self.rows]
        first, *others = [max(map(len, column)) for column in zip(*lines)]
        aligned = [[name.ljust(first), *map(str.rjust, texts, others)] for name, *texts in lines]
        return "\n".join([self.caption, *map("  ".join, aligned)])

    def _repr_html_(self):
        left = 'style="text-align: left"'
        first, *others = (html.escape(text) for text in self.headings)
        head = f'<th scope="col" {left}>{first}</th>'
        head += "".join(f'<th scope="col">{text}</th>' for text in others)
        body = "".join(
            f'<tr><th scope="row" {left}>{html.escape(name)}</th>'
            + "".join(f"<td>{html.escape(text)}</td>" for text in texts)
            + "</tr>"
            for name, *texts in self.rows
        )
        return (
            f"<table><caption {left}>{html.escape(self.caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


@_styled
def image_rows(rows, title, captions=None):
    """Draw rows of images under each other, one column for each image.

    Parameters
    ----------
    rows : dict of str to numpy.ndarray
        Label of each row and its images: shape (n, 28, 28) or (n, 784), the same n in each
        row. uint8 in 0..255, or float; floats are shown from 0 (black) to 1 (white), values
        outside as the nearer of the two.
    title : str
    captions : sequence of n str, optional
        What stands above each column.

    Returns
    -------
    Figure
    """
    _check_dict("rows", rows)
    arguments.text("title", title)
    pictures = {label: as_pictures(images) for label, images in rows.items()}
    n_columns = len(next(iter(pictures.values())))
    for label, images in pictures.items():
        if len(images) != n_columns:
            raise ValueError(f"rows[{label!r}] has {len(images)} images; expected {n_columns}")
    if captions is not None:
        _check_captions(captions, n_columns)
    for label in rows:
        if len(label) > LONGEST_LABEL:
            raise ValueError(
                f"a key of rows has {len(label)} letters; expected at most {LONGEST_LABEL}"
            )
    label_width = 0.12 + 0.085 * max(map(len, rows))  # inches; a letter is about 0.085 wide
    cell = (WIDTH - label_width) / n_columns
    with_captions = captions is not None
    figure = Figure(height=len(rows) * cell * 1.04 + (0.62 if with_captions else 0.4))
    ax = figure.subplots()
    ax.set_title(title, pad=20 if with_captions else 6)
    ax.imshow(montage(list(pictures.values())), cmap="gray", vmin=0, vmax=255)
    pitch = 28 + GAP
    ax.set_yticks([14 + pitch * row for row in range(len(rows))], list(pictures))
    if with_captions:
        ax.set_xticks([14 + pitch * column for column in range(n_columns)], captions, fontsize=9)
    else:
        ax.set_xticks([])
    ax.xaxis.tick_top()
    _only_labels(ax)
    described = "; ".join(f"row {number}: {label}" for number, label in enumerate(pictures, 1))
    figure.alt = f"{title}. {n_columns} images in each of {len(rows)} rows; {described}."
    if with_captions:
        figure.alt += f" Columns: {', '.join(captions)}."
    return figure


@_styled
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
    arguments.text("title", title)
    arguments.whole("columns", columns, 1)
    pictures = as_pictures(images)
    _check_captions(captions, len(pictures))
    n_rows = -(-len(pictures) // columns)
    figure = Figure(height=n_rows * (WIDTH / columns + 0.17) + 0.3)
    figure.suptitle(title, x=0.01, ha="left", fontsize=STYLE["axes.titlesize"])
    for ax in figure.subplots(n_rows, columns, squeeze=False).flat:
        ax.axis("off")
    for ax, picture, caption in zip(figure.axes, pictures, captions):
        ax.imshow(picture, cmap="gray", vmin=0, vmax=255)
        ax.set_title(caption, fontsize=9, loc="center", pad=3)
    figure.alt = f"{title}. {len(pictures)} images: {', '.join(captions)}."
    return figure


@_styled
def weight_grid(groups, title):
    """Draw the weights that each of some units gives to the 784 pixels, as images.

    Mid-grey is zero, brighter is positive, darker is negative. All groups have the same scale;
    black and white stand for the 99th percentile of the absolute weights, and beyond.

    Parameters
    ----------
    groups : dict of str to numpy.ndarray
        Label and weights of each group: float, shape (784, n), one column for each unit, the
        same n in each group.
    title : str

    Returns
    -------
    Figure
    """
    _check_dict("groups", groups)
    arguments.text("title", title)
    n_units = "n"
    for label, weights in groups.items():
        arguments.array(f"groups[{label!r}]", weights, {"f": "floats"}, (784, n_units))
        n_units = weights.shape[1]
    every = np.abs(np.concatenate(list(groups.values())))
    strongest = np.percentile(every, 99) or 1.0  # weights that are all zero are mid-grey
    n_columns = 12
    n_rows = -(-n_units // n_columns)
    cell = WIDTH * 0.97 / n_columns
    figure = Figure(height=len(groups) * (n_rows * cell * 1.04 + 0.28) + 0.3)
    figure.suptitle(title, x=0.01, ha="left", fontsize=STYLE["axes.titlesize"])
    for ax, (label, weights) in zip(
        figure.subplots(len(groups), 1, squeeze=False).flat, groups.items()
    ):
        images = (weights.T / strongest).reshape(-1, 28, 28)
        rows = [images[start : start + n_columns] for start in range(0, n_units, n_columns)]
        ax.imshow(montage(rows, background=1.0), cmap="gray", vmin=-1, vmax=1)
        ax.set_title(label, fontsize=11)
        ax.set_xticks([])
        ax.set_yticks([])
        _only_labels(ax)
    figure.alt = (
        f"{title}. {n_units} images of 28 by 28 weights in each of {len(groups)} groups: "
        f"{'; '.join(groups)}. Mid-grey is zero, brighter positive, darker negative, "
        "one scale for all."
    )
    return figure


@_styled
def loss_curves(loss, validation_loss, title, best_epoch=None):
    """Draw the loss after each epoch.

    Parameters
    ----------
    loss, validation_loss : sequence of float
        One value for each epoch that was finished; `validation_loss` may be empty.
    title : str
    best_epoch : int, optional
        The epoch (counted from 1) to mark, whose weights were kept.

    Returns
    -------
    Figure
    """
    # A training that diverges has losses that are not finite; its curve is shown all the same.
    loss = _numbers("loss", loss, finite=False)
    validation_loss = _numbers("validation_loss", validation_loss, finite=False)
    arguments.text("title", title)
    if best_epoch is not None:
        arguments.whole("best_epoch", best_epoch, 1, max(1, len(loss)))
    figure = Figure(height=3.2)
    ax = figure.subplots()
    ax.set(title=title, xlabel="epoch", ylabel="loss")
    lines = {"training": (loss, BLUE, "o-"), "validation": (validation_loss, PURPLE, "s--")}
    figure.alt = f"{title}. Loss against epoch."
    for name, (values, colour, style) in lines.items():
        if len(values):
            ax.plot(np.arange(1, len(values) + 1), values, style, color=colour, label=name)
            figure.alt += f" {name.capitalize()}: from ≈ {values[0]:.4f} to ≈ {values[-1]:.4f}."
    if best_epoch is not None:
        ax.axvline(best_epoch, color=GREY, linewidth=1, linestyle=":", label="weights kept")
    if len(loss):
        ax.legend()
        ax.set_ylim(bottom=0)
    ax.xaxis.get_major_locator().set_params(integer=True)
    return figure


@_styled
def updates_curve(updates, losses, title):
    """Draw a loss against the number of updates, from 0 on.

    Parameters
    ----------
    updates : sequence of int
        Increasing, at least 0.
    losses : sequence of float
    title : str

    Returns
    -------
    Figure
        The horizontal axis is linear up to 10 updates and logarithmic from there.
    """
    arguments.text("title", title)
    _check_axis("updates", updates, 0)
    losses = _numbers("losses", losses)
    arguments.sequence("losses", losses, len(updates))
    figure = Figure(height=3.2)
    ax = figure.subplots()
    ax.set(
        title=title, xlabel="updates (logarithmic scale from 10 on)", ylabel="mean squared error"
    )
    ax.plot(updates, losses, "o-", color=BLUE)
    ax.set_xscale("symlog", linthresh=10)
    ax.set_xticks(updates, [f"{u:,}" for u in updates])
    ax.minorticks_off()
    ax.set_ylim(bottom=0)
    points = "; ".join(f"{u:,} updates ≈ {loss:.4f}" for u, loss in zip(updates, losses))
    figure.alt = f"{title}, against the number of updates: {points}."
    return figure


@_styled
def curves(x, series, title, xlabel, ylabel, xscale="log"):
    """Draw one or more lines over numbers such as k or sigma.

    Parameters
    ----------
    x : sequence of numbers
        Increasing; positive where the axis is logarithmic.
    series : dict of str to sequence of float
        Name and values of each line, of at most five.
    title, xlabel, ylabel : str
    xscale : {"log", "linear"}

    Returns
    -------
    Figure
    """
    _check_texts(title=title, xlabel=xlabel, ylabel=ylabel)
    arguments.choice("xscale", xscale, ("log", "linear"))
    _check_axis("x", x, 1e-300 if xscale == "log" else -np.inf)
    _check_dict("series", series, most=5)
    for name, values in series.items():
        arguments.sequence(f"series[{name!r}]", _numbers(f"series[{name!r}]", values), len(x))
    figure = Figure(height=3.6)
    ax = figure.subplots()
    scale = " (logarithmic scale)" if xscale == "log" else ""
    ax.set(title=title, xlabel=xlabel + scale, ylabel=ylabel, xscale=xscale)
    looks = zip((BLUE, RED, GREEN, PURPLE, GREY), ("o-", "s--", "^-.", "D:", "v-"))
    figure.alt = f"{title}. {ylabel} against {xlabel}."
    for (name, values), (colour, style) in zip(series.items(), looks):
        ax.plot(x, values, style, color=colour, label=name)
        points = ", ".join(f"{n:,}: ≈ {value:.4f}" for n, value in zip(x, values))
        figure.alt += f" {name}, {points}."
    ax.set_xticks(x, [f"{n:,}" for n in x])
    ax.minorticks_off()
    ax.legend()
    return figure


@_styled
def gains(eigenvalues, measured, exact, title):
    """Draw by how much a denoiser shrinks each principal direction.

    Parameters
    ----------
    eigenvalues, measured, exact : numpy.ndarray of float, shape (m,)
        For each direction its variance, the gain of a trained network, and the exact gain.
    title : str

    Returns
    -------
    Figure
    """
    arguments.text("title", title)
    arguments.array("eigenvalues", eigenvalues, {"f": "floats"}, ("m",))
    for name, values in {"measured": measured, "exact": exact}.items():
        arguments.array(name, values, {"f": "floats"}, (len(eigenvalues),))
    figure = Figure(height=3.6)
    ax = figure.subplots()
    ax.set(title=title, xlabel="number j of the principal direction (logarithmic scale)")
    ax.set(ylabel="gain (1: kept, 0: removed)", xscale="log")
    j = np.arange(1, len(eigenvalues) + 1)
    ax.plot(j, measured, ".", color=PURPLE, label="trained linear network")
    ax.plot(j, exact, color=BLUE, label=r"$\lambda_j \,/\, (\lambda_j + \sigma^2)$")
    ax.legend()
    largest = np.abs(measured - exact).max()
    figure.alt = (
        f"{title}. The exact gain falls from ≈ {exact[0]:.2f} at direction 1 to "
        f"≈ {exact[-1]:.2f} at direction {len(exact)}; the points of the trained network "
        f"differ from it by at most ≈ {largest:.2f}."
    )
    return figure


@_styled
def accuracy_curve(n_labels, accuracies, title):
    """Draw mean accuracy against the number of labels, with every single run behind it.

    Parameters
    ----------
    n_labels : sequence of int
        The numbers of labels, increasing.
    accuracies : numpy.ndarray of float, shape (len(n_labels), number of seeds)
        Between 0 and 1.
    title : str

    Returns
    -------
    Figure
        Error bars are one standard deviation over the seeds in each direction.
    """
    arguments.text("title", title)
    _check_axis("n_labels", n_labels, 1)
    accuracies = np.asarray(accuracies)
    arguments.array("accuracies", accuracies, {"f": "floats"}, (len(n_labels), "seeds"))
    if accuracies.shape[1] < 2:
        raise ValueError("accuracies has 1 seed; expected at least 2, to show how far they differ")
    if accuracies.min() < 0 or accuracies.max() > 1:
        raise ValueError(
            f"accuracies goes from {accuracies.min():g} to {accuracies.max():g}; expected 0 to 1"
        )
    percent = 100 * accuracies
    mean, spread = percent.mean(axis=1), percent.std(axis=1, ddof=1)
    figure = Figure(height=3.8)
    ax = figure.subplots()
    ax.set(title=title, xlabel="number of labels (logarithmic scale)", ylabel="test accuracy in %")
    ax.set_xscale("log")
    ax.errorbar(
        n_labels,
        mean,
        spread,
        fmt="o-",
        color=BLUE,
        capsize=5,
        label="mean ± one standard deviation",
    )
    for runs in percent.T:
        ax.plot(n_labels, runs, "x", color=RED, markersize=5, zorder=3)
    ax.plot([], [], "x", color=RED, label="single runs")
    ax.set_xticks(n_labels, [f"{n:,}" for n in n_labels])
    ax.minorticks_off()
    for n, value in zip(n_labels, mean):
        ax.annotate(f"{value:.1f}", (n, value), (7, -16), textcoords="offset points", color=BLUE)
    ax.margins(x=0.08, y=0.15)
    ax.legend(loc="lower right")
    points = "; ".join(f"{n:,} labels ≈ {value:.1f} %" for n, value in zip(n_labels, mean))
    figure.alt = f"{title}. Mean accuracy of {percent.shape[1]} runs: {points}."
    return figure


@_styled
def interval_curves(x, panels, names, title, xlabel, ylabel, level=None):
    """Draw means with 95 % intervals over numbers of labels, in panels side by side.

    Parameters
    ----------
    x : sequence of int
        Increasing, at least 1.
    panels : dict of str to (dict of str to sequence of results.Interval)
        For each panel its title and its lines; for each line its name and one interval for each
        x. Values between 0 and 1, or their differences.
    names : sequence of str, at most five
        The names of all lines, in the order of their looks. With the same `names` a line looks
        the same in several figures.
    title, xlabel, ylabel : str
    level : float, optional
        Where to draw a horizontal line, such as 0 for differences.

    Returns
    -------
    Figure
        The values are drawn in percent.
    """
    _check_texts(title=title, xlabel=xlabel, ylabel=ylabel)
    _check_axis("x", x, 1)
    _check_dict("panels", panels)
    arguments.sequence("names", names)
    for name in names:
        arguments.text("a name in names", name)
    if len(names) > len(LOOKS):
        raise ValueError(f"names has {len(names)} entries; expected at most {len(LOOKS)}")
    if level is not None:
        arguments.number("level", level, -1, 1)
    for panel, lines in panels.items():
        _check_dict(f"panels[{panel!r}]", lines)
        for name, intervals in lines.items():
            arguments.choice(f"a name in panels[{panel!r}]", name, names)
            _check_intervals(f"panels[{panel!r}][{name!r}]", intervals, len(x))
    figure = Figure(height=4.2)
    axes = np.atleast_1d(figure.subplots(1, len(panels), sharey=True))
    figure.suptitle(title, x=0.01, ha="left", fontsize=12)
    looks = dict(zip(names, LOOKS))
    figure.alt = f"{title}. {ylabel} against {xlabel}, mean of several seeds with 95 % interval."
    for ax, (panel, lines) in zip(axes, panels.items()):
        ax.set_title(panel, fontsize=11)
        ax.set(xlabel=f"{xlabel}\n(logarithmic scale)", xscale="log")
        if level is not None:
            ax.axhline(100 * level, color="black", linewidth=1)
        for number, (name, intervals) in enumerate(lines.items()):
            colour, style = looks[name]
            mean, low, high = 100 * np.array([part[:3] for part in intervals]).T
            shifted = np.array(x) * 1.06 ** (number - (len(lines) - 1) / 2)  # bars side by side
            error = (mean - low, high - mean)
            ax.errorbar(shifted, mean, error, fmt=style, color=colour, label=name, capsize=3)
            points = ", ".join(f"{n:,}: ≈ {value:.1f} %" for n, value in zip(x, mean))
            figure.alt += f" {panel}, {name}, {points}."
        ax.set_xticks(x[::2], [f"{n:,}" for n in x[::2]])
        ax.minorticks_off()
        ax.legend(loc="best", fontsize=9)
    axes[0].set_ylabel(ylabel)
    return figure


@_styled
def interval_rows(intervals, title, xlabel, runs=None, line=None, limits=None):
    """Draw a mean with its 95 % interval for each name, under each other.

    Parameters
    ----------
    intervals : dict of str to results.Interval
        Values between 0 and 1.
    title, xlabel : str
    runs : dict of str to sequence of float, optional
        The single runs, as small crosses.
    line : str, optional
        The name whose mean is drawn as a vertical line through all rows.
    limits : (float, float), optional
        Of the horizontal axis, in percent.

    Returns
    -------
    Figure
        The values are drawn and written in percent.
    """
    _check_texts(title=title, xlabel=xlabel)
    _check_dict("intervals", intervals)
    _check_intervals("intervals", list(intervals.values()), len(intervals))
    if limits is not None:
        arguments.sequence("limits", _numbers("limits", limits), 2)
    if line is not None:
        arguments.choice("line", line, intervals)
    if runs is not None:
        _check_dict("runs", runs)
        if set(runs) != set(intervals):
            raise ValueError(f"runs has {sorted(runs)}; expected {sorted(intervals)}")
        runs = {name: _numbers(f"runs[{name!r}]", values) for name, values in runs.items()}
    figure = Figure(height=0.36 * len(intervals) + 1.1)
    ax = figure.subplots()
    ax.set(title=title, xlabel=xlabel)
    if line is not None:
        ax.axvline(100 * intervals[line].mean, color=GREY, linestyle="--", linewidth=1.2)
    for row, (name, (mean, low, high, _)) in enumerate(intervals.items()):
        if runs is not None:
            ax.plot(100 * runs[name], [row] * len(runs[name]), "x", color=RED, ms=5)
        error = [[100 * (mean - low)], [100 * (high - mean)]]
        ax.errorbar(100 * mean, row, xerr=error, fmt="o", color=BLUE, capsize=4)
        text = (100 * mean, row - 0.2)
        ax.annotate(f"{100 * mean:.1f}", text, ha="center", va="bottom", color=BLUE, fontsize=9)
    ax.set_yticks(range(len(intervals)), list(intervals))
    ax.set_ylim(len(intervals) - 0.5, -0.8)
    ax.grid(axis="y", visible=False)
    if limits is not None:
        ax.set_xlim(*limits)
    listed = "; ".join(
        f"{name} ≈ {100 * part.mean:.1f} %, interval ≈ {100 * part.low:.1f} to "
        f"≈ {100 * part.high:.1f} %"
        for name, part in intervals.items()
    )
    figure.alt = f"{title}. {xlabel}, mean with 95 % interval: {listed}."
    return figure


@_styled
def landing(x, intervals, ranges, point, title):
    """Draw a published curve, and one run of the learner's on it.

    Parameters
    ----------
    x : sequence of int
        Numbers of labels, increasing.
    intervals, ranges : sequences of results.Interval
        For each x the 95 % interval of the mean, and that for one further run.
    point : (int, float)
        The learner's number of labels, one of x, and accuracy in 0..1.
    title : str

    Returns
    -------
    Figure
    """
    arguments.text("title", title)
    _check_axis("x", x, 1)
    _check_intervals("intervals", intervals, len(x))
    _check_intervals("ranges", ranges, len(x))
    arguments.sequence("point", point, 2)
    arguments.number("point[1]", point[1], 0, 1)
    if point[0] not in x:
        raise ValueError(f"point is at {point[0]}; expected one of {list(x)}")
    figure = Figure(height=3.8)
    ax = figure.subplots()
    ax.set(title=title, xlabel="number of labels (logarithmic scale)", ylabel="test accuracy in %")
    mean, low, high = 100 * np.array([part[:3] for part in intervals]).T
    _, lowest, highest = 100 * np.array([part[:3] for part in ranges]).T
    ax.fill_between(x, lowest, highest, color=BLUE, alpha=0.15, label="95 % range of one run")
    error = (mean - low, high - mean)
    ax.errorbar(x, mean, error, fmt="o-", color=BLUE, capsize=4, label="published mean")
    ax.plot(point[0], 100 * point[1], "*", color=RED, markersize=16, label="your run")
    ax.set_xscale("log")
    ax.set_xticks(x, [f"{n:,}" for n in x])
    ax.minorticks_off()
    ax.legend(loc="lower right")
    at = list(x).index(point[0])
    figure.alt = (
        f"{title}. At {point[0]:,} labels your run has ≈ {100 * point[1]:.1f} %; published are "
        f"≈ {mean[at]:.1f} % on average, and ≈ {lowest[at]:.1f} to ≈ {highest[at]:.1f} % as the "
        "95 % range of one run."
    )
    return figure


@_styled
def bars(names, values, title, xlabel, decimals=4):
    """Draw one horizontal bar for each name, longest at the top.

    Parameters
    ----------
    names : sequence of str
    values : sequence of float
    title, xlabel : str
    decimals : int, 0 to 10
        Of the number beside each bar.

    Returns
    -------
    Figure
    """
    _check_texts(title=title, xlabel=xlabel)
    arguments.whole("decimals", decimals, 0, 10)
    values = _numbers("values", values)
    arguments.sequence("names", names, len(values))
    if not len(values):
        raise ValueError("values is empty; expected at least one")
    order = np.argsort(values)
    figure = Figure(height=0.3 * len(values) + 1.0)
    ax = figure.subplots()
    drawn = ax.barh([names[i] for i in order], [values[i] for i in order], color=BLUE)
    ax.bar_label(drawn, fmt=f"%.{decimals}f", padding=4)
    ax.set(title=title, xlabel=xlabel)
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.12)
    listed = ", ".join(f"{names[i]} ≈ {values[i]:.{decimals}f}" for i in order[::-1])
    figure.alt = f"{title}. {xlabel}, longest bar first: {listed}."
    return figure


@_styled
def panel_page(title, panels):
    """Draw the panels of an explorer as a still picture, side by side where there is room.

    Parameters
    ----------
    title : str
    panels : sequence of (label, picture, captions, zoom)
        The picture is a uint8 array of shape (height, width); `captions` is None or a
        sequence of str, spread evenly above it; a pixel is `zoom` CSS pixels wide.

    Returns
    -------
    Figure
    """
    arguments.text("title", title)
    arguments.sequence("panels", panels)
    for number, panel in enumerate(panels):
        arguments.sequence(f"panels[{number}]", panel, 4)
        label, picture, captions, zoom = panel
        arguments.text(f"the label of panels[{number}]", label)
        arguments.array("picture", picture, {"uint8": "uint8"}, ("height", "width"))
        if captions is not None:
            arguments.sequence("captions", captions)
        arguments.whole("zoom", zoom, 1)
    page_width, label_height, caption_height, gap = 100 * WIDTH, 20, 16, 14
    wrapped = textwrap.fill(title, 105)
    places, x, line_height = [], 0, 0
    y = max(52, 26 + 16 * (wrapped.count("\n") + 1))  # below the title
    for _, picture, captions, zoom in panels:
        height, width = (zoom * size for size in picture.shape)
        shrink = min(1, page_width / width)  # as the browser does on a narrow page
        height, width = height * shrink, width * shrink
        top = label_height + (caption_height if captions is not None else 0)
        if x + width > page_width:
            x, y, line_height = 0, y + line_height + gap, 0
        places.append((x, y + top, width, height))
        x, line_height = x + width + gap, max(line_height, top + height)
    figure = Figure(height=(y + line_height + 2) / CSS_PIXELS_PER_INCH)
    figure.set_layout_engine("none")
    _, page_height = figure.css_size()
    figure.text(0, 1 - 4 / page_height, wrapped, va="top", fontsize=10)
    for (x, y, width, height), (label, picture, captions, _) in zip(places, panels):
        box = (
            x / page_width,
            1 - (y + height) / page_height,
            width / page_width,
            height / page_height,
        )
        ax = figure.add_axes(box)
        ax.imshow(picture, cmap="gray", vmin=0, vmax=255, aspect="auto")
        ax.axis("off")
        label_y = 1 + (4 + (caption_height if captions is not None else 0)) / height
        ax.text(0, label_y, label, transform=ax.transAxes, fontsize=10)
        for number, caption in enumerate(captions if captions is not None else ()):
            place = (number + 0.5) / len(captions)
            ax.text(place, 1 + 4 / height, caption, transform=ax.transAxes, ha="center", fontsize=8)
    figure.alt = title
    return figure


def draw_marker(picture, x, y):
    """Draw the marker of a curve into a PIL image, at (x, y) in pixels from the top left."""
    arguments.instance("picture", picture, Image.Image, "a PIL image")
    arguments.number("x", x, 0, picture.width)
    arguments.number("y", y, 0, picture.height)
    radius = 0.08 * DOTS_PER_INCH
    box = (x - radius, y - radius, x + radius, y + radius)
    ImageDraw.Draw(picture).ellipse(box, outline=RED, width=4)


def stack_pictures(pictures):
    """Return the bytes of a PNG with PIL images of the same width under each other."""
    arguments.sequence("pictures", pictures)
    for number, picture in enumerate(pictures):
        arguments.instance(f"pictures[{number}]", picture, Image.Image, "a PIL image")
    if len({picture.width for picture in pictures}) != 1:
        raise ValueError(
            f"pictures has {len(pictures)} images of widths {[p.width for p in pictures]}; "
            "expected at least one, all of the same width"
        )
    stacked = Image.new("RGB", (pictures[0].width, sum(p.height for p in pictures)), "white")
    top = 0
    for picture in pictures:
        stacked.paste(picture, (0, top))
        top += picture.height
    buffer = io.BytesIO()
    stacked.save(buffer, "png")
    return buffer.getvalue()


@_styled
def network_diagram(n_inputs, code_size, title):
    """Draw an autoencoder as an hourglass: X1..Xm, encoder, h1..hk, decoder, X'1..X'm.

    Parameters
    ----------
    n_inputs : int
        m, the number of inputs and of reconstructions.
    code_size : int
        k, the number of units of the code.
    title : str

    Returns
    -------
    Figure
    """
    arguments.whole("n_inputs", n_inputs, 1)
    arguments.whole("code_size", code_size, 1)
    arguments.text("title", title)
    figure = Figure(height=4.4)
    ax = figure.subplots()
    ax.axis("off")
    ax.set(xlim=(0, 12), ylim=(-0.5, 8.6))
    ax.set_title(title)
    _column(ax, 1.0, 3.4, "X", n_inputs, BLUE)
    _column(ax, 6.0, 2.0, "h", code_size, PURPLE)
    _column(ax, 11.0, 3.4, "X'", n_inputs, GREEN)
    parts = {
        "encoder\n$W_1$, $b_1$": ((1.7, 5.3), (3.9, 2.4)),
        "decoder\n$W_2$, $b_2$": ((6.7, 10.3), (2.4, 3.9)),
    }
    for label, ((left, right), (at_left, at_right)) in parts.items():
        corners = [
            (left, 4.4 - at_left),
            (left, 4.4 + at_left),
            (right, 4.4 + at_right),
            (right, 4.4 - at_right),
        ]
        ax.add_patch(Polygon(corners, facecolor="#EEEEEE", edgecolor=GREY))
        ax.text((left + right) / 2, 4.4, label, ha="center", va="center", fontsize=13)
    for x, label in ((1.0, "input"), (6.0, "code"), (11.0, "reconstruction")):
        ax.text(x, -0.5, label, ha="center", va="bottom")
    figure.alt = (
        f"{title}. From left to right: inputs X1 to X{n_inputs}; the encoder with W1 and "
        f"b1, which narrows; the code h1 to h{code_size}; the decoder with W2 and b2, which "
        f"widens; reconstructions X'1 to X'{n_inputs}."
    )
    return figure


def _column(ax, x, half_height, letter, size, colour):
    """Draw units 1, 2, ..., size of a layer as labelled circles under each other."""
    heights = np.linspace(4.4 + half_height, 4.4 - half_height, 4)
    prime = "'" if letter.endswith("'") else ""
    for y, index in zip(heights, ("1", "2", None, str(size))):
        if index is None:
            ax.text(x, y, "⋮", ha="center", va="center", fontsize=18)
            continue
        ax.plot(
            x,
            y,
            "o",
            markersize=36,
            markerfacecolor="white",
            markeredgecolor=colour,
            markeredgewidth=2,
        )
        ax.text(x, y, f"${letter[0]}{prime}_{{{index}}}$", ha="center", va="center", fontsize=12)


def _only_labels(ax):
    """Keep the tick labels of an image, and drop its ticks, frame and grid."""
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)


GAP = 2  # pixels between the images of a montage


def montage(rows, background=255):
    """Join images into one, row by row, with a gap of `GAP` pixels between them.

    Parameters
    ----------
    rows : sequence of numpy.ndarray, each of shape (n, height, width)
        The images of each row; a later row may have fewer of them than the first.
    background : number, 0 to 255
        The value of the gaps.

    Returns
    -------
    numpy.ndarray, the dtype of the first row
    """
    arguments.instance("rows", rows, (list, tuple), "a list of NumPy arrays")
    arguments.number("background", background, 0, 255)
    for number, row in enumerate(rows):
        arguments.instance(f"rows[{number}]", row, np.ndarray, "a NumPy array")
        if row.ndim != 3 or row.shape[1:] != rows[0].shape[1:] or len(row) > len(rows[0]):
            raise ValueError(
                f"rows[{number}] has shape {row.shape}; expected (n, height, width), no more "
                f"images than the first row and as large as these: {rows[0].shape}"
            )
    if not len(rows) or not rows[0].size:
        raise ValueError("rows is empty; expected at least one image")
    n_columns = len(rows[0])
    _, height, width = rows[0].shape
    joined = np.full(
        (len(rows) * (height + GAP) - GAP, n_columns * (width + GAP) - GAP),
        background,
        rows[0].dtype,
    )
    for row, images in enumerate(rows):
        for column, image in enumerate(images):
            top, left = row * (height + GAP), column * (width + GAP)
            joined[top : top + height, left : left + width] = image
    return joined


def as_pictures(images):
    """Return images as uint8 of shape (n, 28, 28), ready to be shown.

    Parameters
    ----------
    images : numpy.ndarray, shape (n, 28, 28) or (n, 784)
        uint8, or float; floats are mapped from 0..1 to 0..255 and rounded, values outside
        become 0 or 255.

    Returns
    -------
    numpy.ndarray of uint8, shape (n, 28, 28)
    """
    images = np.asarray(images)
    if images.dtype != np.uint8 and images.dtype.kind != "f":
        raise TypeError(f"images has dtype {images.dtype}; expected uint8, or floats from 0 to 1")
    if images.size == 0 or images.shape[1:] not in ((28, 28), (784,)):
        raise ValueError(
            f"images has shape {images.shape}; expected (n, 28, 28) or (n, 784) with n >= 1"
        )
    if images.dtype != np.uint8:
        if not np.isfinite(images).all():
            raise ValueError("images holds NaN or infinity; expected finite numbers")
        images = np.rint(255 * np.clip(images, 0, 1)).astype(np.uint8)
    return images.reshape(-1, 28, 28)


def _check_dict(name, value, most=None):
    """Raise unless it is a dict with text for keys, not empty, and not too large."""
    arguments.instance(name, value, dict, "a dict")
    if not value or (most is not None and len(value) > most):
        expected = "at least 1" if most is None else f"1 to {most}"
        raise ValueError(f"{name} has {len(value)} entries; expected {expected}")
    for key in value:
        arguments.text(f"a key of {name}", key)


def _check_texts(**texts):
    for name, value in texts.items():
        arguments.text(name, value)


def _check_captions(captions, n):
    arguments.sequence("captions", captions, n)
    for number, caption in enumerate(captions):
        arguments.text(f"captions[{number}]", caption)


def _check_intervals(name, intervals, n):
    """Raise unless it is a sequence of n intervals."""
    arguments.sequence(name, intervals, n)
    for number, part in enumerate(intervals):
        arguments.sequence(f"{name}[{number}]", _numbers(f"{name}[{number}]", part), 4)


def _check_axis(name, values, lowest):
    """Raise unless the values are numbers that increase from at least `lowest`."""
    values = _numbers(name, values)
    if not len(values) or values[0] < lowest or (np.diff(values) <= 0).any():
        raise ValueError(
            f"{name} is {values.tolist()}; expected numbers that increase, from {lowest:g} on"
        )


def _numbers(name, values, finite=True):
    """Return the values as a one-dimensional array of floats, or raise."""
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError, OverflowError):
        found = arguments.shown(values)
        raise TypeError(f"{name} is {found}; expected a sequence of numbers") from None
    if numbers.ndim != 1 or (finite and not np.isfinite(numbers).all()):
        raise ValueError(f"{name} is {arguments.shown(values)}; expected finite numbers in a row")
    return numbers
