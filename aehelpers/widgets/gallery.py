"""Widgets with a gallery: search by likeness, and labeling.

They need no kernel. A wrong argument raises TypeError or ValueError.
"""

from aehelpers import arguments as arg
from aehelpers.show.figure import WIDTH, drawn, titled
from aehelpers.widgets.network import MOST_BYTES
from aehelpers.widgets.script import script, style
from aehelpers.widgets.still import LiveWithFigure
import anywidget
import numpy as np
import traitlets

ASKED = 45  # images that can be chosen in a search
NEAREST = 5
IN_A_ROW = 10  # of a still figure


def _misshapen(images, sizes):
    """Return what is wrong with the shape of images, or note how many they are."""
    rows = images.ndim == 2 and images.shape[1] == 784
    if not (rows or images.ndim == 3 or (images.ndim == 4 and images.shape[3] == 3)):
        expected = "(n, 784), (n, height, width) or (n, height, width, 3)"
        return f"has shape {images.shape}; expected {expected}"
    if images.size == 0:
        return f"has shape {images.shape}; expected nothing empty"
    sizes["n"] = len(images)


# uint8: rows of 784 pixels, (n, height, width), or in colour with a 3 behind.
WRONG = np.ones((2, 784)), np.ones((2, 9), np.uint8), np.ones(4, np.uint8)
IMAGES = arg.narrowed(arg.array(arg.BYTES), _misshapen, *WRONG)


def _points():
    """Accept a place for each image, in a space of any number of dimensions."""

    def check(name, value, sizes):
        arg.array(arg.FLOATS, "n", f"the dimensions of {name}").check(name, value, sizes)

    return arg.Kind(check, (None, [1.0], np.ones((2, 2), int), np.ones(3)))


class _Gallery(LiveWithFigure, anywidget.AnyWidget):
    """A widget with images in it."""

    _css = style("touch.css", "gallery.css")
    images = traitlets.Bytes().tag(sync=True)
    shape = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, images, **traits):
        if images.nbytes > MOST_BYTES:
            raise ValueError(
                f"the images have {images.nbytes:,} bytes; expected at most {MOST_BYTES:,} for a "
                "page: show fewer, or smaller ones"
            )
        size = (28, 28) if images.ndim == 2 else images.shape[1:3]
        self._pictures = images.reshape(len(images), *size, -1)  # with 1 or 3 channels
        shape = list(self._pictures.shape[1:])
        super().__init__(images=self._pictures.tobytes(), shape=shape, **traits)


class Search(_Gallery):
    """Images to choose from, and for the chosen one its nearest neighbours in several spaces.

    It needs no kernel: the neighbours are computed when it is made.

    Parameters
    ----------
    images : numpy.ndarray of uint8, shape (n, 784), (n, height, width) or (n, height, width, 3)
        At least two. 48 of them, drawn at random, can be chosen; their neighbours are among all.
    spaces : dict of str to numpy.ndarray of float, shape (n, d)
        One to three names of spaces, with the place of each image: codes, or scaled pixels.
    captions : sequence of n str, optional
        What is written below each image, such as the name of its class or its file.

    Attributes
    ----------
    chosen : int
        The place of the chosen image in the gallery.
    """

    _esm = script("parts.js", "gallery.js", "search.js")
    invitation = "Run this cell to choose an image, and to see which are nearest to it."
    captions = traitlets.List().tag(sync=True)
    asked = traitlets.List().tag(sync=True)
    spaces = traitlets.List().tag(sync=True)
    chosen = traitlets.Int().tag(sync=True)

    @arg.checked(
        images=IMAGES,
        spaces=arg.mapping(_points(), most=3),
        captions=arg.optional(arg.sequence(str, "n")),
    )
    def __init__(self, images, spaces, captions=None):
        if len(images) < 2:
            raise ValueError("images has 1 row; expected at least 2")
        asked = np.random.default_rng(0).permutation(len(images))[:ASKED]
        near = {name: _nearest(points, asked) for name, points in spaces.items()}
        used = np.unique(np.r_[asked, *map(np.ravel, near.values())])
        super().__init__(
            images[used],
            captions=[] if captions is None else [captions[i] for i in used],
            asked=np.searchsorted(used, asked).tolist(),
            spaces=[
                {"name": name, "near": np.searchsorted(used, part).tolist()}
                for name, part in near.items()
            ],
        )

    def figure(self):
        """Return the first image, and what is nearest to it."""
        rows = {"chosen": [self.asked[0]]}
        rows |= {space["name"]: space["near"][0] for space in self.spaces}
        return _strips(self._pictures, rows, self.captions, "An image and its nearest neighbours")


