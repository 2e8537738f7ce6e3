"""The answers to the questions of `plan`, from the rows of its comparison.

A wrong argument raises TypeError or ValueError.
"""

from typing import NamedTuple

from aehelpers import arguments as arg
from aehelpers import data, show
from aehelpers.experiments import plan, results
import numpy as np


class Answer(NamedTuple):
    """What ten seeds say to one question.

    Attributes
    ----------
    comparison : plan.Comparison
    arm, control : str
        The two that were best on validation images, each of its group.
    gain : results.Interval
        Mean accuracy of the arm minus that of the control, over seeds: other labels and weights.
    gain_over_images : results.Interval
        The same mean, over test images: other images of the kind that was tested.
    p : float
        The p-value of `gain`.
    survives : bool
        Whether a gain of zero is rejected with Holm's correction for all comparisons.
    """

    comparison: plan.Comparison
    arm: str
    control: str
    gain: results.Interval
    gain_over_images: results.Interval
    p: float
    survives: bool

    @property
    def name(self):
        """The question and the images that it is asked of, as text."""
        return f"{self.comparison.question}: {plan.KINDS[self.comparison.data]}"


@arg.checked(rows=arg.sequence(results.ROW, fewest=1))
def answers(rows):
    """Return an `Answer` to each comparison of the plan.

    Parameters
    ----------
    rows : list of dict
        Those of the experiment "comparison".
    """
    found = [_answer(comparison, rows) for comparison in plan.COMPARISONS]
    survive = results.survive([one.p for one in found])
    return [one._replace(survives=yes) for one, yes in zip(found, survive)]


def _answer(comparison, rows):
    _, name, labels, *groups = comparison
    arms = [plan.best(name, group, labels) for group in groups]
    both = [of(rows, name, arm, labels) for arm in arms]
    shared = set.intersection(*({row["seed"] for row in some} for some in both))
    mine, others = ([row for row in some if row["seed"] in shared] for some in both)
    gains = [row["accuracy"] - other["accuracy"] for row, other in zip(mine, others)]
    images = _correct(name, mine).mean(axis=0) - _correct(name, others).mean(axis=0)
    over = results.difference(mine, others), results.bootstrap(images)
    return Answer(comparison, *arms, *over, results.p_value(gains), survives=False)


@arg.checked(
    found=arg.sequence(arg.instance(Answer, "an Answer"), fewest=1),
    rows=arg.sequence(results.ROW, fewest=1),
    longer=arg.sequence(results.ROW, fewest=1),
)
def table(found, rows, longer):
    """Return a table of answers, in percentage points.

    Parameters
    ----------
    found : list of Answer
    rows, longer : list of dict
        Those of the experiment "comparison", which are answered by `found`, and those of its
        controls when they train for longer; a control that is not there has an empty place.

    Returns
    -------
    show.Table
    """
    lines = []
    for one in found:
        _, name, labels, *_ = one.comparison
        control = name, labels, one.control
        again = [row for row in longer if (row["data"], row["labels"], row["arm"]) == control]
        mine = of(rows, name, one.arm, labels)
        lines.append(
            [
                one.name,
                f"{one.arm} - {one.control}",
                results.points(one.gain),
                "yes" if one.survives else "no",
                results.points(one.gain_over_images),
                results.points(results.difference(mine, again)) if again else "",
            ]
        )
    headings = ["question", "best arm - best control", "over draws", "survives"]
    headings += ["over test images", "over draws, control trained 3 times as long"]
    return show.Table("The answers, in percentage points", headings, lines)


def of(rows, name, arm, labels):
    """Return the rows of one arm on one data set with so many labels, by seed."""
    return results.select(rows, data=name, arm=arm, labels=labels)


@arg.checked(
    arms=arg.mapping(arg.sequence(results.ROW, fewest=2)),
    title=str,
    groups=arg.optional(arg.mapping(arg.sequence(str))),
)
def accuracies(arms, title, groups=None):
    """Draw the accuracies of arms below each other: each run, and the mean with its interval.

    Parameters
    ----------
    arms : dict of str to list of dict
        The rows of each arm, with ``accuracy``, from top to bottom.
    title : str
    groups : dict of str to sequence of str, optional
        The arms by what they have in common, which gets a colour; see `show.interval_rows`.

    Returns
    -------
    show.Figure
    """
    runs = {arm: [row["accuracy"] for row in rows] for arm, rows in arms.items()}
    means = {arm: results.interval(values) for arm, values in runs.items()}
    return show.interval_rows(means, title, "test accuracy in %", runs, groups)


def _correct(name, rows):
    """Return which test images were named correctly in each of the rows: (rows, images)."""
    n = len(data.load(name)[1][1])
    return np.array([results.unpack(row["correct"], n) for row in rows])


@arg.checked(rows=arg.sequence(results.ROW, fewest=1), name=data.NAME, arm=str, labels=int)
def class_accuracies(rows, name, arm, labels):
    """Return the accuracy in each class, as intervals over seeds, for rows that keep their images.

    Parameters
    ----------
    rows : list of dict
    name : str
        The data set.
    arm : str
    labels : int

    Returns
    -------
    list of results.Interval
        One for each class.
    """
    truth, correct = data.load(name)[1][1], _correct(name, of(rows, name, arm, labels))
    return [results.interval(correct[:, truth == digit].mean(axis=1)) for digit in np.unique(truth)]
