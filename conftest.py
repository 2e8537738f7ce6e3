"""What all tests run under, whoever starts them and from where.

The suite trains the models of the notebooks itself: it never uses the cache of a person. A text
file that our code opens without naming an encoding is an error, since another machine may read it
in another one. pyproject.toml says so for pytest's own process; its workers, and every program and
kernel that a test starts, take it from the environment.
"""

import os
from pathlib import Path
import tempfile

from hypothesis import HealthCheck, settings

# A busy machine may take long for an example, or for drawing it.
settings.register_profile("any speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any speed")

pytest_plugins = ["tests.notebook_cells", "pytester"]

ROOT = Path(__file__).parent

if "AEHELPERS_CACHE" not in os.environ:
    _folder = tempfile.TemporaryDirectory(prefix="aehelpers-cache-")
    os.environ["AEHELPERS_CACHE"] = _folder.name

# One of several processes of pytest-xdist keeps to one core, and so does what it starts: that is
# what Binder gives, and trainings that share two cores wait for one another.
if int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1)) > 1 and hasattr(os, "sched_setaffinity"):
    _cores = sorted(os.sched_getaffinity(0))
    _number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    os.sched_setaffinity(0, {_cores[_number % len(_cores)]})

# Later filters count more. Python compares whole names of modules, so each of ours is named.
_ours = ["__main__"]
for _folder_of_ours in ("aehelpers", "tools", "website", "tests"):
    _files = sorted((ROOT / _folder_of_ours).rglob("*.py"))
    _ours += [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in _files]
os.environ["PYTHONWARNDEFAULTENCODING"] = "1"
os.environ["PYTHONWARNINGS"] = ",".join(
    ["ignore::EncodingWarning"] + [f"error::EncodingWarning:{name}" for name in _ours]
)
