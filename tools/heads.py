"""Write what stands in README, docs, CITATION.cff and notebooks' heads, each from its one source.

usage: python -m tools.heads [OWNER/REPOSITORY [BRANCH]]

The public address stands in pyproject.toml, at project.urls.Repository; with an argument it is set
there first. From it come the badges, the cell that installs the course in Colab, and the address in
CITATION.cff; none of them is there as long as nobody has set it. From the results of `make bench`
come the seconds and the memory of each notebook, and for the README what was measured against the
article's code and a tutorial.
"""

import os
from pathlib import Path
import re
import sys
import textwrap

from aehelpers import files
import nbformat

from tools import ROOT, reports
from tools.notebooks import chapters, code_cells, paths, read
from website import cells, texts

UNMEASURED = "Not yet measured"

COLAB = """\
import sys

if "google.colab" in sys.modules:  # Colab opens this file alone, so it fetches the course here
    !git clone --quiet --depth 1 --branch {branch} https://github.com/{repository} course
    %cd course
    !grep -vE "^(tensorflow|jupyterlab)" requirements.txt | xargs pip install --quiet"""


def address():
    """Return ("owner/repository", "branch") from pyproject.toml; None if nobody has set it."""
    return texts.address((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def set_address(repository, branch="main"):
    """Write another address into pyproject.toml."""
    new = f"https://github.com/{repository}/tree/{branch}"
    if not texts.ADDRESS.fullmatch(new):
        sys.exit(f"{repository!r} on {branch!r} is no address; expected OWNER/REPOSITORY BRANCH")
    path = ROOT / "pyproject.toml"
    _replace(path, texts.ADDRESS.sub(new, path.read_text(encoding="utf-8")))


def badges(path, folder):
    """Return the badges of one notebook, in Markdown; `folder` is where docs/ is seen from."""
    pictures = Path(os.path.relpath(ROOT / "docs", folder)).as_posix()
    return " ".join(
        f"[![Open this notebook in {name}]({pictures}/{name.lower()}.svg)]({link})"
        for name, link in texts.places(path.relative_to(ROOT).as_posix(), address()).items()
    )


def citation(text):
    """Return CITATION.cff with the address of the repository."""
    others = [line for line in text.splitlines() if not line.startswith("repository-code: ")]
    if known := address():
        others.append(f"repository-code: https://github.com/{known[0]}")
    return "\n".join(others) + "\n"


def figures():
    """Return for each notebook's name its rows on all cores and on one."""
    return reports.by_cores(reports.stored("notebooks"))


def sentence(rows):
    """Return in words what was measured of one notebook."""
    if not rows:
        return f"{UNMEASURED}."
    numbers = [f"{row['seconds']:.0f} s and {row['peak_gb']:.2f} GB" for row in rows]
    most = f"{numbers[0]} at most on {_cores(rows[0])}"
    return f"Measured, computing with nothing in the cache: {most}, {numbers[1]} on one."


def _cores(row):
    n = row["settings"]["cores"]
    return "one processor core" if n == 1 else f"{n} processor cores"


def head(notebook, path, rows):
    """Put badges, Colab cell and measured figures into a notebook."""
    title = notebook.cells[0]
    lines = [line for line in title.source.splitlines() if not line.startswith("[![")]
    at = next(i for i, line in enumerate(lines) if line.startswith("*Beyond Labels*")) + 1
    rest = "\n".join(lines[at:]).lstrip("\n")
    parts = ["\n".join(lines[:at]), badges(path, path.parent), rest]
    title.source = "\n\n".join(filter(None, parts))
    title.source = re.sub(
        f"({UNMEASURED}|The last cell prints|Measured).*", sentence(rows), title.source
    )
    notebook.cells = [cell for cell in notebook.cells if cells.COLAB not in cell.source]
    if known := address():
        source = COLAB.format(repository=known[0], branch=known[1])
        cell = nbformat.v4.new_code_cell(source, id="cell-colab", execution_count=1)
        notebook.cells.insert(1, cell)
    _count(notebook)


def _count(notebook):
    """Number the cells of an executed notebook as if that cell had been run or not been there."""
    run = [cell for cell in code_cells(notebook) if cell.execution_count]
    for number, cell in enumerate(run, 1):
        for counted in (cell, *(o for o in cell.outputs if o.output_type == "execute_result")):
            counted.execution_count = number


def readme(text):
    """Return the README with its badges and its table of seconds and memory."""
    text = _between(text, "badges", badges(chapters()[0], ROOT))
    measured = figures()
    if not measured:  # before the first `make bench`
        return _between(text, "notebooks measured", "")
    most = _cores(next(iter(measured.values()))[0])
    lines = [
        "Seconds of computing in a fresh kernel with nothing in the cache, and the largest memory",
        "of that kernel, as `make bench` measured them, in one run each. On one core, as many",
        "notebooks ran side by side as there are cores:",
        "",
        f"| notebook | {most} | memory | one core | memory |",
        "| --- | --: | --: | --: | --: |",
    ]
    for name, rows in sorted(measured.items()):
        numbers = " | ".join(f"{r['seconds']:.0f} s | {r['peak_gb']:.2f} GB" for r in rows)
        lines.append(f"| {name} | {numbers} |")
    return _between(text, "notebooks measured", "\n".join(lines))


def speed(text):
    """Return the README with what the benchmarks of training found."""
    trainings, limits, growth = map(reports.stored, ("trainings", "limit", "growth"))
    if not (trainings and limits and growth):
        return _between(text, "speed measured", "")
    machine = trainings[0]["settings"]["machine"]
    times = " and ".join(
        f"{reports.spread(row['times_the_least'], 2)} times as long with batches of "
        f"{row['settings']['batch']:,}"
        for row in sorted(limits, key=lambda row: row["settings"]["batch"])
    )
    sentence = (
        f"Measured on {machine['processor']}, {machine['cores']} cores: median (range) of three "
        "trainings each, and their largest peak. Against its matrix products alone, at the "
        f"machine's best rate, an update of a network of the article's sizes takes {times}."
    )
    picture = f"![{reports.growth_figure(growth).alt}](docs/growth.png)"
    lines = _markdown(reports.trainings(trainings))
    new = "\n".join([*lines, "", textwrap.fill(sentence, 104), "", picture])
    return _between(text, "speed measured", new)


def teaching(text):
    """Return the teachers' page with what was measured of learners on one hub."""
    rows = reports.stored("hub")
    if not rows:
        return _between(text, "hub measured", "")
    machine = rows[0]["machine"]
    classes = reports.by_learners(rows)
    most = max(n for n, _ in classes)
    each = max(
        one["kernel_mb"] + one["server_mb"]
        for (n, _), notebooks in classes.items()
        if n == most
        for one in notebooks.values()
    )
    sentence = (
        f"Measured on {machine['processor']}, {machine['cores']} cores. Thirty who train at once "
        f"would need {30 * each / 1000:.0f} GB: thirty times the most that one took when the class "
        "was largest."
    )
    lines = [*_markdown(reports.hub(rows)), "", textwrap.fill(sentence, 110)]
    return _between(text, "hub measured", "\n".join(lines))


def _markdown(table):
    """Return the lines of a table in Markdown; numbers stand on the right."""
    lines = [table.headings, ["---", *["--:"] * (len(table.headings) - 1)], *table.rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _between(text, name, new):
    """Return the text with another content between the two marks of this name."""
    begin, end = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
    before, rest = text.split(begin)
    return before + begin + new + end + rest.split(end, 1)[1]


def _replace(path, text):
    """Write a file anew, whole or not at all, if the text is another one."""
    if path.read_text(encoding="utf-8") != text:
        files.write_whole(path, text.encode())


def written():
    """Return for each file what has to stand in it."""
    pages = {"README.md": lambda text: speed(readme(text)), "docs/teaching.md": teaching}
    pages |= {"CITATION.cff": citation}
    found = {ROOT / name: page((ROOT / name).read_text("utf-8")) for name, page in pages.items()}
    measured = figures()
    for path in paths():
        notebook = read(path)
        head(notebook, path, measured.get(path.stem))
        found[path] = nbformat.writes(notebook) + "\n"
    return found


def write():
    """Bring README and notebooks up to date with their sources."""
    for path, text in written().items():
        _replace(path, text)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        set_address(*sys.argv[1:])
    write()
