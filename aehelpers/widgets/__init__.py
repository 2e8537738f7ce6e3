"""What learners touch: images that follow sliders, networks in the page, questions."""

from aehelpers.widgets.draw import Draw
from aehelpers.widgets.explorer import Chooser, Curve, Explorer, Panel
from aehelpers.widgets.map import Map
from aehelpers.widgets.morph import Morph
from aehelpers.widgets.prediction import Prediction
from aehelpers.widgets.spoil import Spoil
