"""The suite trains the models of the notebooks itself: it never uses the cache of a person."""

import os
import tempfile

if "AEHELPERS_CACHE" not in os.environ:
    _folder = tempfile.TemporaryDirectory(prefix="aehelpers-cache-")
    os.environ["AEHELPERS_CACHE"] = _folder.name

# One of several processes of pytest-xdist keeps to one core, and so does what it starts: that is
# what Binder gives, and trainings that share two cores wait for one another.
if int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1)) > 1 and hasattr(os, "sched_setaffinity"):
    _cores = sorted(os.sched_getaffinity(0))
    _number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    os.sched_setaffinity(0, {_cores[_number % len(_cores)]})
