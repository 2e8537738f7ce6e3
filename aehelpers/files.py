"""Files that are written whole or not at all."""

import os
from pathlib import Path
import tempfile

from aehelpers import arguments_old as arguments

UNFINISHED = ".unfinished"  # how the name of a file ends that is being written


def write_whole(path, content):
    """Put bytes into a file; who reads it sees what was there before, or all of them.

    An error or an interrupt leaves the file as it was and nothing beside it. A process that is
    killed can leave a file beside it, whose name ends with `UNFINISHED`.

    Parameters
    ----------
    path : pathlib.Path
        Its folder is made if it is missing.
    content : bytes

    Raises
    ------
    TypeError
        If an argument is not as described.
    OSError
        If the disk does not take it.
    """
    arguments.instance("path", path, Path, "a pathlib.Path")
    arguments.instance("content", content, bytes, "bytes")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=UNFINISHED, delete=False) as file:
            unfinished = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)  # a temporary file is its owner's only
        os.replace(unfinished, path)
    except BaseException:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
        raise
