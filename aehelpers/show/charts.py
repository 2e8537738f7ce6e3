"""Curves, bars and intervals. A wrong argument raises TypeError or ValueError."""

import math

from aehelpers import arguments as arg
from aehelpers.show.figure import BLUE, GREEN, GREY, PURPLE, RED, Figure, drawn, titled
from matplotlib.ticker import LogLocator, NullLocator
import numpy as np

CURVE_LOOKS = tuple(zip((BLUE, RED, GREEN, PURPLE, GREY), ("o-", "s--", "^-.", "D:", "v-")))
LABELS = "number of labels (logarithmic scale)"
ACCURACY = "test accuracy in %"
INTERVAL = arg.reals(4)  # mean, low, high, and the number of runs
COLUMN = arg.array(arg.FLOATS, "m")


# Losses are not finite when training diverges; the curve is drawn anyway.
@drawn(
    loss=arg.reals(finite=False),
    validation_loss=arg.reals(finite=False),
    best_epoch=arg.optional(arg.integer(1)),
)
def loss_curves(loss, validation_loss, title, best_epoch=None):
    """Draw the loss after each epoch.

    Parameters
    ----------
    loss, validation_loss : sequence of float
        One value for each finished epoch; `validation_loss` may be empty.
    title : str
    best_epoch : int, optional
        The epoch to mark, counted from 1: the one whose weights were kept.

    Returns
    -------
    Figure
    """
    figure, ax = _axes(3.2, title=title, xlabel="epoch", ylabel="loss")
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


@drawn(updates=arg.increasing(0, "points"), losses=arg.reals("points"))
def updates_curve(updates, losses, title):
    """Draw a loss against the number of updates.

    Parameters
    ----------
    updates : sequence of int
        Increasing, at least 0.
    losses : sequence of float
    title : str

    Returns
    -------
    Figure
        The horizontal axis is linear up to 10 updates and logarithmic beyond.
    """
    xlabel = "updates (logarithmic scale from 10 on)"
    figure, ax = _axes(3.2, title=title, xlabel=xlabel, ylabel="mean squared error")
    ax.plot(updates, losses, "o-", color=BLUE)
    ax.set_xscale("symlog", linthresh=10)
    _ticks(ax, updates)
    ax.set_ylim(bottom=0)
    points = "; ".join(f"{u:,} updates ≈ {loss:.4f}" for u, loss in zip(updates, losses))
    figure.alt = f"{title}, against the number of updates: {points}."
    return figure


@drawn(
    x=arg.increasing(-math.inf, "points"),
    series=arg.mapping(arg.reals("points"), most=len(CURVE_LOOKS)),
    xscale=arg.one_of("log", "linear"),
    yscale=arg.one_of("log", "linear"),
)
def curves(x, series, title, xlabel, ylabel, xscale="log", yscale="linear"):
    """Draw one or more lines against a quantity such as k or sigma.

    Parameters
    ----------
    x : sequence of numbers
        Increasing; positive if the axis is logarithmic.
    series : dict of str to sequence of float
        Name and values of each line; at most five lines.
    title, xlabel, ylabel : str
    xscale, yscale : {"log", "linear"}

    Returns
    -------
    Figure
    """
    if xscale == "log" and x[0] <= 0:
        raise ValueError(f"x is {arg.shown(x)}; expected numbers above 0 for a logarithmic axis")
    along, up = (" (logarithmic scale)" if scale == "log" else "" for scale in (xscale, yscale))
    figure, ax = _axes(3.6, title=title, xlabel=xlabel + along, ylabel=ylabel + up)
    ax.set(xscale=xscale, yscale=yscale)
    if yscale == "log":
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter("{x:g}")
    figure.alt = f"{title}. {ylabel} against {xlabel}."
    for (name, values), (colour, style) in zip(series.items(), CURVE_LOOKS):
        ax.plot(x, values, style, color=colour, label=name)
        points = ", ".join(f"{n:,}: ≈ {value:.4g}" for n, value in zip(x, values))
        figure.alt += f" {name}, {points}."
    _ticks(ax, x)
    ax.yaxis.set_minor_locator(NullLocator())
    ax.legend()
    return figure


