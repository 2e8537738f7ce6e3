"""Files that are written whole or not at all. A wrong argument raises TypeError."""

import os
from pathlib import Path
import tempfile

from aehelpers import arguments as arg

UNFINISHED = ".unfinished"  # ends the name of a file that is still being written


@arg.checked(path=Path, content=bytes)
def write_whole(path, content):
    """Replace the content of a file; readers see either the old or the new content.

    An error or an interrupt leaves the file unchanged, and no other file behind. A process that
    is killed can leave a file in the same folder, whose name ends with `UNFINISHED`.

    Parameters
    ----------
    path : pathlib.Path
        Its folder is created if it is missing.
    content : bytes

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=UNFINISHED, delete=False) as file:
            unfinished = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)  # only its owner can read a temporary file
        os.replace(unfinished, path)
    except BaseException:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
        raise
