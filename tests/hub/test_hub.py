"""What can go wrong in a class on one machine, and what a learner then still has."""

import contextlib
import os
from pathlib import Path
import pwd
import signal
import subprocess
import sys

import nbformat
import pytest

from tests.hub.__main__ import class_of, close_kernels
from tests.hub.classroom import (
    INSTALLED,
    MEMORY_GROUPS,
    for_every_account,
    is_kernel,
    memory_limit,
    processes,
    small_disk,
)
from tools.lab import RUN_SECONDS, START_SECONDS, chromium, wait_until

pytestmark = [
    pytest.mark.hub,
    pytest.mark.skipif(
        not INSTALLED.is_dir()
        or chromium() is None
        or os.getuid() != 0
        or not for_every_account(Path(sys.executable)),
        reason="expected root, a Chromium, `make hub`, and a Python that every account may execute",
    ),
]
PLAY, BOTTLENECK = "00_play.ipynb", "03_bottleneck.ipynb"


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """Two learners with one cache, which they can read and not write."""
    cache = tmp_path_factory.mktemp("cache")
    for folder in (cache, *cache.parents[:3]):
        folder.chmod(0o755)
    with class_of(2, cache) as both:
        yield both


@pytest.fixture
def seats(classroom):
    """The two learners, without kernels of an earlier test."""
    close_kernels(classroom)
    return classroom


def home(desk):
    return Path(pwd.getpwnam(desk.name).pw_dir)


def as_account(desk, *command):
    """Run a command as the account of a learner; return how it ended."""
    return subprocess.run(["runuser", "-u", desk.name, "--", *command], capture_output=True)


def kernels(desk):
    """Return the processes of a learner's kernels."""
    return [process for process in processes(desk.name) if is_kernel(process)]


def printed_accuracies(path):
    """Return the lines of a stored notebook 3 that end with %; none while it is being written."""
    with contextlib.suppress(nbformat.reader.NotJSONError):
        cells = nbformat.read(path, as_version=4).cells
        outputs = [one for cell in cells for one in cell.get("outputs", [])]
        text = "".join(one.text for one in outputs if one.output_type == "stream")
        return [line for line in text.splitlines() if line.endswith(" %")]
    return []


def saved_accuracies(desk, page):
    """Save notebook 3 when it has run; return the four accuracies that it printed."""
    path = home(desk) / "beyond-labels" / "notebooks" / BOTTLENECK
    page.keyboard.press("Control+s")
    wait_until(
        lambda: len(printed_accuracies(path)) == 4,
        lambda: str(printed_accuracies(path)),
        START_SECONDS,
    )
    return printed_accuracies(path)


def test_nobody_reads_or_writes_what_another_one_has(seats):
    (mine, page), (other, _) = seats
    theirs = home(other) / "beyond-labels" / "notebooks" / PLAY
    assert as_account(other, "test", "-w", theirs).returncode == 0
    assert as_account(mine, "cat", theirs).returncode != 0
    assert as_account(mine, "touch", theirs).returncode != 0
    assert as_account(mine, "ls", home(other)).returncode != 0
    path = f"api/contents/notebooks/{PLAY}"
    assert mine.ask(page, path).status == 200
    answer = page.request.get(f"{other.address}/{path}")
    assert answer.status == 403 or "/hub/" in answer.url


def test_nobody_writes_into_the_cache_that_all_share(seats, tmp_path_factory):
    (desk, _), _ = seats
    cache = as_account(
        desk, "sh", "-c", f"cat /proc/{processes(desk.name)[0].pid}/environ"
    ).stdout.decode()
    folder = next(one for one in cache.split("\0") if one.startswith("AEHELPERS_CACHE="))
    path = folder.partition("=")[2]
    assert as_account(desk, "ls", path).returncode == 0
    assert as_account(desk, "touch", f"{path}/mine").returncode != 0


def test_a_kernel_that_is_killed_comes_back_and_runs_the_notebook(seats):
    (desk, page), _ = seats
    desk.open(page, PLAY)
    assert desk.run_all(page) == []
    (before,) = kernels(desk)
    before.send_signal(signal.SIGKILL)
    wait_until(
        lambda: kernels(desk) and kernels(desk)[0].pid != before.pid, "no new kernel", START_SECONDS
    )
    page.get_by_text("have died").first.wait_for()
    page.keyboard.press("Escape")
    assert desk.run_all(page) == []


