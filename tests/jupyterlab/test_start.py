"""What happens when the course is started as README.md says, and is read from there on."""

import contextlib
import json
from pathlib import Path
import subprocess
import sysconfig
from urllib.parse import unquote, urlsplit

from playwright.sync_api import TimeoutError

from tests.page_checks import barriers, in_chromium
from tools import notebooks
from tools.lab import ROOT, command_blocks, copy_course

FIRST = "notebooks/00_play.ipynb"
SETTINGS = "aehelpers/jupyterlab/aehelpers.json"
NOTEBOOKS = [path.relative_to(ROOT) for path in notebooks.paths()]


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
WIDE = {"width": 2400, "height": 1000}  # with all tabs beside one another
ZOOMED = {"width": 600, "height": 900}  # as a page measures a window of 1200 x 1800 at 200 %

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
# Whatever reaches beyond the right edge of the cell or output that holds it.
CUT_OFF = """notebook => {
    const boxes = notebook.querySelectorAll('.jp-RenderedMarkdown, .jp-OutputArea-output');
    return [...boxes].flatMap(box => {
        const edge = box.getBoundingClientRect().right + 1;
        return [...box.querySelectorAll('p, li, h1, h2, h3, table, code, img, canvas, mjx-math')]
            .filter(part => part.getBoundingClientRect().right > edge)
            .map(part => part.outerHTML.slice(0, 200));
    });
}"""


# Formulas are typeset, fonts are there, and nothing is cut off: a notebook comes to that when it
# has been laid out without the file browser.
SETTLED = f"""notebook => [...notebook.querySelectorAll('.jp-RenderedMarkdown')].every(text => {{
    const prose = text.cloneNode(true);
    prose.querySelectorAll('code, mjx-container').forEach(part => part.remove());
    return !/[$][^$]+[$]/.test(prose.textContent);
}}) && document.fonts.status === 'loaded' && ({CUT_OFF})(notebook).length === 0"""


@in_chromium
def test_the_printed_address_opens_notebook_0_and_no_news(jupyter, page):
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(jupyter.start)
    jupyter.wait_for_notebook(page)
    jupyter.wait_for_kernel(page)
    page.wait_for_load_state("networkidle")
    assert urlsplit(page.url).path == f"/lab/tree/{FIRST}"
    assert page.locator(f"{SHOWN} h1").inner_text().startswith(title(jupyter, FIRST))
    assert page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts() == []
    assert "/lab/api/settings" in asked
    assert not {"/lab/api/news", "/lab/api/update"} & set(asked)


def title(jupyter, path):
    """Return the first heading of a document of the course."""
    text = (jupyter.course / path).read_text(encoding="utf-8")
    if path.endswith(".ipynb"):
        text = "".join(json.loads(text)["cells"][0]["source"])
    return text.partition("\n")[0].removeprefix("# ")


def n_texts(jupyter, path):
    """Return in how many pieces JupyterLab shows the Markdown of a document."""
    if not path.endswith(".ipynb"):
        return 1
    notebook = notebooks.read(jupyter.course / path)
    outputs = [o for cell in notebooks.code_cells(notebook) for o in cell.outputs]
    in_cells = len(notebook.cells) - len(notebooks.code_cells(notebook))
    return in_cells + sum("text/markdown" in output.get("data", ()) for output in outputs)


def show(page, jupyter, path):
    """Bring a document that is open to the front; return it when all of it is there."""
    tab = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")
    tab.and_(page.locator(f"[title*='Path: {path}']")).click()
    shown = page.locator(SHOWN)
    heading = shown.locator("h1", has_text=title(jupyter, path))
    heading.first.wait_for()
    page.wait_for_function(COMPLETE, arg=[shown.element_handle(), n_texts(jupyter, path)])
    return shown


def fault(jupyter, page, link):
    """Return what is wrong with where a link leads, or None."""
    address = urlsplit(link)
    if link.startswith("#"):
        return None
    if not link.startswith(jupyter.address):  # not asked for: tests stay on this machine
        good = address.scheme == "https" and "." in (address.hostname or "")
        return None if good else "no address"
    if not address.path.startswith("/files/"):
        return "leaves the course"
    status = page.request.get(link).status
    return None if status == 200 else f"answers {status}"


def kept_out(page, document):
    """Return what keeps people out of a stored notebook, at 200 % zoom."""
    page.set_viewport_size(ZOOMED)
    pictures = document.locator(".jp-OutputArea-output img")
    alts = pictures.evaluate_all("all => all.map(image => image.alt)")
    badges = document.locator(".jp-RenderedMarkdown img:not([alt]), .jp-RenderedMarkdown [alt='']")
    with contextlib.suppress(TimeoutError):
        page.wait_for_function(SETTLED, arg=document.element_handle())
    found = [*barriers(page), *document.evaluate(CUT_OFF)]
    found += [alt for alt in alts if len(alt) <= 30]
    found += badges.evaluate_all("all => all.map(image => image.outerHTML)")
    page.set_viewport_size(WIDE)
    return found


@in_chromium
def test_everyone_can_read_all_of_the_course_by_clicking_from_notebook_0_on(jupyter, page):
    """Every document is opened by a click on a link in another one; links and pictures work."""
    faults, places, to_places, n_pictures = [], {}, [], 0
    to_visit, answers = [FIRST], {}
    page.set_viewport_size(WIDE)
    page.goto(jupyter.start)
    jupyter.wait_for_notebook(page)
    page.keyboard.press("Control+b")  # hides the file browser
    page.locator("#jp-left-stack").wait_for(state="hidden")
    for path in to_visit:  # it grows
        document = show(page, jupyter, path)
        places[path] = document.evaluate(PLACES)
        if not path.startswith(("notebooks/", "docs/")):  # README.md, for GitHub
            continue
        faults += [f"{path}: {picture} is broken" for picture in document.evaluate(BROKEN)]
        n_pictures += document.locator("img").count()
        if path.startswith("notebooks/"):
            faults += [f"{path}: {what}" for what in kept_out(page, document)]
        for number, link in enumerate(document.evaluate(LINKS)):
            if link not in answers:
                answers[link] = fault(jupyter, page, link)
            if answers[link]:
                faults.append(f"{path}: {link} {answers[link]}")
                continue
            if link.startswith("https:"):
                continue
            address = urlsplit(link)
            other = unquote(address.path.removeprefix("/files/")) or path
            to_places += [(path, other, unquote(address.fragment))] * bool(address.fragment)
            if other not in to_visit:
                show(page, jupyter, path)
                document.locator(".jp-RenderedHTMLCommon a[href]").nth(number).click()
                show(page, jupyter, other)
                to_visit.append(other)
    faults += [
        f"{path}: there is no #{place} in {other}"
        for path, other, place in to_places
        if place not in places[other]
    ]
    assert faults == [], "\n".join(faults)
    assert n_pictures > len(NOTEBOOKS)
    documents = [path.as_posix() for path in NOTEBOOKS]
    assert {*documents, "docs/glossary.md", "docs/references.md"} <= set(to_visit)
