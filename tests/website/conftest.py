"""Pages served on this machine; among them one with one of each widget, and the whole site."""

import contextlib
import copy
import functools
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
import threading
from urllib.parse import quote

import filelock
import nbformat
import pytest

from tests.website.common import CELLS, EACH, without_widgets
from tools import ROOT
from tools.lab import headless_browser
from tools.notebooks import FOLDER, execute, paths, read
from tools.site import all_executed
from website import cards
from website.build import DRAWN, build
from website.page import page


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


@contextlib.contextmanager
def served(folder):
    """Serve a folder; yield its address."""
    handler = functools.partial(Quiet, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:  # or pytest would not end
            server.shutdown()


@pytest.fixture(scope="module")
def browser():
    with headless_browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    """Yield a function that serves the page of a notebook, and returns its address."""
    folder = tmp_path_factory.mktemp("pages")
    with served(folder) as root:

        def serve(notebook):
            name = f"{len(list(folder.iterdir()))}.html"
            (folder / name).write_text(page(notebook), encoding="utf-8")
            return root + name

        yield serve


@pytest.fixture(scope="package")
def one_of_each(tmp_path_factory):
    """Return an executed notebook with one of each widget."""
    cells = [nbformat.v4.new_markdown_cell("# One of each\n\n[Keras](https://keras.io), $x^2$")]
    cells += [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    execute(notebook, tmp_path_factory.mktemp("run"))
    return notebook


@pytest.fixture(scope="package")
def played():
    """Return notebook 0, executed."""
    notebook = read(FOLDER / "00_play.ipynb")
    execute(notebook, FOLDER)
    return notebook


@pytest.fixture(scope="package")
def address(site, one_of_each):
    """Return the address of a page with one of each widget."""
    return site(one_of_each)


@pytest.fixture(scope="package")
def course(one_of_each, played, tmp_path_factory):
    """Return the folder of the site; only the first and the last notebook have live widgets."""
    notebooks = {path.relative_to(ROOT).as_posix(): without_widgets(path) for path in paths()}
    picture = cards.drawn(notebooks[EACH], cards.PICTURES[Path(EACH).stem][0])
    each = copy.deepcopy(one_of_each)
    each.cells.append(nbformat.v4.new_code_cell("1", outputs=[picture], execution_count=1))
    notebooks |= {DRAWN: played, EACH: each}
    folder = tmp_path_factory.mktemp("built") / "a course"
    build(notebooks, folder)
    return folder


@pytest.fixture(scope="package")
def whole(tmp_path_factory):
    """Yield the address of the site with all its widgets, which takes long the first time."""
    kept = ROOT / "build" / "site-executed"
    kept.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(kept / ".lock"):  # the other processes of the suite want the same
        notebooks = all_executed(kept)
    folder = tmp_path_factory.mktemp("whole") / "site"
    build(notebooks, folder)
    with served(folder) as root:
        yield root


@pytest.fixture(scope="package")
def home(course):
    """Yield the address of the site, which is not at the root of its server."""
    with served(course.parent) as root:
        yield f"{root}{quote(course.name)}/"
