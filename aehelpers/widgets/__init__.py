"""Widgets: images that follow sliders in the browser, and questions before results."""

from aehelpers.widgets.draw import Draw
from aehelpers.widgets.explorer import Chooser, Curve, Explorer, Panel
from aehelpers.widgets.prediction import Prediction
