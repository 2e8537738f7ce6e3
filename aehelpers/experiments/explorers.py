"""The rows of an experiment as widgets: arms side by side, with sliders over what else varied.

A wrong argument raises TypeError or ValueError. In all of them, `groups` is a dict of str to
sequence of str: the arms, in the order in which they are drawn, by what they have in common. Of an
arm there are at least two rows in a place, or none where it was not measured.
"""

from aehelpers import arguments as arg
from aehelpers import widgets
from aehelpers.experiments import plan, results

ROWS = arg.sequence(results.ROW, fewest=1)
GROUPS = arg.mapping(arg.sequence(str))


@arg.checked(rows=ROWS, groups=GROUPS)
def by_labels(rows, groups):
    """Return a widget with the accuracies of arms, for a data set and a number of labels.

    Parameters
    ----------
    rows : list of dict
        With ``accuracy``, for each data set and number of labels.
    groups

    Returns
    -------
    widgets.Intervals
        It starts with digits and 100 labels.
    """
    n_labels = sorted({row["labels"] for row in rows})
    places = {
        (name, n): results.select(rows, data=name, labels=n) for name in plan.DATA for n in n_labels
    }
    title = "Arms side by side, by number of labels"
    return _explorer(title, places, "labels", n_labels, 100, groups, (35, 100))


@arg.checked(variants=arg.mapping(ROWS), groups=GROUPS)
def what_if(variants, groups):
    """Return a widget with the accuracies of arms, for a data set and a variant of an experiment.

    Parameters
    ----------
    variants : dict of str to list of dict
        The rows of each variant, with ``accuracy``, for each data set.
    groups

    Returns
    -------
    widgets.Intervals
        It starts with digits and the first variant.
    """
    places = {
        (name, variant): results.select(rows, data=name)
        for name in plan.DATA
        for variant, rows in variants.items()
    }
    title = "Arms side by side, one thing changed"
    first, *_ = names = list(variants)
    return _explorer(title, places, "what if", names, first, groups, (60, 100))


def _explorer(title, places, slider, values, start, groups, limits):
    """Return the widget for the rows of each place: a data set and a value of the slider."""
    arms = [arm for group in groups.values() for arm in group]
    there = arg.one_of(*sorted({row["arm"] for rows in places.values() for row in rows}))
    for arm in arms:
        there.check("arm", arm, {})
    return widgets.Intervals(
        title,
        "test accuracy in %",
        sliders={"images": list(plan.KINDS.values()), slider: values},
        start={"images": plan.KINDS["mnist"], slider: start},
        groups=groups,
        measured=[_measured(rows, arms) for rows in places.values()],
        limits=limits,
    )


def _measured(rows, arms):
    """Return the interval and the single accuracies of each of these arms that has rows."""
    runs = {arm: [row["accuracy"] for row in rows if row["arm"] == arm] for arm in arms}
    return {arm: (results.interval(found), found) for arm, found in runs.items() if found}
