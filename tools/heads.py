"""Write what stands in README, CITATION.cff and every notebook's head, each from its one source.

usage: python -m tools.heads [OWNER/REPOSITORY [BRANCH]]

The public address stands in pyproject.toml, at project.urls.Repository; with an argument it is set
there first. From it come the badges, the cell that installs the course in Colab, and the address in
CITATION.cff. From the results of `make bench` come the seconds and the memory of each notebook, and
for the README what was measured against the article's code and a tutorial.
"""

import os
from pathlib import Path
import re
import sys
import textwrap
import tomllib

from aehelpers import files
import nbformat

from tools import ROOT, reports
from tools.notebooks import chapters, paths, read

ADDRESS = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+)/tree/([\w./-]+)")
UNMEASURED = "The last cell prints"

COLAB = """\
import sys

if "google.colab" in sys.modules:  # Colab opens this file alone, so it fetches the course here
    !git clone --quiet --depth 1 --branch {branch} https://github.com/{repository} course
    %cd course
    !grep -vE "^(tensorflow|jupyterlab)" requirements.txt | xargs pip install --quiet"""


def address():
    """Return ("owner/repository", "branch") from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return ADDRESS.fullmatch(project["urls"]["Repository"]).groups()


def set_address(repository, branch="main"):
    """Write another address into pyproject.toml."""
    new = f"https://github.com/{repository}/tree/{branch}"
    if not ADDRESS.fullmatch(new):
        sys.exit(f"{repository!r} on {branch!r} is no address; expected OWNER/REPOSITORY BRANCH")
    path = ROOT / "pyproject.toml"
    _replace(path, ADDRESS.sub(new, path.read_text(encoding="utf-8")))


def badges(path, folder):
    """Return the two badges of one notebook, in Markdown; `folder` is where docs/ is seen from."""
    repository, branch = address()
    inside = path.relative_to(ROOT).as_posix()
    binder = (
        f"https://mybinder.org/v2/gh/{repository}/{branch}?labpath={inside.replace('/', '%2F')}"
    )
    colab = f"https://colab.research.google.com/github/{repository}/blob/{branch}/{inside}"
    pictures = Path(os.path.relpath(ROOT / "docs", folder)).as_posix()
    return (
        f"[![Open this notebook in Binder]({pictures}/binder.svg)]({binder}) "
        f"[![Open this notebook in Colab]({pictures}/colab.svg)]({colab})"
    )


def citation(text):
    """Return CITATION.cff with the address of the repository."""
    line = f"repository-code: https://github.com/{address()[0]}"
    return re.sub("^repository-code: .*", line, text, flags=re.MULTILINE)


def figures():
    """Return for each notebook's name its rows on all cores and on one."""
    return reports.by_cores(reports.stored("notebooks"))


def sentence(rows):
    """Return in words what was measured of one notebook."""
    if not rows:
        return f"{UNMEASURED} the seconds of computing."
    numbers = [f"{row['seconds']:.0f} s and {row['peak_gb']:.2f} GB" for row in rows]
    most = f"{numbers[0]} at most on {_cores(rows[0])}"
    return f"Measured, computing with nothing in the cache: {most}, {numbers[1]} on one."


def _cores(row):
    n = row["settings"]["cores"]
    return "one processor core" if n == 1 else f"{n} processor cores"


def head(notebook, path, rows):
    """Put badges, Colab cell and measured figures into a notebook."""
    repository, branch = address()
    title = notebook.cells[0]
    lines = [line for line in title.source.splitlines() if not line.startswith("[![")]
    at = next(i for i, line in enumerate(lines) if line.startswith("*Beyond Labels*")) + 1
    rest = "\n".join(lines[at:]).lstrip("\n")
    title.source = "\n".join(lines[:at]) + f"\n\n{badges(path, path.parent)}\n\n{rest}"
    title.source = re.sub(f"({UNMEASURED}|Measured).*", sentence(rows), title.source)
    source = COLAB.format(repository=repository, branch=branch)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    if "google.colab" in first.source:
        first.source = source
    else:
        notebook.cells.insert(1, nbformat.v4.new_code_cell(source))


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
        f"| notebook | {most} | | one | |",
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
    table = reports.trainings(trainings)
    lines = [table.headings, ["---", *["--:"] * (len(table.headings) - 1)], *table.rows]
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
    lines = [f"| {' | '.join(cells)} |" for cells in lines]
    new = "\n".join([*lines, "", textwrap.fill(sentence, 104), "", picture])
    return _between(text, "speed measured", new)


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
    measured = figures()
    texts = {ROOT / "README.md": speed(readme((ROOT / "README.md").read_text(encoding="utf-8")))}
    path = ROOT / "CITATION.cff"
    texts[path] = citation(path.read_text(encoding="utf-8"))
    for path in paths():
        notebook = read(path)
        head(notebook, path, measured.get(path.stem))
        texts[path] = nbformat.writes(notebook) + "\n"
    return texts


def write():
    """Bring README and notebooks up to date with their sources."""
    for path, text in written().items():
        _replace(path, text)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        set_address(*sys.argv[1:])
    write()
