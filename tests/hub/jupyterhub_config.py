"""The hub of the tests: a server for each account of this machine, and one cache for all.

Environment variables say where things are; `tests.hub.classroom` sets them.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821

folder = Path(os.environ["HUB_FOLDER"])
c.JupyterHub.bind_url = f"http://127.0.0.1:{os.environ['HUB_PORT']}"
c.JupyterHub.hub_port = int(os.environ["HUB_PORT"]) + 1
c.JupyterHub.db_url = f"sqlite:///{folder / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(folder / "cookie_secret")
c.ConfigurableHTTPProxy.command = os.environ["HUB_PROXY"]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{int(os.environ['HUB_PORT']) + 2}"
c.ConfigurableHTTPProxy.pid_file = str(folder / "proxy.pid")

# Whoever asks gets in with the password of the test; the hub listens on 127.0.0.1 only.
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = os.environ["HUB_PASSWORD"]
c.Authenticator.allowed_users = set(os.environ["HUB_LEARNERS"].split())

c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
# The environment of the course, and the few packages that a server in a hub needs beside it.
c.Spawner.cmd = [os.environ["HUB_PYTHON"], "-m", "jupyterhub.singleuser"]
c.Spawner.notebook_dir = "~/beyond-labels"
c.Spawner.default_url = "/lab/tree/notebooks/00_play.ipynb"
c.Spawner.environment = {
    "AEHELPERS_CACHE": os.environ["HUB_CACHE"],
    "PYTHONPATH": os.environ["HUB_PACKAGES"],
}
c.Spawner.start_timeout = c.Spawner.http_timeout = 600
c.LocalProcessSpawner.popen_kwargs = {"umask": 0o077}  # nobody reads what another one writes
