"""Means with their intervals, one below the other, that follow sliders. No kernel is needed.

A wrong argument raises TypeError or ValueError.
"""

import itertools

from aehelpers import arguments as arg
from aehelpers import show
from aehelpers.widgets import still
from aehelpers.widgets.script import script, style
from aehelpers.widgets.sliders import check_state, words_of
import anywidget
import traitlets

MEASURED = arg.tuple_of(arg.sequence(), arg.reals())


class Intervals(still.LiveWithFigure, anywidget.AnyWidget):
    """What was measured of several arms, for each place of one or two sliders.

    Parameters
    ----------
    title, xlabel : str
    sliders : dict of str to sequence
        Name and values of each slider.
    start : dict of str to value
        The value of each slider at the beginning and in the still figure.
    groups : dict of str to sequence of str
        The arms, in the order in which they are drawn, by what they have in common: at most three
        groups, each with a colour and a sign.
    measured : sequence of dict
        For each combination of slider values, the last slider varying fastest: the arms that were
        measured there, each with its (interval, single runs), as in `show.interval_rows`.
    limits : (float, float)
        The ends of the horizontal axis, in percent.

    Attributes
    ----------
    indices : list of int
        The present position of each slider, among its values.
    """

    _esm = script("parts.js", "intervals.js")
    _css = style("intervals.css")
    spec = traitlets.Dict().tag(sync=True)  # intervals.js describes it
    indices = traitlets.List(traitlets.Int()).tag(sync=True)
    invitation = (
        "In a running notebook, and on the pages of the course, sliders change what is shown."
    )

    @arg.checked(
        title=str,
        xlabel=str,
        sliders=arg.mapping(arg.sequence(), most=2),
        start=arg.mapping(),
        groups=arg.mapping(arg.sequence(str), most=3),
        measured=arg.sequence(arg.mapping(MEASURED)),
        limits=arg.increasing(0, 2),
    )
    def __init__(self, title, xlabel, sliders, start, groups, measured, limits):
        self.title, self.xlabel, self.groups, self.limits = title, xlabel, groups, limits
        check_state(start, sliders)
        self.start = tuple(start[name] for name in sliders)
        places = list(itertools.product(*sliders.values()))
        arg.sequence(length=len(places)).check("measured", measured, {})
        arms = [(arm, n) for n, group in enumerate(groups.values()) for arm in group]
        known = arg.one_of(*(arm for arm, _ in arms))
        for arm in itertools.chain(*measured):
            known.check("an arm in measured", arm, {})
        self.there = measured[places.index(self.start)]
        values = [[words_of(value) for value in part] for part in sliders.values()]
        pages = [[_row(page.get(arm)) for arm, _ in arms] for page in measured]
        spec = dict(title=title, xlabel=xlabel, names=list(sliders), values=values, arms=arms)
        spec |= dict(groups=list(groups), limits=list(limits), pages=pages)
        at = [list(part).index(value) for part, value in zip(sliders.values(), self.start)]
        super().__init__(spec=spec, indices=at)

    def figure(self):
        """Draw the arms at the start."""
        groups = {
            name: found
            for name, arms in self.groups.items()
            if (found := [arm for arm in arms if arm in self.there])
        }
        there = {arm: self.there[arm] for group in groups.values() for arm in group}
        intervals, runs = ({arm: parts[n] for arm, parts in there.items()} for n in (0, 1))
        words = [f"{name} {words_of(value)}" for name, value in zip(self.spec["names"], self.start)]
        title = f"{self.title}: {', '.join(words)}"
        return show.interval_rows(intervals, title, self.xlabel, runs, groups, self.limits)


def _row(measured):
    """Return [mean, low, high, runs] in percent, or None."""
    if measured is None:
        return None
    (mean, low, high, *_), runs = measured
    return [
        *(round(100 * value, 2) for value in (mean, low, high)),
        [round(100 * run, 2) for run in runs],
    ]
