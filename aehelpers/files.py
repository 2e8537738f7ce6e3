"""Files that are written whole or not at all, and those that come with the package.

A wrong argument raises TypeError.
"""

import hashlib
import io
import os
from pathlib import Path
import tempfile

from aehelpers import arguments as arg
import numpy as np

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


def write_arrays(path, arrays):
    """Write arrays into an .npz file, as `write_whole` does; return its SHA-256.

    Parameters
    ----------
    path : pathlib.Path
    arrays : dict of str to numpy.ndarray

    Returns
    -------
    str
        Hexadecimal digits.
    """
    archive = io.BytesIO()
    np.savez_compressed(archive, allow_pickle=False, **arrays)
    write_whole(path, archive.getvalue())
    return hashlib.sha256(archive.getvalue()).hexdigest()


def read_installed(path, sha256=None, kind="file"):
    """Return the content of a file that comes with the package, as bytes.

    Parameters
    ----------
    path : pathlib.Path
        In a folder of the package.
    sha256 : str, optional
        The digest of its content, in hexadecimal digits.
    kind : str, optional
        What error messages call it.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    OSError
        If the file has another digest.
    """
    restore = (
        f"Restore it with `git checkout -- aehelpers/{path.parent.name}/{path.name}` in the folder "
        "of the course, or install the course again."
    )
    if not path.is_file():
        raise FileNotFoundError(f"The {kind} {path} is missing. {restore}")
    content = path.read_bytes()
    if sha256 not in (None, hashlib.sha256(content).hexdigest()):
        raise OSError(f"The {kind} {path} is damaged: its SHA-256 is wrong. {restore}")
    return content
