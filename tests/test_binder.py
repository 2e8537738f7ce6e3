"""What mybinder.org would build, without Docker, and the same steps done here."""

import contextlib
import os
from pathlib import Path
import shutil
import subprocess

import pytest

ROOT = Path(__file__).parents[1]
VERSION = (
    (ROOT / "binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
)


def test_the_build_is_python_and_leaves_the_rest_to_post_build():
    from repo2docker.app import Repo2Docker

    with contextlib.chdir(ROOT):
        app = Repo2Docker()
        packs = [pack(app.base_image) for pack in app.buildpacks]
        pack = next(pack for pack in packs if pack.detect())
        pack.platform = "linux/amd64"
        arguments = {"NB_USER": "jovyan", "NB_UID": "1000", "REPO_DIR": "/home/jovyan"}
        dockerfile = pack.render(arguments)
    assert type(pack).__name__ == "PythonBuildPack"
    assert pack.python_version == VERSION
    assert pack.binder_dir == "binder"
    assert "RUN ./binder/postBuild" in dockerfile
    assert "requirements.txt" not in dockerfile  # one layer installs and cuts


def test_binder_installs_the_one_list_with_the_one_lock():
    post_build = ROOT / "binder" / "postBuild"
    installed = [
        line
        for line in post_build.read_text(encoding="utf-8").splitlines()
        if "pip install" in line
    ]
    assert "--constraint constraints.txt --requirement requirements.txt" in installed[0]
    assert "--no-deps --editable ." in installed[1]
    assert len(installed) == 2
    assert os.access(post_build, os.X_OK)
    assert VERSION in ("3.11", "3.12", "3.13")


@pytest.mark.binder
def test_the_same_steps_in_an_empty_environment_and_home_prepare_the_sliders(tmp_path):
    interpreter = shutil.which(f"python{VERSION}")
    assert interpreter is not None, f"Python {VERSION} is not on the PATH"
    home, repository, packages = tmp_path / "home", tmp_path / "repository", tmp_path / "packages"
    home.mkdir()
    files = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, encoding="utf-8"
    ).stdout.split("\0")
    for name in filter(None, files):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, repository / name)

    subprocess.run([interpreter, "-m", "venv", packages], check=True)
    environment = {"HOME": str(home), "PATH": f"{packages / 'bin'}:/usr/bin:/bin"}

    def step(*command):
        done = subprocess.run(
            command, cwd=repository, env=environment, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    step("./binder/postBuild")
    megabytes = int(step("du", "-sm", str(packages)).split()[0])
    print(f"installed: {megabytes} MB")
    assert megabytes < 1800
    assert list((home / ".cache" / "aehelpers").glob("*.weights"))
    for name in ("03_bottleneck", "04_denoising", "05_pretraining"):
        step("jupyter", "execute", "--inplace", f"notebooks/{name}.ipynb")
        text = (repository / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
        assert "from the cache, 0 trained now" in text
        assert ": 0 from the cache" not in text