@drawn(eigenvalues=COLUMN, measured=COLUMN, exact=COLUMN)
def gains(eigenvalues, measured, exact, title):
    """Draw the gain of a denoiser along each principal component.

    Parameters
    ----------
    eigenvalues, measured, exact : numpy.ndarray of float, shape (m,)
        For each direction, its variance, the gain of a trained network, and the exact gain.
    title : str

    Returns
    -------
    Figure
    """
    xlabel = "number j of the principal component (logarithmic scale)"
    figure, ax = _axes(3.6, title=title, xlabel=xlabel, xscale="log")
    ax.set_ylabel("gain (1: kept, 0: removed)")
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


@drawn(n_labels=arg.increasing(1, "points"))
def accuracy_curve(n_labels, accuracies, title):
    """Draw mean accuracy against the number of labels, together with every single run.

    Parameters
    ----------
    n_labels : sequence of int
        The numbers of labels, increasing.
    accuracies : array of float, shape (len(n_labels), number of seeds)
        Between 0 and 1; at least two seeds.
    title : str

    Returns
    -------
    Figure
        Error bars extend one standard deviation over the seeds in each direction.
    """
    accuracies = np.asarray(accuracies)
    rows = arg.array(arg.FLOATS, len(n_labels), "seeds")
    rows.check("accuracies", accuracies, {})
    if accuracies.shape[1] < 2:
        raise ValueError("accuracies has 1 seed; expected at least 2, to show their spread")
    if accuracies.min() < 0 or accuracies.max() > 1:
        raise ValueError(
            f"accuracies goes from {accuracies.min():g} to {accuracies.max():g}; expected 0 to 1"
        )
    percent = 100 * accuracies
    mean, spread = percent.mean(axis=1), percent.std(axis=1, ddof=1)
    figure, ax = _axes(3.8, title=title, xlabel=LABELS, ylabel=ACCURACY, xscale="log")
    label = "mean ± one standard deviation"
    ax.errorbar(n_labels, mean, spread, fmt="o-", color=BLUE, capsize=5, label=label)
    for runs in percent.T:
        ax.plot(n_labels, runs, "x", color=RED, markersize=5, zorder=3)
    ax.plot([], [], "x", color=RED, label="single runs")
    _ticks(ax, n_labels)
    for n, value in zip(n_labels, mean):
        ax.annotate(f"{value:.1f}", (n, value), (7, -16), textcoords="offset points", color=BLUE)
    ax.margins(x=0.08, y=0.15)
    ax.legend(loc="lower right")
    points = "; ".join(f"{n:,} labels ≈ {value:.1f} %" for n, value in zip(n_labels, mean))
    figure.alt = f"{title}. Mean accuracy of {percent.shape[1]} runs: {points}."
    return figure


