"""What `pip install` puts on a machine that has no clone of the course: sdist and wheel."""

import os
from pathlib import Path
import shutil
import subprocess
import sys
import zipfile

import pytest

ROOT = Path(__file__).parents[1]
PROJECT_FILES = (
    "pyproject.toml",
    "README.md",
    "LICENSE",
    *map(str, ROOT.glob("requirements*.txt")),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder far from the repository, with the unpacked wheel that the sdist gives."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(
        ROOT / "aehelpers", source / "aehelpers", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in PROJECT_FILES:
        shutil.copy(ROOT / name, source)
    build = f"from setuptools import build_meta; build_meta.build_sdist({str(folder)!r})"
    subprocess.run([sys.executable, "-c", build], check=True, cwd=source)
    (sdist,) = folder.glob("*.tar.gz")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps"]
    subprocess.run(
        [*pip, "--no-build-isolation", "--wheel-dir", folder / "dist", sdist], check=True
    )
    (wheel,) = (folder / "dist").iterdir()
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def test_the_wheel_has_every_file_of_the_package_and_the_licences(site):
    def inside(folder):
        paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
        hidden = (".", "__pycache__")
        return {str(path) for path in paths if not any(p.startswith(hidden) for p in path.parts)}

    assert inside(site / "aehelpers") == inside(ROOT / "aehelpers")
    (licences,) = site.glob("*.dist-info/licenses")
    datasets = Path("aehelpers", "datasets")
    of_data = {str(datasets / name) for name in ("LICENSE-fashion_mnist.txt", "README.md")}
    assert inside(licences) == {"LICENSE", *of_data}
    (settings,) = site.glob("*.data/data/share/jupyter/lab/settings/overrides.d/*.json")
    assert (site / datasets / "letters_fonts.csv").read_bytes()
    assert settings.read_bytes() == (ROOT / "aehelpers/jupyterlab/aehelpers.json").read_bytes()


def test_notebooks_find_all_they_read(site, tmp_path):
    code = (
        "from aehelpers import data, widgets\n"
        "from aehelpers.experiments import design, plan, results\n"
        "assert widgets.__file__.startswith(SITE), widgets.__file__\n"
        "assert widgets.Guess('q', ['a', 'b'])._esm\n"
        "for name in *design.EXPERIMENTS, *plan.PLANS:\n"
        "    assert results.read(name)\n"
        "for name in data.CLASS_NAMES:\n"
        "    (x_train, y_train), _ = data.load(name)\n"
        "    assert x_train.shape == (len(y_train), 28, 28)\n"
        "    assert set(y_train) == set(range(len(data.class_names(name))))\n"
    )
    subprocess.run(
        [sys.executable, "-c", f"SITE = {str(site)!r}\n{code}"],
        check=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(site)},
    )
