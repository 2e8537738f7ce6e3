"""What learners touch: images that follow sliders, networks in the page, questions."""

from aehelpers.widgets.draw import Draw
from aehelpers.widgets.explorer import Chooser, Curve, Explorer, Panel, row
from aehelpers.widgets.gallery import Label, Search
from aehelpers.widgets.guess import Guess
from aehelpers.widgets.intervals import Intervals
from aehelpers.widgets.map import Map
from aehelpers.widgets.morph import Morph
from aehelpers.widgets.spoil import Spoil


def __getattr__(name):
    if name == "Train":  # it needs TensorFlow, which takes seconds to import; the others do not
        from aehelpers.widgets.train import Train

        return Train
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return [*globals(), "Train"]