@drawn(
    intervals=arg.mapping(arg.optional(INTERVAL)),
    runs=arg.optional(arg.mapping(arg.reals())),
    groups=arg.optional(arg.mapping(arg.sequence(str), most=len(CURVE_LOOKS))),
    limits=arg.optional(arg.increasing(-math.inf, 2)),
    log=bool,
)
def interval_rows(intervals, title, xlabel, runs=None, groups=None, limits=None, log=False):
    """Draw a mean with its 95 % interval for each name, one below the other.

    Parameters
    ----------
    intervals : dict of str to results.Interval or None
        Values between 0 and 1, or their differences; with `log`, values above 0. None is drawn as
        "not reached".
    title, xlabel : str
    runs : dict of str to sequence of float, optional
        The single runs of each name, drawn as small crosses.
    groups : dict of str to sequence of str, optional
        What some names have in common, and these names: each group has a colour and a sign.
    limits : (float, float), optional
        The ends of the horizontal axis, in percent.
    log : bool
        Whether the axis is logarithmic, and the values are written as they are.

    Returns
    -------
    Figure
        The values are drawn and written in percent, unless `log` says otherwise.
    """
    if runs is not None and set(runs) != set(intervals):
        raise ValueError(f"runs has {sorted(runs)}; expected {sorted(intervals)}")
    if log and limits is not None and limits[0] <= 0:
        raise ValueError(f"limits is {limits}; expected numbers above 0 for a logarithmic axis")
    looks = dict.fromkeys(intervals, ("", BLUE, "o"))
    for (group, names), (colour, style) in zip((groups or {}).items(), CURVE_LOOKS):
        for name in names:
            arg.one_of(*intervals).check(f"a name in groups[{group!r}]", name, {})
        looks |= dict.fromkeys(names, (group, colour, style[0]))
    percent = " points" if xlabel == "percentage points" else " %"
    times, unit, written = (1, "", _three_digits) if log else (100, percent, "{:.1f}".format)
    xlabel += " (logarithmic scale)" * log
    figure, ax = _named_rows(0.36 * len(intervals) + 1.1, title, xlabel)
    legend, listed = {}, []
    for row, (name, values) in enumerate(intervals.items()):
        group, colour, sign = looks[name]
        listed.append(name + (group and f" ({group})"))
        if values is None:
            place = dict(xycoords=ax.get_yaxis_transform(), ha="right", va="center", color=RED)
            ax.annotate("not reached", (1, row), fontsize=9, **place)
            listed[-1] += " not reached"
            continue
        mean, low, high = (times * value for value in values[:3])
        if runs is not None:
            below = [row + 0.25] * len(runs[name])  # equal runs would hide under the mean
            ax.plot(times * np.array(runs[name]), below, "x", color=GREY, ms=5)
        error = [[mean - low], [high - mean]]
        legend[group] = ax.errorbar(mean, row, xerr=error, fmt=sign, color=colour, capsize=4)
        place = dict(ha="center", va="bottom", color=colour, fontsize=9)
        ax.annotate(written(mean), (mean, row - 0.2), **place)
        mean, low, high = (f"≈ {written(n)}" for n in (mean, low, high))
        listed[-1] += f" {mean}{unit}, interval {low} to {high}{unit}"
    if groups:
        ax.legend([legend[group] for group in groups], list(groups))
    ax.set_yticks(range(len(intervals)), list(intervals))
    ax.set_ylim(len(intervals) - 0.4, -0.8)
    ax.grid(axis="y", visible=False)
    if log:
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter("{x:g}")
        ax.xaxis.set_minor_locator(NullLocator())
    if limits is not None:
        ax.set_xlim(*limits)
    figure.alt = f"{title}. {xlabel}, mean with 95 % interval: {'; '.join(listed)}."
    return figure


def _three_digits(value):
    """Return a number with three digits, also where the last of them is 0."""
    return f"{value:#.3g}".rstrip(".")


@drawn(
    x=arg.increasing(1, "points"),
    intervals=arg.sequence(INTERVAL, "points"),
    ranges=arg.sequence(INTERVAL, "points"),
    point=arg.tuple_of(arg.integer(1), arg.number(0, 1)),
)
def landing(x, intervals, ranges, point, title):
    """Draw a published curve, and one of the learner's runs on it.

    Parameters
    ----------
    x : sequence of int
        Numbers of labels, increasing.
    intervals, ranges : sequences of results.Interval
        For each x, the 95 % interval of the mean, and the 95 % range of one further run.
    point : (int, float)
        The learner's number of labels, which is one of `x`, and accuracy in 0..1.
    title : str

    Returns
    -------
    Figure
    """
    if point[0] not in x:
        raise ValueError(f"point is at {point[0]}; expected one of {list(x)}")
    figure, ax = _axes(3.8, title=title, xlabel=LABELS, ylabel=ACCURACY, xscale="log")
    _, lowest, highest = 100 * np.array([part[:3] for part in ranges]).T
    ax.fill_between(x, lowest, highest, color=BLUE, alpha=0.15, label="95 % range of one run")
    mean = _error_bars(ax, x, intervals, fmt="o-", color=BLUE, capsize=4, label="published mean")
    ax.plot(point[0], 100 * point[1], "*", color=RED, markersize=16, label="your run")
    _ticks(ax, x)
    ax.legend(loc="lower right")
    at = list(x).index(point[0])
    figure.alt = (
        f"{title}. At {point[0]:,} labels your run has ≈ {100 * point[1]:.1f} %; published are "
        f"≈ {mean[at]:.1f} % on average, and ≈ {lowest[at]:.1f} to ≈ {highest[at]:.1f} % as the "
        "95 % range of one run."
    )
    return figure


