"""The suite trains the models of the notebooks itself: it never uses the cache of a person."""

import os
import tempfile

if "AEHELPERS_CACHE" not in os.environ:
    _folder = tempfile.TemporaryDirectory(prefix="aehelpers-cache-")
    os.environ["AEHELPERS_CACHE"] = _folder.name
