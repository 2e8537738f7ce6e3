"""The rows of an experiment as a widget: all arms side by side, with a slider over labels.

A wrong argument raises TypeError or ValueError.
"""

from aehelpers import arguments as arg
from aehelpers import widgets
from aehelpers.experiments import results

KINDS = {"mnist": "digits", "fashion_mnist": "clothes"}


@arg.checked(rows=arg.sequence(results.ROW, fewest=1), groups=arg.mapping(arg.sequence(str)))
def explorer(rows, groups):
    """Return a widget with the accuracies of arms, for a data set and a number of labels.

    Parameters
    ----------
    rows : list of dict
        With ``accuracy``, for each data set and number of labels; of an arm at least two, or none
        where it was not measured.
    groups : dict of str to sequence of str
        The arms, in the order in which they are drawn, by what they have in common.

    Returns
    -------
    widgets.Intervals
        It starts with digits and 100 labels.
    """
    there = arg.one_of(*sorted({row["arm"] for row in rows}))
    known = [arm for group in groups.values() for arm in group]
    for arm in known:
        there.check("arm", arm, {})
    n_labels = sorted({row["labels"] for row in rows})
    measured = [
        _measured(results.select(rows, data=name, labels=n), known)
        for name in KINDS
        for n in n_labels
    ]
    return widgets.Intervals(
        "Arms side by side, by number of labels",
        "test accuracy in %",
        sliders={"images": list(KINDS.values()), "labels": n_labels},
        start={"images": KINDS["mnist"], "labels": 100},
        groups=groups,
        measured=measured,
        limits=(35, 100),
    )


def _measured(rows, arms):
    """Return the interval and the single accuracies of each of these arms that has rows."""
    runs = {}
    for row in rows:
        if row["arm"] in arms:
            runs.setdefault(row["arm"], []).append(row["accuracy"])
    return {arm: (results.interval(accuracies), accuracies) for arm, accuracies in runs.items()}
