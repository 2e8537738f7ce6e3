"""Explorers: images that follow sliders, without messages to the kernel.

An explorer is an atlas. Python computes the images for every combination of slider values once;
`explorer.js` holds them in the browser and turns the pages. So a slider responds while the kernel
is busy, and without one. A wrong argument raises TypeError or ValueError.
"""

import base64
from collections.abc import Callable
import itertools
from typing import NamedTuple

from aehelpers import arguments as arg
from aehelpers.show import Figure, as_pictures, montage
from aehelpers.show.figure import picture_bundle
from aehelpers.widgets import still
from aehelpers.widgets.script import script, style
from aehelpers.widgets.sliders import check_state, words_of
import anywidget
import ipywidgets
import numpy as np
import traitlets

LARGE = 3  # CSS pixels for a pixel of images that are looked at


class Panel(NamedTuple):
    """One row of images in an explorer.

    Attributes
    ----------
    label : str
    pictures : numpy.ndarray of uint8
        The images, shape (sizes of the sliders..., n, height, width).
    sliders : tuple of str
        The sliders that the images depend on, in the order of the first dimensions.
    zoom : int
        The size of a pixel of the images, in CSS pixels.
    captions : numpy.ndarray of str, optional
        The text above each image, shape (sizes of the sliders..., n).
    """

    label: str
    pictures: np.ndarray
    sliders: tuple = ()
    zoom: int = 2
    captions: np.ndarray | None = None


@arg.checked(label=str, images=arg.instance(np.ndarray, "an array of floats"))
def row(label, images, *sliders):
    """Return a panel of images that are given as a network returns them.

    Parameters
    ----------
    label : str
    images : numpy.ndarray of float, shape (sizes of the sliders..., n, 784)
        From 0 (black) to 1 (white); values outside are clipped.
    *sliders : str
        The sliders that the images depend on, in the order of the first dimensions.

    Returns
    -------
    Panel
    """
    if images.ndim != len(sliders) + 2 or images.shape[-1] != 784:
        raise ValueError(
            f"images has shape {images.shape}; expected the sizes of {len(sliders)} sliders, "
            "followed by (n, 784)"
        )
    pixels = as_pictures(images.reshape(-1, 784)).reshape(*images.shape[:-1], 28, 28)
    return Panel(label, pixels, sliders, LARGE)


class Curve(NamedTuple):
    """A curve with a marker that follows the sliders.

    Attributes
    ----------
    figure : show.Figure
    points : numpy.ndarray of float, shape (sizes of all sliders..., 2)
        The position of the marker, in the data coordinates of the figure's first axes.
    """

    figure: Figure
    points: np.ndarray


READOUTS = arg.optional(arg.instance(np.ndarray, "a NumPy array of texts"))
CURVE = arg.optional(Curve)


