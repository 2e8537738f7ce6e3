"""Still forms of widgets, for readers without a kernel."""

import html
import io
import textwrap

from aehelpers.show import display_live
from aehelpers.show.figure import CSS_PIXELS_PER_INCH, DOTS_PER_INCH, RED, WIDTH, Figure, drawn
import ipywidgets
from PIL import Image, ImageDraw

LABEL, CAPTION, GAP = 20, 16, 14  # heights and a width, in CSS pixels


class Live:
    """What is displayed as a live widget, and as its still form where it is not alive.

    A subclass has `still`, which returns (data, metadata) of that form, by MIME type.
    """

    def _ipython_display_(self):
        display_live(self, *self.still())


class LiveWithFigure(Live):
    """One whose still form is a figure.

    A subclass has `figure`, which draws it, and `invitation`, the sentence below it.
    """

    def still(self):
        """Return (data, metadata) of a still figure, for readers without a kernel."""
        bundle, metadata = self.figure()._repr_mimebundle_()
        bundle["text/html"] += f"<p>{html.escape(self.invitation)}</p>"
        return bundle, metadata


def controls(*parts):
    """Return what a learner chooses or presses, side by side where there is room."""
    row = ipywidgets.HBox(parts)
    row.layout.flex_flow = "row wrap"  # where the page is narrow, so that names stay whole
    return row.add_class("ae-controls")  # as live.js knows them


@drawn()
def page(title, panels):
    """Draw the panels of an explorer as a still figure, side by side where there is room.

    Parameters
    ----------
    title : str
    panels : sequence of (label, image, captions, zoom)
        The image is a uint8 array of shape (height, width); `captions` is None or a
        sequence of str, spread evenly above it; a pixel is `zoom` CSS pixels wide.

    Returns
    -------
    show.Figure
    """
    page_width = round(CSS_PIXELS_PER_INCH * WIDTH)
    wrapped = textwrap.fill(title, 105)
    top_of_panels = max(52, 26 + 16 * (wrapped.count("\n") + 1))  # below the title
    places, bottom = _places(panels, page_width, top_of_panels)
    figure = Figure(height=(bottom + 2) / CSS_PIXELS_PER_INCH)
    figure.set_layout_engine("none")
    _, page_height = figure.css_size()
    figure.text(0, 1 - 4 / page_height, wrapped, va="top", fontsize=10)
    for (x, y, width, height), (label, picture, captions, _) in zip(places, panels):
        share = (1 / page_width, 1 / page_height) * 2
        box = [a * b for a, b in zip((x, page_height - y - height, width, height), share)]
        ax = figure.add_axes(box)
        ax.imshow(picture, cmap="gray", vmin=0, vmax=255, aspect="auto")
        ax.axis("off")
        label_y = 1 + (4 + (CAPTION if captions is not None else 0)) / height
        ax.text(0, label_y, label, transform=ax.transAxes, fontsize=10)
        for number, caption in enumerate(captions if captions is not None else ()):
            place = (number + 0.5) / len(captions)
            ax.text(place, 1 + 4 / height, caption, transform=ax.transAxes, ha="center", fontsize=8)
    figure.alt = title
    return figure


def _places(panels, page_width, y):
    """Return (x, y, width, height) of each image from the top left, and where the last row ends."""
    places, x, line_height = [], 0, 0
    for _, picture, captions, zoom in panels:
        height, width = (zoom * size for size in picture.shape)
        shrink = min(1, page_width / width)  # as the browser does on a narrow page
        height, width = height * shrink, width * shrink
        top = LABEL + (CAPTION if captions is not None else 0)
        if x + width > page_width:
            x, y, line_height = 0, y + line_height + GAP, 0
        places.append((x, y + top, width, height))
        x, line_height = x + width + GAP, max(line_height, top + height)
    return places, y + line_height


def with_curve(figure, curve, x, y):
    """Return the PNG of a page with a curve below it, and its height in CSS pixels.

    A marker on the curve is at (x, y), fractions of its width and height from the top left.
    """
    above, below = (Image.open(io.BytesIO(drawing.png())) for drawing in (figure, curve))
    radius = 0.08 * DOTS_PER_INCH
    x, y = x * below.width, y * below.height
    box = (x - radius, y - radius, x + radius, y + radius)
    ImageDraw.Draw(below).ellipse(box, outline=RED, width=4)
    joined = Image.new("RGB", (above.width, above.height + below.height), "white")
    joined.paste(above, (0, 0))
    joined.paste(below, (0, above.height))
    buffer = io.BytesIO()
    joined.save(buffer, "png")
    return buffer.getvalue(), figure.css_size()[1] + curve.css_size()[1]
