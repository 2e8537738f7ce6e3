"""What happens when the course is started as README.md says."""

import json
from pathlib import Path
import subprocess
import sysconfig
from urllib.parse import unquote, urlsplit

import pytest

from tools import notebooks
from tools.lab import ROOT, browser_page, chromium, command_blocks, copy_course, lab

FIRST = "notebooks/00_play.ipynb"
SETTINGS = "aehelpers/jupyterlab/aehelpers.json"
NOTEBOOKS = [path.relative_to(ROOT) for path in notebooks.paths()]


def in_chromium(test):
    skip = pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")
    return pytest.mark.browser(skip(test))


def test_windows_gets_the_command_that_make_runs(tmp_path):
    copy_course(tmp_path / "course")
    command = ["make", "--no-print-directory", "--silent", "--dry-run", "lab"]
    made = subprocess.run(
        command, cwd=tmp_path / "course", capture_output=True, text=True, encoding="utf-8"
    )
    (block,) = (block for block in command_blocks() if block[0].startswith("py "))
    typed = block[-1].replace("\\", "/").replace("/Scripts/", "/bin/")
    assert typed.split() == made.stdout.split()


def test_the_settings_of_jupyterlab_are_installed():
    installed = "share/jupyter/lab/settings/overrides.d/aehelpers.json"
    text = (Path(sysconfig.get_path("data")) / installed).read_text(encoding="utf-8")
    assert json.loads(text) == json.loads((ROOT / SETTINGS).read_text(encoding="utf-8"))


# --- In JupyterLab ---

SHOWN = ".jp-Document:not(.lm-mod-hidden)"

# Whether all that a document has is in the page: its Markdown with links as JupyterLab resolves
# them, and its pictures.
COMPLETE = """([document_, cells]) => {
    const texts = [...document_.querySelectorAll('.jp-RenderedMarkdown')];
    const links = [...document_.querySelectorAll('.jp-RenderedHTMLCommon a[href]')];
    const pictures = [...document_.querySelectorAll('img')];
    return texts.filter(text => text.childElementCount).length === cells
        && links.every(link => /^(#|https?:|$)/.test(link.getAttribute('href')))
        && pictures.every(picture => picture.complete);
}"""
BROKEN = """document_ => [...document_.querySelectorAll('img')]
    .filter(picture => !picture.naturalWidth)
    .map(picture => picture.alt || picture.outerHTML.slice(0, 200))"""
LINKS = """document_ => [...document_.querySelectorAll('.jp-RenderedHTMLCommon a[href]')]
    .map(link => link.getAttribute('href'))"""
PLACES = """document_ => [...document_.querySelectorAll('[data-jupyter-id], [id]')]
    .map(element => element.dataset.jupyterId ?? element.id)"""


@pytest.fixture(scope="module")
def running():
    with lab() as started:
        yield started


@in_chromium
def test_the_printed_address_opens_notebook_0_and_no_news(running):
    with browser_page() as page:
        asked = []
        page.on("request", lambda request: asked.append(urlsplit(request.url).path))
        page.goto(running.start)
        running.wait_for_notebook(page)
        running.wait_for_kernel(page)
        page.wait_for_load_state("networkidle")
        assert urlsplit(page.url).path == f"/lab/tree/{FIRST}"
        assert page.locator(f"{SHOWN} h1").inner_text().startswith(title(running, FIRST))
        assert page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts() == []
        assert "/lab/api/settings" in asked
        assert not {"/lab/api/news", "/lab/api/update"} & set(asked)


def title(running, path):
    """Return the first heading of a document of the course."""
    text = (running.course / path).read_text(encoding="utf-8")
    if path.endswith(".ipynb"):
        text = "".join(json.loads(text)["cells"][0]["source"])
    return text.partition("\n")[0].removeprefix("# ")


def n_texts(running, path):
    """Return in how many pieces JupyterLab shows the Markdown of a document."""
    if not path.endswith(".ipynb"):
        return 1
    notebook = json.loads((running.course / path).read_text(encoding="utf-8"))
    outputs = [o for cell in notebook["cells"] for o in cell.get("outputs", ())]
    return sum(cell["cell_type"] == "markdown" for cell in notebook["cells"]) + sum(
        "text/markdown" in output.get("data", ()) for output in outputs
    )


def show(page, running, path):
    """Bring a document that is open to the front; return it when all of it is there."""
    tab = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")
    tab.and_(page.locator(f"[title*='Path: {path}']")).click()
    shown = page.locator(SHOWN)
    heading = shown.locator("h1", has_text=title(running, path))
    heading.first.wait_for()
    page.wait_for_function(COMPLETE, arg=[shown.element_handle(), n_texts(running, path)])
    return shown


def fault(running, page, link):
    """Return what is wrong with where a link leads, or None."""
    address = urlsplit(link)
    if link.startswith("#"):
        return None
    if not link.startswith(running.address):  # not asked for: tests stay on this machine
        good = address.scheme == "https" and "." in (address.hostname or "")
        return None if good else "no address"
    if not address.path.startswith("/files/"):
        return "leaves the course"
    status = page.request.get(link).status
    return None if status == 200 else f"answers {status}"


@in_chromium
def test_every_link_and_picture_works_for_who_clicks_from_notebook_0_on(running):
    """Every document of the course is opened by a click on a link in another one."""
    faults, places, to_places, n_pictures = [], {}, [], 0
    to_visit, answers = [FIRST], {}
    with browser_page(width=2400) as page:
        page.goto(running.start)
        running.wait_for_notebook(page)
        for path in to_visit:  # it grows
            shown = show(page, running, path)
            places[path] = shown.evaluate(PLACES)
            if not path.startswith(("notebooks/", "docs/")):  # README.md, for GitHub
                continue
            faults += [f"{path}: {picture} is broken" for picture in shown.evaluate(BROKEN)]
            n_pictures += shown.locator("img").count()
            for number, link in enumerate(shown.evaluate(LINKS)):
                if link not in answers:
                    answers[link] = fault(running, page, link)
                if answers[link]:
                    faults.append(f"{path}: {link} {answers[link]}")
                    continue
                if link.startswith("https:"):
                    continue
                address = urlsplit(link)
                other = unquote(address.path.removeprefix("/files/")) or path
                to_places += [(path, other, unquote(address.fragment))] * bool(address.fragment)
                if other not in to_visit:
                    show(page, running, path)
                    shown.locator(".jp-RenderedHTMLCommon a[href]").nth(number).click()
                    show(page, running, other)
                    to_visit.append(other)
    faults += [
        f"{path}: there is no #{place} in {other}"
        for path, other, place in to_places
        if place not in places[other]
    ]
    assert faults == [], "\n".join(faults)
    assert n_pictures > len(NOTEBOOKS)
    assert {path.as_posix() for path in NOTEBOOKS} <= set(to_visit)
    assert {"docs/glossary.md", "docs/references.md"} <= set(to_visit)
