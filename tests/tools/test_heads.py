"""The address of the repository and the measured figures, each from one place."""

import os
from pathlib import Path
import shutil
import subprocess
import sys

import pytest

from tools import ROOT, heads


def test_every_head_and_the_readme_say_what_their_sources_say():
    for path, text in heads.written().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run make address"


@pytest.mark.skipif(not heads.figures(), reason="make bench has not measured the notebooks yet")
def test_every_notebook_is_measured_on_all_cores_and_on_one_and_leaves_binder_some_memory():
    measured = heads.figures()  # Binder gives 2 GB, and its server takes 0.2
    for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"):
        on_all, on_one = measured[path.stem]
        assert on_one["settings"]["cores"] == 1 < on_all["settings"]["cores"]
        assert max(on_all["peak_gb"], on_one["peak_gb"]) < 1.2, path


@pytest.fixture
def copy(tmp_path):
    """A copy of the files that the command writes."""
    for name in ("docs", "notebooks", "results", "tools", "website"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("README.md", "CITATION.cff", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def set_to(copy, *address):
    subprocess.run([sys.executable, "-m", "tools.heads", *address], cwd=copy, check=True)


def shown(folder):
    """Return the files in which an address may be seen, and their texts."""
    found = [folder / "README.md", folder / "CITATION.cff"]
    found += sorted((folder / "notebooks").rglob("[0-9]*.ipynb"))
    return {path.relative_to(folder): path.read_text(encoding="utf-8") for path in found}


NOWHERE = ("OWNER/", "mybinder.org/v2", "colab.research", "google.colab", "[![")


@pytest.mark.skipif(heads.address() is not None, reason="this course has an address")
def test_without_an_address_no_badge_and_no_link_leads_nowhere():
    for path, text in shown(ROOT).items():
        assert not [words for words in NOWHERE if words in text], path


def test_one_command_sets_the_address_everywhere_changes_it_and_takes_it_back(copy):
    before = shown(copy)
    set_to(copy, "someone/other-name", "trunk")
    for path, text in shown(copy).items():
        assert "someone/other-name" in text, path
    assert "gh/someone/other-name/trunk?labpath=notebooks%2F" in shown(copy)[Path("README.md")]
    project = (copy / "pyproject.toml").read_text(encoding="utf-8")
    assert "https://github.com/someone/other-name/tree/trunk" in project
    first = shown(copy)
    set_to(copy, "another/name")
    for path, text in shown(copy).items():
        assert "someone/other-name" not in text, path
        assert text.count("another/name") == first[path].count("someone/other-name")

    set_to(copy, "OWNER/beyond-labels")  # takes it back
    if heads.address() is None:
        last = shown(copy)
        assert all(last[path] == before[path] for path in before if path.suffix == ".ipynb")


@pytest.mark.parametrize("wrong", ["name", "https://github.com/a/b", "a b/c", ""])
def test_a_wrong_address_changes_nothing(tmp_path, monkeypatch, wrong):
    monkeypatch.setattr(heads, "ROOT", tmp_path)
    project = Path(shutil.copy(ROOT / "pyproject.toml", tmp_path))
    with pytest.raises(SystemExit, match="expected OWNER/REPOSITORY"):
        heads.set_address(wrong)
    assert project.read_bytes() == (ROOT / "pyproject.toml").read_bytes()


def test_the_first_cell_fetches_the_course_where_colab_is(tmp_path):
    """Colab is an IPython with a module named google.colab, and nothing of the course."""
    repository, branch = "someone/course", "main"
    mirror = tmp_path / "mirror"
    subprocess.run(["git", "init", "--quiet", "--initial-branch", branch, mirror], check=True)
    for name in ("aehelpers", "requirements.txt"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, mirror / name)
    git = ["git", "-C", mirror, "-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "--quiet", "-m", "course"], check=True)
    (tmp_path / "bin").mkdir()
    pip = tmp_path / "bin" / "pip"
    pip.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/pip-arguments\n', encoding="utf-8")
    pip.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{mirror}.insteadOf",
        "GIT_CONFIG_VALUE_0": f"https://github.com/{repository}",
    }
    before = "import sys, types; sys.modules['google.colab'] = types.ModuleType('colab')"
    after = "import aehelpers, os; print(aehelpers.__file__, os.getcwd())"
    cells = [before, heads.COLAB.format(repository=repository, branch=branch), after]
    said = subprocess.run(
        [sys.executable, "-m", "IPython", "--no-banner", "-c", "\n".join(cells)],
        **dict(check=True, capture_output=True, encoding="utf-8", cwd=tmp_path, env=environment),
    ).stdout
    course = tmp_path / "course"
    assert said.split()[-2:] == [str(course / "aehelpers" / "__init__.py"), str(course)]
    installed = (tmp_path / "pip-arguments").read_text(encoding="utf-8").split()
    assert "anywidget" in installed
    assert not [name for name in installed if name.startswith(("tensorflow", "jupyterlab"))]