class Explorer(still.Live, anywidget.AnyWidget):
    """Sliders, and images that follow them.

    Parameters
    ----------
    title : str
        What the explorer shows; the text alternative begins with it.
    sliders : dict of str to sequence
        Name and values of one or two sliders.
    panels : sequence of Panel
    start : dict of str to value
        The value of each slider at the beginning and in the still image.
    readouts : numpy.ndarray of str, optional
        A line of text for each combination of slider values, shape (sizes of all sliders).
    curve : Curve, optional

    Attributes
    ----------
    indices : list of int
        The present position of each slider, among its values.
    """

    _esm = script("parts.js", "explorer.js")
    _css = style("explorer.css")
    spec = traitlets.Dict().tag(sync=True)  # explorer.js describes it
    atlas = traitlets.Bytes().tag(sync=True)
    edition = traitlets.Int().tag(sync=True)
    indices = traitlets.List(traitlets.Int()).tag(sync=True)

    @arg.checked(
        title=str,
        sliders=arg.mapping(arg.sequence(), most=2),
        panels=arg.sequence(Panel, fewest=1),
        start=arg.mapping(),
        readouts=READOUTS,
        curve=CURVE,
    )
    def __init__(self, title, sliders, panels, start, readouts=None, curve=None):
        self.title, self.start = title, dict(start)
        self.values = {name: list(values) for name, values in sliders.items()}
        check_state(start, self.values)
        super().__init__(indices=list(self._index(start)))
        self.fill(panels, readouts, curve)

    @arg.checked(panels=arg.sequence(Panel, fewest=1), readouts=READOUTS, curve=CURVE)
    def fill(self, panels, readouts=None, curve=None):
        """Replace the images in the atlas; the sliders stay where they are.

        The parameters are those of the class.
        """
        panels = list(panels)
        self._check_shapes(panels, readouts, curve)
        self.panels, self.readouts, self.curve = panels, readouts, curve
        self._pages = [self._montages(panel) for panel in panels]
        with self.hold_sync():  # one message, so that the browser never sees half an update
            self.spec = self._spec()
            self.atlas = b"".join(pages.tobytes() for pages in self._pages)
            self.edition += 1

    def frame(self, **state):
        """Return the image of one state, with all panels one below the other.

        Parameters
        ----------
        **state : value of each slider, by name

        Returns
        -------
        numpy.ndarray of uint8, shape (height, width)
            White where a panel is narrower than the widest.
        """
        pages = self._state_pages(state)
        width = max(page.shape[1] for page in pages)
        return np.vstack(
            [
                np.pad(page, ((0, 0), (0, width - page.shape[1])), constant_values=255)
                for page in pages
            ]
        )

    def still(self):
        """Return (data, metadata) of a still image, for readers without a kernel."""
        words = ", ".join(f"{name} {words_of(self.start[name])}" for name in self.values)
        if self.readouts is not None:
            words += f" ({self.readouts[self._index(self.start)]})"
        shown, listed = [], []
        for panel, page in zip(self.panels, self._state_pages(self.start)):
            captions = panel.captions
            if captions is not None:
                captions = captions[self._index(self.start, panel.sliders)]
            shown.append((panel.label, page, captions, panel.zoom))
            listed.append(", ".join([panel.label, *([] if captions is None else captions)]))
        text = f"{self.title}. Here: {words}. Run the notebook to move the slider."
        figure = still.page(text, shown)
        width, height = figure.css_size()
        if self.curve is None:
            png = figure.png()
        else:
            x, y = self._marker_places()[self._index(self.start)]
            png, height = still.with_curve(figure, self.curve.figure, x, y)
        alt = (
            f"{self.title}. A still picture, for {words}. Panels: {'; '.join(listed)}. "
            f"In a running notebook sliders change {' and '.join(self.values)}, and the pictures "
            "follow."
        )
        return picture_bundle(png, alt, width, height)

    def _index(self, state, sliders=None):
        """Return the places of a state's values among those of some sliders, or of all."""
        names = self.values if sliders is None else sliders
        return tuple(self.values[name].index(state[name]) for name in names)

    def _state_pages(self, state):
        check_state(state, self.values)
        return [
            pages[self._index(state, panel.sliders)]
            for panel, pages in zip(self.panels, self._pages)
        ]

    def _montages(self, panel):
        """Return the panel's pages, shape (sizes of its sliders..., page height, page width)."""
        n_sliders = len(panel.sliders)
        flat = panel.pictures.reshape(-1, *panel.pictures.shape[n_sliders:])
        pages = np.stack([montage([images]) for images in flat])
        return pages.reshape(*panel.pictures.shape[:n_sliders], *pages.shape[1:])

    def _spec(self):
        names = list(self.values)
        offsets = itertools.accumulate((pages.size for pages in self._pages), initial=0)
        panels = [
            {
                "label": panel.label,
                "height": pages.shape[-2],
                "width": pages.shape[-1],
                "images": panel.pictures.shape[-3],
                "zoom": panel.zoom,
                "sliders": [names.index(name) for name in panel.sliders],
                "offset": offset,
                "captions": _listed(panel.captions, -1, panel.pictures.shape[-3]),
            }
            for panel, pages, offset in zip(self.panels, self._pages, offsets)
        ]
        return {
            "title": self.title,
            "names": names,
            "values": [[words_of(value) for value in values] for values in self.values.values()],
            "sizes": [len(values) for values in self.values.values()],
            "panels": panels,
            "readouts": _listed(self.readouts, -1),
            "curve": None if self.curve is None else self._curve_spec(),
        }

    def _curve_spec(self):
        return {
            "png": base64.b64encode(self.curve.figure.png()).decode("ascii"),
            "alt": self.curve.figure.alt,
            "points": self._marker_places().reshape(-1, 2).tolist(),
        }

    def _marker_places(self):
        """Return the curve's points as fractions of its figure, from the top left corner."""
        figure, points = self.curve
        figure.png()  # computes the layout, so that the axes are in their final place
        dots = figure.axes[0].transData.transform(points.reshape(-1, 2)) / figure.bbox.size
        return np.stack([dots[:, 0], 1 - dots[:, 1]], axis=1).reshape(points.shape)

    def _check_shapes(self, panels, readouts, curve):
        """Raise unless the shapes of the arrays match the sliders."""
        sizes = {name: len(values) for name, values in self.values.items()}
        pixels = arg.array({"uint8": "uint8"})
        for panel in panels:
            for name in panel.sliders:
                arg.one_of(*sizes).check(f"a slider of panel {panel.label!r}", name, {})
            expected = tuple(sizes[name] for name in panel.sliders)
            pixels.check(f"pictures of panel {panel.label!r}", panel.pictures, {})
            shape = panel.pictures.shape
            if shape[: len(expected)] != expected or len(shape) != len(expected) + 3:
                raise ValueError(
                    f"panel {panel.label!r} has pictures of shape {shape}; expected "
                    f"{expected} followed by (n, height, width)"
                )
            if panel.captions is not None:
                name = f"captions of panel {panel.label!r}"
                _check_shape(name, panel.captions, shape[:-2])
        full = tuple(sizes.values())
        if readouts is not None:
            _check_shape("readouts", readouts, full)
        if curve is not None:
            _check_shape("points", curve.points, (*full, 2))


