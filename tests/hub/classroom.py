"""A hub with a few learners: their accounts, their copies of the course, their servers.

It needs Linux, root, and what `make hub` installs.
"""

import contextlib
import io
import os
from pathlib import Path
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import urllib.request
import zipfile

import psutil

from tools import ROOT
from tools.lab import START_SECONDS, Lab, wait_until

PAGE = 4096  # bytes: in such pieces a file takes room
MEMORY_GROUPS = Path("/sys/fs/cgroup/memory")
INSTALLED = ROOT / ".venv" / "hub"
PREFIX = "ae-learner"


def for_every_account(path):
    """Return whether every account may execute a file, where it stands and where it leads."""
    places = (path, path.resolve(), *path.parents, *path.resolve().parents)
    return all(place.stat().st_mode & stat.S_IXOTH for place in places)


def names(n):
    """Return the account names of n learners."""
    return [f"{PREFIX}{number}" for number in range(1, n + 1)]


@contextlib.contextmanager
def accounts(n, content):
    """Make n accounts that have the learners' handout in their homes; yield their names.

    Parameters
    ----------
    n : int
    content : dict of str to bytes
        The files of the handout.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    made = []
    try:
        for name in names(n):
            subprocess.run(["useradd", "--create-home", name], check=True)
            made.append(name)
            home = Path(pwd.getpwnam(name).pw_dir)
            home.chmod(0o700)
            zipfile.ZipFile(buffer).extractall(home / "beyond-labels")
            for path in [home / "beyond-labels", *(home / "beyond-labels").rglob("*")]:
                shutil.chown(path, name, name)
        yield made
    finally:
        for name in made:
            subprocess.run(["pkill", "-KILL", "-u", name])
            subprocess.run(["userdel", "--remove", name], check=True, capture_output=True)


def processes(name):
    """Return the processes of an account."""
    uid, found = pwd.getpwnam(name).pw_uid, []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.uids().real == uid:
                found.append(process)
    return found


def is_kernel(process):
    """Return whether a process is a kernel that lives."""
    with contextlib.suppress(psutil.NoSuchProcess):  # or one that has ended and is still listed
        return "ipykernel_launcher" in " ".join(process.cmdline())
    return False


@contextlib.contextmanager
def memory_limit(name, size):
    """Let all processes of an account have so many bytes of memory together, at most.

    It needs version 1 of Linux's control groups.
    """
    group = MEMORY_GROUPS / name
    group.mkdir()
    try:
        (group / "memory.limit_in_bytes").write_text(str(size), encoding="utf-8")
        for process in processes(name):
            (group / "cgroup.procs").write_text(str(process.pid), encoding="utf-8")
        yield
    finally:
        for pid in (group / "cgroup.procs").read_text(encoding="utf-8").split():
            with contextlib.suppress(ProcessLookupError):
                (MEMORY_GROUPS / "cgroup.procs").write_text(pid, encoding="utf-8")
        group.rmdir()


@contextlib.contextmanager
def small_disk(folder, room):
    """Let a folder of an account lie on a disk of its own, with room for so many bytes more."""
    owner = folder.owner()
    with tempfile.TemporaryDirectory() as kept:
        shutil.copytree(folder, kept, dirs_exist_ok=True)
        size = sum(path.stat().st_size + PAGE for path in Path(kept).rglob("*")) + room
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
        try:
            shutil.copytree(kept, folder, dirs_exist_ok=True)
            for path in [folder, *folder.rglob("*")]:
                shutil.chown(path, owner, owner)
            yield
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


class Desk(Lab):
    """The JupyterLab of one learner, on a hub.

    Parameters
    ----------
    hub : str
        The address of the hub.
    name : str
        The account.
    """

    def __init__(self, hub, name):
        self.hub, self.name = hub, name
        self.address = f"{hub}/user/{name}"

    def sign_in(self, page, password):
        """Sign in, and wait until the server has started and shows notebook 0."""
        page.goto(f"{self.hub}/hub/login")
        page.locator("#username_input").fill(self.name)
        page.locator("#password_input").fill(password)
        page.locator("#login_submit").click()
        self.wait_for_notebook(page)

    def open(self, page, name):
        page.goto(f"{self.address}/lab/workspaces/{Path(name).stem}/tree/notebooks/{name}?reset")
        self.wait_for_notebook(page)

    def ask(self, page, path):
        # With the cookies of the page. The proxy closes connections that it has kept open.
        return page.request.get(f"{self.address}/{path}", max_retries=3)


@contextlib.contextmanager
def hub(learners, cache):
    """Start a hub for these accounts; yield its address and the password of all of them.

    Parameters
    ----------
    learners : list of str
    cache : pathlib.Path
        The folder of trained models that all may read and nobody may write.
    """
    port, password = _free_port(), secrets.token_hex(8)
    with tempfile.TemporaryDirectory(prefix="hub-") as folder:
        environment = os.environ | {
            "HUB_FOLDER": folder,
            "HUB_PORT": str(port),
            "HUB_PASSWORD": password,
            "HUB_LEARNERS": " ".join(learners),
            "HUB_PROXY": str(INSTALLED / "node_modules" / ".bin" / "configurable-http-proxy"),
            "HUB_PYTHON": sys.executable,
            "HUB_PACKAGES": str(next(INSTALLED.glob("lib/python3*/site-packages"))),
            "HUB_CACHE": str(cache),
        }
        config = Path(__file__).with_name("jupyterhub_config.py")
        with Path(folder, "log").open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                [INSTALLED / "bin" / "jupyterhub", "--config", config],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        address = f"http://127.0.0.1:{port}"
        try:

            def answers():
                text = Path(folder, "log").read_text(encoding="utf-8")
                assert process.poll() is None, f"the hub ended: {text[-3000:]}"
                with contextlib.suppress(OSError):
                    return urllib.request.urlopen(f"{address}/hub/health").status == 200

            wait_until(answers, "no hub", START_SECONDS)
            yield address, password
        finally:
            family = psutil.Process(process.pid).children(recursive=True)
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(START_SECONDS)
            for one in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.kill()


def _free_port():
    """Return a port such that it and the next two are free now."""
    while True:
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for number in range(port, port + 3):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", number))
            return port


def proportional_memory(name):
    """Return the proportional set size (PSS) of a learner's server and kernels, in bytes.

    A page of memory that n processes share counts as one nth of it for each.
    """
    sizes = {"server": 0, "kernel": 0}
    for process in processes(name):
        with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
            kind = "kernel" if is_kernel(process) else "server"
            sizes[kind] += process.memory_full_info().pss
    return sizes


class Peaks(threading.Thread):
    """Watch the memory of learners in the background, twice a second.

    Attributes
    ----------
    most : dict of str to dict
        For each learner, the largest sizes so far, as `proportional_memory` returns them.
    """

    def __init__(self, learners):
        super().__init__(daemon=True)
        self.most = {name: {"server": 0, "kernel": 0} for name in learners}
        self.done = threading.Event()

    def run(self):
        while not self.done.wait(0.5):
            for name, most in self.most.items():
                for kind, size in proportional_memory(name).items():
                    most[kind] = max(most[kind], size)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.done.set()
        self.join()
