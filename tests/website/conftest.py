"""Pages served on this machine; among them one with one of each widget."""

import functools
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
import threading

import nbformat
import pytest

from tests.website.common import CELLS
from tools.notebooks import execute
from website.page import page


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    """Yield a function that serves the page of a notebook, and returns its address."""
    folder = tmp_path_factory.mktemp("site")
    handler = functools.partial(Quiet, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()

        def serve(notebook):
            name = f"{len(list(folder.iterdir()))}.html"
            (folder / name).write_text(page(notebook), encoding="utf-8")
            return f"http://127.0.0.1:{server.server_port}/{name}"

        yield serve
        server.shutdown()


@pytest.fixture(scope="package")
def address(site, tmp_path_factory):
    """Return the address of a page with one of each widget."""
    cells = [nbformat.v4.new_markdown_cell("# One of each\n\n[Keras](https://keras.io), $x^2$")]
    cells += [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    execute(notebook, tmp_path_factory.mktemp("run"))
    return site(notebook)
