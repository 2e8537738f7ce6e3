"""Write the course as two zips: one for learners, and one for who teaches them.

usage: python -m tools.handout [FOLDER]        (default: build)

Learners get the notebooks without outputs and without a way to the solutions. Teachers get the
same and, in `teaching/`, the notebooks as they are stored, their solutions and the page for
teachers. What is in a zip depends on the files only: the same files give the same bytes.
"""

import io
from pathlib import Path, PurePosixPath
import re
import subprocess
import sys
import zipfile

from aehelpers import files
import nbformat

from tools import ROOT, notebooks

NAME = "beyond-labels"
INSTALLED = ("LICENSE", "constraints.txt", "pyproject.toml", "setup.py")
PAGES = ("docs/glossary.md", "docs/references.md", "docs/*.svg", "docs/*.png")
PATTERNS = ("aehelpers/", "requirements*.txt", *INSTALLED, *PAGES)
ENVIRONMENT = f"""\
name: {NAME}
channels:
  - conda-forge
dependencies:
  - python=3.12
  - pip
  - pip:
      - --constraint constraints.txt
      - --editable .
"""
TO_SOLUTIONS = re.compile(r"( · )?\[Solutions[^]]*\]\(solutions/[^)]*\)")
TO_TEACHERS = re.compile(rb"\[([^]]*)\]\(teaching\.md[^)]*\)")


def learners():
    """Return what learners get: a dict from names of files to their content, as bytes."""
    found = {name: (ROOT / name).read_bytes() for name in _tracked(*PATTERNS)}
    found |= {name: TO_TEACHERS.sub(rb"\1", found[name]) for name in found if name.endswith(".md")}
    found["README.md"] = (ROOT / "tools" / "handout.md").read_bytes()
    found["environment.yml"] = ENVIRONMENT.encode()
    for path in notebooks.chapters():
        found[f"notebooks/{path.name}"] = without_answers(notebooks.read(path))
    return found


def teachers():
    """Return what teachers get, in the same way: all of that, and what learners do not see."""
    stored = _tracked("notebooks/", "docs/", "README.md", "results/")
    return learners() | {f"teaching/{name}": (ROOT / name).read_bytes() for name in stored}


def without_answers(notebook):
    """Return a notebook without outputs and links to solutions, as the bytes of its file."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        else:
            cell.source = TO_SOLUTIONS.sub("", cell.source)
    return f"{nbformat.writes(notebook)}\n".encode()


def write(content, path):
    """Write a zip with these files, in one folder of its own; whole or not at all."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(content):
            entry = zipfile.ZipInfo(str(PurePosixPath(NAME, name)))  # with a fixed date
            entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, content[name])
    files.write_whole(path, buffer.getvalue())


def _tracked(*patterns):
    """Return the names of the files that git knows, of those that these patterns match."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, check=True
    )
    return sorted(filter(None, listed.stdout.decode().split("\0")))


def main(folder):
    """Write both zips, and say where they are."""
    for name, content in {"learners": learners(), "teachers": teachers()}.items():
        path = folder / f"{NAME}-{name}.zip"
        write(content, path)
        print(f"{path}: {len(content)} files, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(*sys.argv[1:]) if sys.argv[1:] else ROOT / "build")
