"""Executed notebooks as Sphinx is to read them: pure functions of cells and their outputs."""

import base64
import copy
import hashlib
import html
import json
import re

import nbformat

from website import live

COLAB = "google.colab"  # in the cell that fetches the course there
ABOUT_COLAB = " (The one above works in Colab only.)"
BADGES = re.compile(r"^\[!\[.*\n?", re.MULTILINE)
PICTURE = re.compile(r'<img ([^>]*)src="data:image/png;base64,([^"]+)"([^>]*)>')
WIDTH = re.compile(r'\bwidth="(\d+)"')
TASK = re.compile(r"\*[^*\n]+\*$")  # a paragraph in italics, which repeats what was asked
BOLD = re.compile(r"(?<![*\\])\*\*([^*\n]+)\*\*(?!\*)")
UNFOLD = "<details class='solution'><summary>Show the solution</summary>"


def prepared(notebook, folder, add_file, note="", meanings=None, solutions=False):
    """Return an executed notebook for Sphinx, with a place for each widget that is alive.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        With the state of its widgets.
    folder : str
        Where the page finds the files that it loads, such as "../_static/".
    add_file : callable
        Takes the name of such a file and its content, in bytes.
    note : str, optional
        HTML for below the head of the notebook.
    meanings : dict of str to str, optional
        What the first use of a term in bold says when it is pointed at, by term.
    solutions : bool, optional
        Whether what stands below each heading is a solution, to be folded.

    Returns
    -------
    nbformat.NotebookNode
    """
    live.check(notebook)
    widgets, notebook = live.alive(notebook), copy.deepcopy(notebook)
    states = live.states_of(notebook)
    notebook.metadata.pop("widgets", None)  # or myst-nb would load the widgets of Jupyter
    notebook.cells = [cell for cell in notebook.cells if COLAB not in cell.source]
    head = notebook.cells[0]
    head.source = BADGES.sub("", head.source)
    for cell in notebook.cells:
        cell.source = cell.source.replace(ABOUT_COLAB, "")
        if cell.cell_type == "markdown":
            cell.source = with_terms(cell.source, meanings or {}, folder)
        elif "outputs" in cell:
            cell.outputs = _with_places(cell.outputs, widgets)
    for output in live.outputs(notebook):
        if text := live.html_of(output):
            output.data = {"text/html": with_files(text, folder, add_file)}
    if solutions:
        notebook.cells = folded(notebook.cells)
    if note:
        notebook.cells.insert(1, raw(note))
    if widgets:
        shown = {part: states[part] for parts in widgets.values() for part in parts}
        notebook.cells.append(raw(scripts(shown, folder, add_file)))
    return notebook


def raw(text):
    """Return a cell whose HTML goes into the page as it is; a raw cell would get a frame."""
    return nbformat.v4.new_markdown_cell(text)


def _with_places(outputs, widgets):
    """Return the outputs of a cell with places for widgets that are alive, without others."""
    kept = []
    for output in outputs:
        model_id = live.view_of(output)
        if model_id in widgets:
            output.data = {"text/html": live.place(model_id)}
        elif model_id:
            if kept and live.has_widget(kept[-1]):  # "live while the cell runs"
                kept.pop()
            continue
        kept.append(output)
    return kept


def with_files(text, folder, add_file):
    """Return HTML whose pictures are files, loaded when they come into view.

    Each leads to its file, where a phone shows it large.
    """

    def replaced(found):
        attributes, data, rest = found.groups()
        content = base64.b64decode(data)
        name = f"pictures/{digest(content)}.png"
        add_file(name, content)
        if width := WIDTH.search(attributes):  # its height keeps its place
            columns, rows = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
            attributes += f'height="{round(int(width[1]) * rows / columns)}" '
        shown = f'<img {attributes}loading="lazy" src="{folder}{name}"{rest}>'
        return f'<a class="ae-picture" href="{folder}{name}">{shown}</a>'

    return PICTURE.sub(replaced, text)


def digest(content):
    """Return a short name for some bytes."""
    return hashlib.sha256(content).hexdigest()[:16]


def scripts(states, folder, add_file):
    """Return what brings the widgets to life, their states and long texts in files of their own."""

    def name_of(text):
        name = digest(text.encode())
        script = f'(self.widgetTexts ??= {{}})["{name}"] = {json.dumps(text)};\n'
        add_file(f"widgets/{name}.js", script.encode())
        return name

    shown = live.pointing(states, name_of)
    stored = name_of(json.dumps(shown, sort_keys=True))
    return live.scripts({"stored": stored, "folder": f"{folder}widgets/"})


def folded(cells):
    """Return the cells of a page of solutions, with each solution behind a fold."""
    new, is_open = [], False
    for cell in cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            if is_open:
                new.append(raw("</details>"))
            heading, _, rest = cell.source.partition("\n")
            first, _, others = rest.strip().partition("\n\n")
            task = first if TASK.fullmatch(first) else ""
            new += [nbformat.v4.new_markdown_cell(f"{heading}\n\n{task}".rstrip()), raw(UNFOLD)]
            rest = others if task else rest
            new += [nbformat.v4.new_markdown_cell(rest.strip())] if rest.strip() else []
            is_open = True
        else:
            new.append(cell)
    return [*new, raw("</details>")] if is_open else new


def with_terms(text, meanings, folder):
    """Return Markdown in which a term in bold leads to the glossary, and says what it means."""

    def replaced(found):
        term = found[1].lower()
        if term not in meanings:
            return found[0]
        address = f"{folder.removesuffix('_static/')}docs/glossary.html#{anchor(term)}"
        meaning = html.escape(meanings[term])
        return f'<a class="term" href="{address}" title="{meaning}">**{found[1]}**</a>'

    return BOLD.sub(replaced, text)


def anchor(term):
    """Return the identity of a term's row in the glossary."""
    return "term-" + re.sub(r"\W+", "-", term.lower()).strip("-")
