"""The zips for a class hold what each needs, and the learners' one works where nothing else is."""

import os
import re
import subprocess
import sys
import zipfile

import nbformat
import pytest
import yaml

from tools import ROOT, handout

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


@pytest.fixture(scope="module")
def unzipped(tmp_path_factory):
    """The folder of the learners' zip, unzipped where nothing else is."""
    folder = tmp_path_factory.mktemp("class")
    handout.write(handout.learners(), folder / "learners.zip")
    zipfile.ZipFile(folder / "learners.zip").extractall(folder)
    return folder / handout.NAME


def prose_of(path):
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def test_learners_get_no_output_and_no_solution(unzipped):
    paths = sorted(unzipped.glob("notebooks/**/*"))
    assert [path.name for path in paths] == [path.name for path in handout.notebooks.chapters()]
    for path in paths:
        cells = nbformat.read(path, as_version=4).cells
        code = [cell for cell in cells if cell.cell_type == "code"]
        assert not any(cell.outputs or cell.execution_count for cell in code)
        assert "solutions/" not in prose_of(path)


def test_every_link_of_the_learners_leads_to_something_that_they_have(unzipped):
    pages = [*unzipped.glob("*.md"), *unzipped.glob("docs/*.md"), *unzipped.glob("notebooks/*")]
    links = [(page, link) for page in pages for link in LINK.findall(prose_of(page))]
    inside = [(page, link) for page, link in links if not re.match(r"https?:|mailto:", link)]
    assert len(inside) > 100
    assert [link for page, link in inside if not (page.parent / link).exists()] == []


def test_the_environment_is_the_course_with_the_locked_versions(unzipped):
    environment = yaml.safe_load((unzipped / "environment.yml").read_text(encoding="utf-8"))
    *_, pip = environment["dependencies"]
    assert pip == {"pip": ["--constraint constraints.txt", "--editable ."]}
    for name in ("constraints.txt", "pyproject.toml", "setup.py", "requirements.txt"):
        assert (unzipped / name).read_bytes() == (ROOT / name).read_bytes()


def test_a_notebook_runs_in_the_folder_of_the_learners(unzipped):
    code = (
        "import aehelpers, sys; from pathlib import Path\n"
        "assert Path(aehelpers.__file__).is_relative_to(Path.cwd()), aehelpers.__file__\n"
        "sys.path.append(sys.argv[1])\n"
        "from tools import notebooks\n"
        "notebooks.run(Path('notebooks/00_play.ipynb'))\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, ROOT],
        check=True,
        cwd=unzipped,
        env=os.environ | {"PYTHONPATH": str(unzipped)},
    )
    cells = nbformat.read(unzipped / "notebooks/00_play.ipynb", as_version=4).cells
    assert any(cell.get("outputs") for cell in cells)


def test_the_command_writes_both_and_teachers_get_the_solutions(unzipped, tmp_path):
    command = [sys.executable, "-m", "tools.handout", tmp_path]
    said = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", cwd=ROOT)
    paths = sorted(tmp_path.iterdir())
    names = ["beyond-labels-learners.zip", "beyond-labels-teachers.zip"]
    assert [path.name for path in paths] == names
    assert all(name in said.stdout for name in names)
    # The same files give the same bytes, whenever that is.
    assert paths[0].read_bytes() == (unzipped.parent / "learners.zip").read_bytes()
    learners, teachers = map(zipfile.ZipFile, paths)
    assert set(learners.namelist()) < set(teachers.namelist())
    inside = f"{handout.NAME}/teaching"
    assert f"{inside}/docs/teaching.md" in teachers.namelist()
    for path in (ROOT / "notebooks" / "solutions").glob("*.ipynb"):
        assert teachers.read(f"{inside}/notebooks/solutions/{path.name}") == path.read_bytes()