class Chooser(still.Live, ipywidgets.VBox):
    """An explorer with a choice of data set and a button for other images.

    Parameters
    ----------
    title, sliders, start
        As for `Explorer`.
    make : callable
        ``make(dataset, draw)`` returns the other arguments of `Explorer` as a dict: panels,
        and optionally readouts and curve. ``draw`` counts the presses of the button, from 0.
    datasets : dict of str to str
        What the choice shows, and what `make` receives; the first is selected at first.

    Attributes
    ----------
    explorer : Explorer
    dataset : ipywidgets.Dropdown
    other_images : ipywidgets.Button
    """

    @arg.checked(
        make=arg.instance(Callable, "a function of a data set and a number"),
        datasets=arg.mapping(str),
    )
    def __init__(self, title, sliders, start, make, datasets):
        self._make, self._draw = make, 0
        first = next(iter(datasets.values()))
        self.explorer = Explorer(title, sliders, start=start, **self._made(first))
        self.dataset = ipywidgets.Dropdown(options=list(datasets.items()), description="data set")
        self.other_images = ipywidgets.Button(description="Other images", icon="refresh")
        self.status = ipywidgets.Output()
        self.dataset.observe(lambda change: self._renew(), "value")
        self.other_images.on_click(self._next)
        controls = still.controls(self.dataset, self.other_images)
        super().__init__([controls, self.status, self.explorer])

    def still(self):
        """Return (data, metadata) of a still image, for readers without a kernel."""
        return self.explorer.still()

    def _made(self, name):
        made = self._make(name, self._draw)
        arg.entries(panels=object).check("what make returns", made, {})
        for argument in made:
            arg.one_of("panels", "readouts", "curve").check("what make returns", argument, {})
        return made

    def _next(self, button):
        self._draw += 1
        self._renew()

    def _renew(self):
        """Get other images from `make`; what it displays or raises appears above the sliders."""
        self.dataset.disabled = self.other_images.disabled = True
        self.status.clear_output()
        try:
            with self.status:
                self.explorer.fill(**self._made(self.dataset.value))
        finally:
            self.dataset.disabled = self.other_images.disabled = False


def _listed(texts, *shape):
    """Return an array of texts as lists, in this shape; of None, None."""
    return None if texts is None else texts.reshape(shape).tolist()


def _check_shape(name, value, shape):
    if not isinstance(value, np.ndarray):
        raise TypeError(f"{name} is {arg.shown(value)}; expected a NumPy array of shape {shape}")
    if value.shape != shape:
        raise ValueError(f"{name} has shape {value.shape}; expected {shape}")
