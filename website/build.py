"""Build the site out of executed notebooks and the pages of docs/; `make site` does it."""

import base64
import functools
import json
from pathlib import Path
import shutil
from string import Template

import nbformat
from sphinx.cmd.build import build_main

from website import cards, cells, finish, live, moved, texts

ROOT = live.HERE.parent
PLAY, NAME = "k = 8", "eight numbers"  # of the home page, out of notebook 0
DRAWN = "notebooks/00_play.ipynb"
ANSWERED = "notebooks/07_does_it_help.ipynb"
BEST = "100 labeled digits: what they can teach"
GAINS = "Digits, 100 labels: what a pretrained encoder gains"
LETTERS = "Letters A to Z, ten labels for each"
IMAGES, PIXELS = 20, 784  # that one can begin from there, and the bytes of one
SOLUTIONS = "solutions/"


class Source:
    """The folder that Sphinx reads. What stays the same keeps its time, so Sphinx skips it.

    Parameters
    ----------
    folder : pathlib.Path
    """

    def __init__(self, folder):
        self.folder, self.names = folder, set()

    def add(self, name, content):
        """Put a file with this text, or these bytes, into the folder."""
        path = self.folder / name
        content = content.encode() if isinstance(content, str) else content
        self.names.add(path)
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def remove_others(self):
        """Remove what an earlier build has put into the folder."""
        for path in self.folder.rglob("*"):
            if path.is_file() and path not in self.names:
                path.unlink()


def lay_out(notebooks, source):
    """Lay out for Sphinx all that the site consists of.

    Parameters
    ----------
    notebooks : dict of str to nbformat.NotebookNode
        Executed, by their paths in the repository.
    source : Source
    """
    read = functools.partial(Path.read_text, encoding="utf-8")
    address = texts.address(read(ROOT / "pyproject.toml"))
    glossary, readme = read(ROOT / "docs" / "glossary.md"), read(ROOT / "README.md")
    meanings = texts.meanings(glossary)

    def add_file(name, content):
        source.add(f"_static/{name}", content)

    for path, notebook in notebooks.items():
        up = "../" * path.count("/")
        made = cells.prepared(
            notebook,
            f"{up}_static/",
            add_file,
            note="" if SOLUTIONS in path else texts.note(path, f"{up}index.html", address),
            meanings=meanings,
            solutions=SOLUTIONS in path,
        )
        source.add(path, nbformat.writes(made))
    for path in ("docs/references.md", "docs/teaching.md"):
        source.add(path, texts.for_sphinx(read(ROOT / path)))
    source.add("docs/glossary.md", texts.for_sphinx(texts.with_anchors(glossary)))
    data = "aehelpers/datasets/README.md"
    source.add(data, read(ROOT / data))
    source.add("licence.md", f"# Licence of the code\n\n```text\n{read(ROOT / 'LICENSE')}```\n")
    source.add("speed.md", texts.speed(json.loads(read(ROOT / "results" / "lighthouse.json"))))
    source.add("answer.md", answer(notebooks[ANSWERED], readme, add_file))
    source.add("index.md", home(notebooks, readme, address, add_file))
    for name in ("site.css", "icon.svg"):
        add_file(name, live.own(name))
    source.remove_others()


def answer(notebook, readme, add_file):
    """Return the page about the answer in Markdown, with figures of a notebook."""
    figures = {
        name: cells.with_files(live.html_of(cards.drawn(notebook, title)), "_static/", add_file)
        for name, title in {"best": BEST, "gains": GAINS, "letters": LETTERS}.items()
    }
    return Template(live.own("answer.md")).substitute(figures, answer=texts.answer(readme))


def home(notebooks, readme, address, add_file):
    """Return the home page in Markdown, with a network to play with."""
    widget, states = play(notebooks[DRAWN])
    chapters = [card for card in texts.cards(readme) if card[1] in notebooks]
    written = []
    for title, path, idea in chapters:
        picture = cards.picture(Path(path).stem, notebooks[path], add_file)
        written.append(cards.card(title, path.replace(".ipynb", ".html"), picture, idea))
    links = [f"[in {name}]({link})" for name, link in texts.places(DRAWN, address).items()]
    return Template(live.own("home.md")).substitute(
        play=live.place(widget),
        play_scripts=cells.scripts(states, "_static/", add_file),
        answer=texts.answer(readme),
        measured=texts.measured(readme),
        cards="\n".join(written),
        hosted=f"That is {' or '.join(links)}, or on your computer." if links else "",
        chapters="\n".join(f"{title} <{path}>" for title, path, _ in chapters),
        solutions="\n".join(
            f"To notebook {int(Path(path).stem[:2])} <{path}>"
            for path in notebooks
            if SOLUTIONS in path
        ),
    )


def play(notebook):
    """Return the identity and the state of a drawing pad with one network, as a dict."""
    states = live.states_of(notebook)
    for widget, parts in live.alive(notebook).items():
        state = states[widget]["state"]
        names = [network["name"] for network in state.get("networks", ())]
        if parts == {widget} and PLAY in names:
            number = names.index(PLAY)
            return widget, {widget: only(states[widget], number)}
    raise ValueError(f"no widget of {DRAWN} has a network {PLAY!r}")


def only(stored, number):
    """Return the state of a widget with networks, with only one of them."""
    state = stored["state"]
    network = state["networks"][number] | {"name": NAME}
    short = state | {"networks": [network], "weights": [None]}
    buffers = []
    for buffer in stored["buffers"]:
        if buffer["path"] == ["images"]:  # only the first ones
            images = base64.b64decode(buffer["data"])[: IMAGES * PIXELS]
            buffers.append(buffer | {"data": base64.b64encode(images).decode()})
        elif buffer["path"] == ["weights", number]:
            buffers.append(buffer | {"path": ["weights", 0]})
    return stored | {"state": short, "buffers": buffers}


def build(notebooks, site):
    """Build the site of these notebooks in a folder, or raise RuntimeError.

    Parameters
    ----------
    notebooks : dict of str to nbformat.NotebookNode
        See `lay_out`.
    site : pathlib.Path
        What Sphinx keeps lies beside it.
    """
    kept = site.with_name(f"{site.name}-kept")
    source, doctrees, html = kept / "source", kept / "doctrees", kept / "html"
    lay_out(notebooks, Source(source))
    shutil.rmtree(html, ignore_errors=True)
    options = ["--quiet", "--fail-on-warning", "--keep-going", "--conf-dir", str(live.HERE)]
    options += ["--doctree-dir", str(doctrees), "--define", f"html_static_path={source}/_static"]
    if build_main([*options, str(source), str(html)]):
        raise RuntimeError("Sphinx has found something wrong, see above")
    finish.finish(html)
    moved.lead_on(html)
    shutil.rmtree(site, ignore_errors=True)
    html.rename(site)
