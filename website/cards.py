"""The cards of the home page, one for each notebook, with a picture out of it."""

import base64
import html
import io
import re

from PIL import Image

from website import live

WIDTH, HEIGHT = 280, 158  # of a picture, in pixels of the page; what is drawn here has this size
LEFT, LONGEST = 132, 100  # where bars begin, and the length of the longest one
SHARP = 2  # pixels of a picture's file for each of these

# The picture of each notebook: how its text alternative begins, and what is shown of it: left, top
# and width, in its own pixels. Charts have small letters; of such, the values are drawn anew.
PICTURES = {
    "00_play": ("From one image to another", (0, 0, 800)),
    "01_unlabeled_data": ("Which of the 60,000 images have a label", (394, 386, 680)),
    "02_autoencoder": ("The simplest autoencoder", (0, 0, 1200)),
    "03_bottleneck": ("Two numbers for each of 2,000 digits", (80, 70, 520)),
    "04_denoising": ("What denoisers make of images with noise", (0, 0, 845)),
    "05_pretraining": ("All that anybody has named", (0, 0, 757)),
    "06_code_demonstration": ("Which copies are better?", (0, 0, 807)),
    "07_does_it_help": ("100 labeled digits: what they can teach", None),
    "08_your_own_pictures": ("Through 32 numbers and back", (0, 0, 604)),
    "09_what_makes_training_fast": ("Time to the article's loss", None),
}
BAR = re.compile(r"(?:: |; |, )([^:;≈]+?) ≈ ([\d.,]*\d)")  # a name and a value, see show/charts.py


def card(title, page, picture, idea):
    """Return the card of a notebook, in HTML; the picture is HTML, too."""
    title, idea = html.escape(title), html.escape(idea)
    return f'<li><a href="{page}">{picture}<b>{title}</b></a><p>{idea}</p></li>'


def picture(stem, notebook, add_file):
    """Return the picture of a notebook's card, in HTML.

    Parameters
    ----------
    stem : str
        The name of the notebook, without its ending.
    notebook : nbformat.NotebookNode
    add_file : callable
        See `website.cells.prepared`.

    Returns
    -------
    str
    """
    beginning, place = PICTURES[stem]
    output = drawn(notebook, beginning)
    if place is None:
        return bars(output.metadata["image/png"]["alt"])
    name = f"cards/{stem}.webp"
    add_file(name, part(base64.b64decode(output.data["image/png"]), place))
    return (
        f'<img src="_static/{name}" alt="{html.escape(beginning)}" loading="lazy" '
        f'width="{WIDTH}" height="{HEIGHT}">'
    )


def drawn(notebook, beginning):
    """Return the first output of a notebook whose text alternative begins in this way."""
    for output in live.outputs(notebook):
        if output.get("metadata", {}).get("image/png", {}).get("alt", "").startswith(beginning):
            return output
    raise ValueError(f"no picture of the notebook is called {beginning!r}")


def part(png, place):
    """Return a part of a picture, in the shape of a card, as a WebP.

    Parameters
    ----------
    png : bytes
    place : tuple of int
        Left, top and width of the part. It ends where the picture ends.

    Returns
    -------
    bytes
    """
    left, top, width = place
    image = Image.open(io.BytesIO(png)).convert("RGB")
    right, bottom = left + width, top + round(width * HEIGHT / WIDTH)
    image = image.crop((left, top, min(right, image.width), min(bottom, image.height)))
    image.thumbnail((SHARP * WIDTH, SHARP * HEIGHT), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "webp", quality=80, method=6)
    return buffer.getvalue()


def bars(alt):
    """Return bars, as an SVG, of the values that the text alternative of a chart names."""
    title, rest = alt.split(". ", 1)
    unit, _ = rest.split(", ", 1)
    rows = [(name, value) for name, value in BAR.findall(rest) if name != "interval"]
    longest = max(float(value.replace(",", "")) for _, value in rows)
    height = min(32, (HEIGHT - 50) / len(rows))
    parts = [_text(8, 18, title, "ae-title")]
    for number, (name, value) in enumerate(rows):
        top = 28 + number * height
        width = round(LONGEST * float(value.replace(",", "")) / longest, 1)
        parts += [
            _text(8, top + height / 2 + 4, re.sub(r" \(.*\)", "", name)),
            f'<rect x="{LEFT}" y="{top + 4:.1f}" width="{width}" height="{height - 8:.1f}"/>',
            _text(LEFT + 4 + width, top + height / 2 + 4, value),
        ]
    parts.append(_text(LEFT, HEIGHT - 8, unit, "ae-unit"))
    values = ", ".join(f"{name} {value}" for name, value in rows)
    return (
        f'<svg role="img" aria-label="{html.escape(f"{title}, {unit}: {values}")}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    )


def _text(x, y, words, kind=""):
    marks = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{marks}>{html.escape(words)}</text>'
