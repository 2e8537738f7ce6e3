"""The style of all figures, and a figure class that carries a text alternative.

A `Figure` on the last line of a cell, or passed to ``display``, is shown. The colours are
those of Okabe and Ito, *Color Universal Design* (2008), which colour-blind readers can tell
apart; line styles and markers differ as well. A wrong argument raises TypeError or ValueError.
"""

import base64
import functools
import html
import inspect
import io

from aehelpers import arguments as arg
import matplotlib
import matplotlib.figure

BLUE, PURPLE, GREEN, RED, GREY = "#0072B2", "#CC79A7", "#009E73", "#D55E00", "#6B6B6B"

WIDTH = 8.0  # inches
MOST_INCHES = 300  # of height; Matplotlib draws at most 2^16 pixels
CSS_PIXELS_PER_INCH = 100  # so a figure is 800 pixels wide on the page ...
DOTS_PER_INCH = 150  # ... and stays sharp on screens with finer pixels

STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.titlesize": 12,
    "figure.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.0,
    "lines.markersize": 6.0,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


def drawn(**kinds):
    """Return a decorator for functions that draw: it checks arguments and sets the style.

    Parameters named title, xlabel and ylabel are checked to be strings without being declared.
    The learner's own Matplotlib settings do not change.

    Parameters
    ----------
    **kinds : arguments.Kind or class
        As for `arguments.checked`.
    """

    def decorate(function):
        @functools.wraps(function)
        def styled(*given, **named):
            with matplotlib.rc_context(STYLE):
                return function(*given, **named)

        names = inspect.signature(function).parameters
        texts = {name: str for name in ("title", "xlabel", "ylabel") if name in names}
        return arg.checked(**kinds, **texts)(styled)

    return decorate


class Figure(matplotlib.figure.Figure):
    """A Matplotlib figure that is always displayed with its text alternative.

    Parameters
    ----------
    height : float
        In inches; the width is always that of a notebook.
    """

    @arg.checked(height=arg.number(0, MOST_INCHES, open_ends=True))
    def __init__(self, height):
        super().__init__(figsize=(WIDTH, height), layout="constrained")
        self.alt = ""

    @drawn()
    def png(self):
        """Return the figure as the bytes of a PNG file."""
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=DOTS_PER_INCH)
        return buffer.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        return picture_bundle(self.png(), self.alt, *self.css_size())

    def css_size(self):
        """Return the width and height on the page, in CSS pixels."""
        return tuple(round(inches * CSS_PIXELS_PER_INCH) for inches in self.get_size_inches())


def titled(height, title):
    """Return a figure of this height whose title begins above what stands on its left."""
    figure = Figure(height)
    figure.suptitle(title, x=0.01, ha="left")
    return figure


@arg.checked(png=bytes, alt=str, width=arg.integer(1), height=arg.integer(1))
def picture_bundle(png, alt, width, height):
    """Return (data, metadata) that show a PNG with its text alternative in any front end.

    JupyterLab drops the text alternative of image/png, but keeps that of an HTML image. Other
    front ends and nbconvert use image/png and the text in its metadata.

    Parameters
    ----------
    png : bytes
    alt : str
    width, height : int, at least 1
        In CSS pixels.
    """
    encoded = base64.b64encode(png).decode("ascii")
    image = (
        f'<img alt="{html.escape(alt)}" width="{width}" style="max-width: 100%; height: auto" '
        f'src="data:image/png;base64,{encoded}">'
    )
    data = {"text/html": image, "image/png": encoded, "text/plain": alt}
    return data, {"image/png": {"alt": alt, "width": width, "height": height}}