def test_two_learners_who_train_the_same_at_once_get_the_same(seats):
    for desk, page in seats:
        desk.open(page, BOTTLENECK)
    for desk, page in seats:
        desk.start_all(page)
    assert [desk.finish_all(page) for desk, page in seats] == [[], []]
    mine, theirs = (saved_accuracies(desk, page) for desk, page in seats)
    assert mine == theirs


@pytest.mark.skipif(not MEMORY_GROUPS.is_dir(), reason="expected version 1 of control groups")
@pytest.mark.parametrize("gigabytes", [1, 2])
def test_so_much_memory_is_enough(seats, gigabytes):
    desk, page = seats[0]
    with memory_limit(desk.name, gigabytes * 10**9):
        desk.open(page, BOTTLENECK)
        assert desk.run_all(page) == []


@pytest.mark.skipif(not MEMORY_GROUPS.is_dir(), reason="expected version 1 of control groups")
def test_a_learner_without_memory_loses_the_kernel_and_no_file(seats):
    desk, page = seats[0]
    path = home(desk) / "beyond-labels" / "notebooks" / BOTTLENECK
    before = path.read_bytes()
    with memory_limit(desk.name, 600 * 10**6):
        desk.open(page, BOTTLENECK)
        desk.start_all(page)
        page.get_by_text("have died").first.wait_for(timeout=1000 * RUN_SECONDS)
        page.keyboard.press("Escape")
        desk.open(page, PLAY)  # to play it is enough
        assert desk.run_all(page) == []
    assert path.read_bytes() == before


def test_a_full_disk_takes_nothing_that_was_saved(seats):
    desk, page = seats[0]
    folder = home(desk) / "beyond-labels" / "notebooks"
    with small_disk(folder, 10**6):
        desk.open(page, PLAY)
        before = (folder / PLAY).read_bytes()
        as_account(desk, "sh", "-c", f"cat /dev/zero > {folder}/full")
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.type("# my own words")
        page.keyboard.press("Control+s")
        page.get_by_role("dialog").get_by_text("Error").first.wait_for()
        page.keyboard.press("Escape")
        assert (folder / PLAY).read_bytes() == before
        (folder / "full").unlink()
        page.keyboard.press("Control+s")
        wait_until(
            lambda: "my own words" in (folder / PLAY).read_text(encoding="utf-8"),
            "not saved",
            START_SECONDS,
        )
        nbformat.validate(nbformat.read(folder / PLAY, as_version=4))


def test_an_update_of_the_course_keeps_what_learners_changed(tmp_path):
    """With nbgitpuller's command line, as its link does it."""
    course, mine = tmp_path / "course", tmp_path / "mine"
    course.mkdir()

    def git(*words):
        author = ["-c", "user.name=Teacher", "-c", "user.email=teacher@example.org"]
        subprocess.run(["git", "-C", course, *author, *words], check=True, capture_output=True)

    def pull():
        pulled = [sys.executable, "-c", "from nbgitpuller.pull import main; main()"]
        packages = next(INSTALLED.glob("lib/python3*/site-packages"))
        environment = os.environ | {"PYTHONPATH": str(packages)}
        command = [*pulled, course.as_uri(), "main", mine]
        subprocess.run(command, check=True, capture_output=True, env=environment)

    git("init", "--initial-branch=main")
    (course / "first.txt").write_text("one\n\n\n\n\nfive\n", encoding="utf-8")
    (course / "second.txt").write_text("old\n", encoding="utf-8")
    git("add", ".")
    git("commit", "-m", "start")
    pull()
    (mine / "first.txt").write_text("my own\n\n\n\n\nfive\n", encoding="utf-8")
    (course / "first.txt").write_text("from the teacher\n\n\n\n\nfive\n", encoding="utf-8")
    (course / "second.txt").write_text("new\n", encoding="utf-8")
    git("commit", "-a", "-m", "update")
    pull()
    assert (mine / "first.txt").read_text(encoding="utf-8").startswith("my own\n")
    assert (mine / "second.txt").read_text(encoding="utf-8") == "new\n"
