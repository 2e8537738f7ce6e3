"""A diagram of an autoencoder. A wrong argument raises TypeError or ValueError."""

from aehelpers import arguments as arg
from aehelpers.show.figure import BLUE, GREEN, GREY, PURPLE, Figure, drawn
from matplotlib.patches import Polygon
import numpy as np

MIDDLE = 4.4  # height of the axis of symmetry


@drawn(n_inputs=arg.integer(1), code_size=arg.integer(1))
def network_diagram(n_inputs, code_size, title):
    """Draw an autoencoder as an hourglass: X1..Xm, encoder, h1..hk, decoder, X'1..X'm.

    Parameters
    ----------
    n_inputs : int
        m, the number of inputs and of outputs.
    code_size : int
        k, the number of code units.
    title : str

    Returns
    -------
    Figure
    """
    figure = Figure(height=4.4)
    ax = figure.subplots()
    ax.axis("off")
    ax.set(xlim=(0, 12), ylim=(-0.5, 8.6), title=title)
    for x, half, letter, size, colour, label in (
        (1.0, 3.4, "X", n_inputs, BLUE, "input"),
        (6.0, 2.0, "h", code_size, PURPLE, "code"),
        (11.0, 3.4, "X'", n_inputs, GREEN, "reconstruction"),
    ):
        _column(ax, x, half, letter, size, colour)
        ax.text(x, -0.5, label, ha="center", va="bottom")
    for label, left, right, at_left, at_right in (
        ("encoder\n$W_1$, $b_1$", 1.7, 5.3, 3.9, 2.4),
        ("decoder\n$W_2$, $b_2$", 6.7, 10.3, 2.4, 3.9),
    ):
        xs, ys = (left, left, right, right), (-at_left, at_left, at_right, -at_right)
        corners = [(x, MIDDLE + y) for x, y in zip(xs, ys)]
        ax.add_patch(Polygon(corners, facecolor="#EEEEEE", edgecolor=GREY))
        ax.text((left + right) / 2, MIDDLE, label, ha="center", va="center", fontsize=13)
    figure.alt = (
        f"{title}. From left to right: inputs X1 to X{n_inputs}; the encoder with W1 and "
        f"b1, which narrows; the code h1 to h{code_size}; the decoder with W2 and b2, which "
        f"widens; reconstructions X'1 to X'{n_inputs}."
    )
    return figure


def _column(ax, x, half_height, letter, size, colour):
    """Draw units 1, 2, ..., size of a layer as labeled circles, one below the other."""
    heights = np.linspace(MIDDLE + half_height, MIDDLE - half_height, 4)
    unit = dict(markersize=36, markerfacecolor="white", markeredgecolor=colour, markeredgewidth=2)
    centred = dict(ha="center", va="center")
    first, second, dots, last = heights
    ax.text(x, dots, "⋮", fontsize=18, **centred)
    for y, index in ((first, 1), (second, 2), (last, size)):
        ax.plot(x, y, "o", **unit)
        ax.text(x, y, f"${letter}_{{{index}}}$", fontsize=12, **centred)