@drawn(
    x=arg.increasing(1, "points"),
    series=arg.mapping(arg.sequence(INTERVAL, "points"), most=len(CURVE_LOOKS)),
)
def interval_curves(x, series, title, xlabel, ylabel):
    """Draw means with their 95 % intervals against a number, on a logarithmic axis.

    Parameters
    ----------
    x : sequence of int
        Increasing.
    series : dict of str to sequence of results.Interval
        Name and intervals of each line, in 0..1 and drawn in percent; at most five lines.
    title, xlabel, ylabel : str

    Returns
    -------
    Figure
    """
    along = f"{xlabel} (logarithmic scale)"
    figure, ax = _axes(3.8, title=title, xlabel=along, ylabel=ylabel, xscale="log")
    figure.alt = f"{title}. {ylabel} against {xlabel}, mean with 95 % interval."
    for (name, intervals), (colour, style) in zip(series.items(), CURVE_LOOKS):
        _error_bars(ax, x, intervals, fmt=style, color=colour, capsize=4, label=name)
        points = [
            f"{n:,}: ≈ {100 * mean:.1f} (≈ {100 * low:.1f} to ≈ {100 * high:.1f})"
            for n, (mean, low, high, *_) in zip(x, intervals)
        ]
        figure.alt += f" {name}, {', '.join(points)}."
    _ticks(ax, x)
    ax.legend()
    return figure


@drawn(
    names=arg.sequence(str, "bars", fewest=1),
    values=arg.reals("bars"),
    decimals=arg.integer(0, 10),
)
def bars(names, values, title, xlabel, decimals=4):
    """Draw one horizontal bar for each name, longest at the top.

    Parameters
    ----------
    names : sequence of str
    values : sequence of float
    title, xlabel : str
    decimals : int, 0 to 10
        How many the number beside each bar has.

    Returns
    -------
    Figure
    """
    order = np.argsort(values)
    figure, ax = _named_rows(0.3 * len(values) + 1.0, title, xlabel)
    longest_last = ax.barh([names[i] for i in order], [values[i] for i in order], color=BLUE)
    ax.bar_label(longest_last, fmt=f"{{:,.{decimals}f}}", padding=4)
    if np.abs(values).max() >= 1_000:
        ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.grid(axis="y", visible=False)
    ax.margins(x=0.12)
    listed = ", ".join(f"{names[i]} ≈ {values[i]:,.{decimals}f}" for i in order[::-1])
    figure.alt = f"{title}. {xlabel}, longest bar first: {listed}."
    return figure


def _axes(height, **settings):
    """Return a figure and its only axes, which have these settings."""
    figure = Figure(height=height)
    ax = figure.subplots()
    ax.set(**settings)
    return figure, ax


def _named_rows(height, title, xlabel):
    """Return a figure and its axes, for rows with long names: the title begins above these."""
    figure = titled(height, title)
    return figure, figure.subplots(subplot_kw={"xlabel": xlabel})


def _ticks(ax, x):
    """Label the horizontal axis at these numbers and no others."""
    ax.set_xticks(x, [f"{n:,}" for n in x])
    ax.minorticks_off()


def _error_bars(ax, x, intervals, **look):
    """Draw intervals as a line with error bars; return the means, in percent."""
    mean, low, high = 100 * np.array([part[:3] for part in intervals]).T
    ax.errorbar(x, mean, (mean - low, high - mean), **look)
    return mean
