"""The rows of an experiment as a widget: all arms side by side, with a slider over labels.

A wrong argument raises TypeError or ValueError.
"""

from aehelpers import arguments as arg
from aehelpers import show, widgets
from aehelpers.experiments import results
import numpy as np

KINDS = {"mnist": "digits", "fashion_mnist": "clothes"}
IMAGES, LABELS = "images", "labels"  # the names of the sliders


@arg.checked(rows=arg.sequence(results.ROW, fewest=1), groups=arg.mapping(arg.sequence(str)))
def explorer(rows, groups):
    """Return a widget with the accuracies of arms, for a data set and a number of labels.

    Parameters
    ----------
    rows : list of dict
        With ``accuracy``: at least two of each arm, for each data set and number of labels.
    groups : dict of str to sequence of str
        The arms, in the order in which they are drawn, by what they have in common.

    Returns
    -------
    widgets.Explorer
        It starts with digits and 100 labels.
    """
    kinds = {shown: name for name, shown in KINDS.items()}
    n_labels = sorted({row["labels"] for row in rows})
    pages, words = [], []
    for shown, name in kinds.items():
        for n in n_labels:
            figure, ranking = _page(results.select(rows, data=name, labels=n), groups, shown)
            pages.append(figure.grey_pixels())
            words.append(ranking)
    size = (len(kinds), len(n_labels))
    pictures = np.stack(pages).reshape(*size, 1, *pages[0].shape)
    return widgets.Explorer(
        "Arms side by side, by number of labels",
        sliders={IMAGES: list(kinds), LABELS: n_labels},
        panels=[widgets.Panel("Test accuracy of each arm", pictures, (IMAGES, LABELS), zoom=1)],
        start={IMAGES: KINDS["mnist"], LABELS: 100},
        readouts=np.array(words).reshape(size),
    )


def _page(rows, groups, shown):
    """Return the figure of one place of the sliders, and its arms in order of their means."""
    arms = [arm for group in groups.values() for arm in group]
    runs = {arm: [row["accuracy"] for row in results.select(rows, arm=arm)] for arm in arms}
    means = {arm: results.interval(accuracies) for arm, accuracies in runs.items()}
    title, unit = f"{shown}, {rows[0]['labels']:,} labels", "test accuracy in %"
    figure = show.interval_rows(means, title, unit, runs, groups, limits=(35, 100))
    ordered = sorted(means, key=lambda arm: -means[arm].mean)
    return figure, "; ".join(f"{arm} {100 * means[arm].mean:.1f} %" for arm in ordered)