def _nearest(points, asked):
    """Return for each of the images asked the `NEAREST` others, the nearest first."""
    points = points.astype(np.float32)
    squares = (points**2).sum(axis=1)
    distances = squares - 2 * points[asked] @ points.T  # but for a constant of each row
    distances[np.arange(len(asked)), asked] = np.inf
    return np.argsort(distances, axis=1)[:, : min(NEAREST, len(points) - 1)]


class Label(_Gallery):
    """Images to label by buttons or keys, one after the other.

    What was given is kept in the notebook, in its order, also without a kernel.

    Parameters
    ----------
    images : numpy.ndarray of uint8, shape (n, 784), (n, height, width) or (n, height, width, 3)
    class_names : sequence of str, at least one, all different
    suggested : numpy.ndarray of int, shape (n,), optional
        The class that is suggested for each image.
    certainty : numpy.ndarray of float, shape (n,), optional
        How certain each suggestion is, 0 to 1; needed with `suggested`.

    Attributes
    ----------
    answers : list of [int, int]
        Image and class of each answer, in their order.
    """

    _esm = script("parts.js", "gallery.js", "label.js")
    invitation = "Run this cell to label these images."
    classes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    suggested = traitlets.List().tag(sync=True)
    answers = traitlets.List().tag(sync=True)
    n = traitlets.Int().tag(sync=True)

    @arg.checked(
        images=IMAGES,
        class_names=arg.sequence(str, "classes", fewest=1),
        suggested=arg.optional(arg.indices("n", "classes")),
        certainty=arg.optional(arg.array(arg.FLOATS, "n")),
    )
    def __init__(self, images, class_names, suggested=None, certainty=None):
        if len(set(class_names)) < len(class_names) or "" in class_names:
            found = arg.shown(class_names)
            raise ValueError(f"class_names is {found}; expected names, all different")
        if (suggested is None) != (certainty is None):
            raise ValueError("certainty has no suggested classes; expected both, or none of them")
        hints = [] if suggested is None else zip(suggested.tolist(), certainty.tolist())
        super().__init__(
            images, classes=list(class_names), suggested=list(map(list, hints)), n=len(images)
        )

    @property
    def labels(self):
        """The class of each image, as an array of int; -1 where none was given."""
        given = dict(self.answers)
        return np.array([given.get(image, -1) for image in range(self.n)])

    @arg.checked(labels=arg.array(arg.INTEGERS, "n"))
    def answer(self, labels):
        """Label every image that is still open, as if somebody had clicked.

        Parameters
        ----------
        labels : numpy.ndarray of int, shape (n,)
        """
        arg.indices(self.n, len(self.classes)).check("labels", labels, {})
        still_open = np.flatnonzero(self.labels < 0).tolist()
        self.answers = [*self.answers, *([image, int(labels[image])] for image in still_open)]

    def figure(self):
        """Return the images."""
        numbers = range(min(self.n, 2 * IN_A_ROW))
        rows = {"to label": numbers[:IN_A_ROW]}
        if self.n > IN_A_ROW:
            rows[""] = numbers[IN_A_ROW:]
        captions = [self.classes[label] for label, _ in self.suggested]
        title = "Images to label" + (", with what is suggested" if captions else "")
        return _strips(self._pictures, rows, captions, title)


@drawn()
def _strips(pictures, rows, captions, title):
    """Return rows of images, each with its caption above it."""
    columns = max(8, *map(len, rows.values()))
    figure = titled(len(rows) * (0.9 * WIDTH / columns + 0.3) + 0.35, title)
    axes = figure.subplots(len(rows), columns, squeeze=False)
    for line, (name, numbers) in zip(axes, rows.items()):
        for ax in line:
            ax.axis("off")
        for ax, number in zip(line, numbers):
            ax.imshow(np.broadcast_to(pictures[number], (*pictures.shape[1:3], 3)))
            if captions:
                ax.set_title(captions[number], fontsize=9, loc="center", pad=3)
        line[0].text(-0.1, 0.5, name, transform=line[0].transAxes, ha="right", va="center")
    described = "; ".join(
        f"{name or 'more'}: {', '.join(captions[i] for i in numbers) if captions else len(numbers)}"
        for name, numbers in rows.items()
    )
    figure.alt = f"{title}. {described}."
    return figure
