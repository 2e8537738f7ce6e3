"""Files that are written whole or not at all.

A wrong argument is a TypeError.
"""

import os
from pathlib import Path
import tempfile

from aehelpers import arguments as arg

UNFINISHED = ".unfinished"  # how the name of a file ends that is being written


@arg.checked(path=Path, content=bytes)
def write_whole(path, content):
    """Replace the content of a file; a reader sees either the old or the new content.

    An error or an interrupt leaves the file as it was and nothing beside it. A process that is
    killed can leave a file beside it, whose name ends with `UNFINISHED`.

    Parameters
    ----------
    path : pathlib.Path
        Its folder is made if it is missing.
    content : bytes

    Raises
    ------
    OSError
        If the disk does not take it.
    """
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
