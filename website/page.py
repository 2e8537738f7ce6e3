"""Write an executed notebook as one page that needs neither a kernel nor the network.

usage: python -m website.page NOTEBOOK PAGE

The page holds all that it shows, and asks nobody for anything. What Jupyter stored of the
notebook's widgets is part of it, and host.js brings them to life.
"""

import copy
import html
from pathlib import Path
import re
from string import Template
import sys

from nbconvert import HTMLExporter
import nbformat
from pygments.formatters import HtmlFormatter

from website import live


def page(notebook):
    """Return the page of an executed notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        With the state of its widgets, as nbclient and nbconvert store it. Its first heading is the
        title of the page. A widget without code of its own, such as a progress bar, is left out.

    Returns
    -------
    str
    """
    live.check(notebook)
    alive = live.alive(notebook)
    return Template(live.own("page.html")).substitute(
        title=html.escape(title(notebook)),
        style=live.own("page.css") + _colours(),
        body=_body(notebook, alive),
        widgets=_widgets(notebook, set().union(*alive.values())) if alive else "",
    )


def title(notebook):
    """Return the first heading of a notebook, without its marks."""
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    heading = re.search(r"^# +(.+)$", "\n".join(prose), re.MULTILINE)
    if not heading:
        raise ValueError("the notebook has no heading, which would be the title of the page")
    return re.sub(r"[*_`]", "", heading[1])


def _body(notebook, alive):
    """Return the cells of a notebook in HTML, with a place for each widget that is alive."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata.pop("widgets", None)  # _widgets writes what is needed of it
    for cell in notebook.cells:
        if cell.cell_type == "markdown":  # an image elsewhere becomes its text alternative
            cell.source = re.sub(r"!\[([^\]]*)\]\((?!data:|attachment:)[^)]*\)", r"\1", cell.source)
    for output in live.outputs(notebook):
        if model_id := live.view_of(output):
            output.data = {"text/html": live.place(model_id) if model_id in alive else ""}
    exporter = HTMLExporter(
        template_name="basic",
        exclude_anchor_links=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    body, _ = exporter.from_notebook_node(notebook)
    return body


def _colours():
    """Return the colours of code, on a light and on a dark page."""
    styles = (HtmlFormatter(style=name) for name in ("default", "github-dark"))
    light, dark = (style.get_style_defs(".highlight") for style in styles)
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}"


def _widgets(notebook, needed):
    """Return what host.js reads, with each long text once, and host.js itself."""
    states, numbers = live.states_of(notebook), {}
    shown = live.pointing(
        {model_id: states[model_id] for model_id in needed},
        lambda text: numbers.setdefault(text, len(numbers)),
    )
    return live.scripts({"states": shown, "texts": list(numbers)})


def main(source, target):
    """Write the page of the notebook in one file to another, or say why it cannot be one."""
    try:
        text = page(nbformat.read(source, as_version=4))
    except ValueError as error:
        sys.exit(f"{source}: {error}")
    Path(target).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
