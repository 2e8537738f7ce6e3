"""Figures for who sees no colours: series differ in more than their hue."""

import itertools

from aehelpers import show
from aehelpers.experiments import results
from matplotlib.colors import to_rgb
import numpy as np
import pytest

SOME = results.Interval(0.6, 0.55, 0.65, 5)
FIVE = list("abcde")
SERIES = {
    "loss": lambda: show.loss_curves([0.3, 0.2], [0.4, 0.3], "t", best_epoch=2),
    "curves": lambda: show.curves([1, 2], {name: [1, 2] for name in FIVE}, "t", "x", "y"),
    "gains": lambda: show.gains(*np.array([[2.0, 1.0], [0.7, 0.5], [0.6, 0.5]]), "t"),
    "accuracy": lambda: show.accuracy_curve([10, 100], [[0.5, 0.6], [0.7, 0.8]], "t"),
    "rows": lambda: show.interval_rows(
        {"a": SOME, "b": SOME}, "t", "x", {"a": [0.5, 0.7], "b": [0.6]}
    ),
    "groups": lambda: show.interval_rows(
        dict.fromkeys(FIVE, SOME), "t", "x", groups={name: [name] for name in FIVE}
    ),
    "landing": lambda: show.landing([10, 100], [SOME] * 2, [SOME] * 2, (100, 0.7), "t"),
}


def luminance(colour):
    """Return the relative luminance of a colour, 0 to 1 (WCAG 2.2, its definition)."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, its definition)."""
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def looks(ax):
    """Return for each colour of an axes the markers and line styles that are drawn in it."""
    ends = {id(cap) for bar in ax.containers if hasattr(bar, "lines") for cap in bar.lines[1]}
    found = {}
    for line in ax.lines:
        if id(line) not in ends:
            look = (str(line.get_marker()), line.get_linestyle())
            found.setdefault(line.get_color(), set()).add(look)
    return found


@pytest.mark.parametrize("name", SERIES)
def test_series_differ_in_marker_line_style_or_lightness(name):
    for ax in SERIES[name]().axes:
        found = looks(ax)
        assert len(found) >= 2
        for (one, its), (other, others) in itertools.combinations(found.items(), 2):
            assert its.isdisjoint(others) or contrast(one, other) >= 3, (one, other)


def test_the_contrast_of_black_and_white_is_21():
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#777777", "white") == pytest.approx(4.48, abs=0.01)
