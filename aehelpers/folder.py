"""Images from a folder of one's own. A wrong argument raises TypeError or ValueError.

Files are only read. No file is opened that is not an ordinary one inside the folder, and Pillow
decodes just the formats named below, with its own code: no other program is started.
"""

import os
from pathlib import Path, PurePosixPath
import stat
from typing import NamedTuple
import warnings

from aehelpers import arguments as arg
from aehelpers import files
import numpy as np
from PIL import Image, ImageOps
from tqdm.auto import tqdm

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")
MOST_BYTES = 2**30  # of the arrays
MOST_PIXELS = 100_000_000  # of one file, so that no small file fills the memory
MANY = 300  # files from which on progress is shown
SHOWN = 3  # skipped files that are named in a message
ARRAYS = ("images", "names", "labels", "class_names", "skipped")


class Folder(NamedTuple):
    """Images of a folder, with what is known of them.

    Attributes
    ----------
    images : numpy.ndarray of uint8, shape (n, height, width), or (n, height, width, 3) in colour
    names : list of str
        The file of each image, seen from the folder, with "/" between its parts.
    labels : numpy.ndarray of int, shape (n,), or None
        The class of each image, where each file lies in a subfolder and there are two or more.
    class_names : list of str or None
        The names of these subfolders.
    skipped : list of (str, str)
        What could not be used, and why.
    """

    images: np.ndarray
    names: list
    labels: np.ndarray | None
    class_names: list | None
    skipped: list

    def save(self, path):
        """Write all of this into one file, which `load_saved` reads, without pickle.

        Parameters
        ----------
        path : str or pathlib.Path
            A file that ends with ".npz". It is replaced whole or not at all.
        """
        known = {
            "images": self.images,
            "names": np.array(self.names, dtype=str),
            "labels": np.array([] if self.labels is None else self.labels, dtype=np.int64),
            "class_names": np.array(self.class_names or [], dtype=str),
            "skipped": np.array(self.skipped, dtype=str).reshape(-1, 2),
        }
        files.write_arrays(_npz(path), known)


@arg.checked(
    path=arg.instance((str, Path), "the path of a folder"),
    size=arg.tuple_of(arg.integer(1, 1024), arg.integer(1, 1024)),
    colour=bool,
    limit=arg.optional(arg.integer(1)),
    fit=arg.one_of("pad", "crop"),
    background=arg.integer(0, 255),
)
def load_folder(path, size=(28, 28), colour=False, limit=None, *, fit="pad", background=0):
    """Return the images of a folder and of the folders in it, all of one size.

    JPEG, PNG, GIF (its first image), BMP, TIFF and WebP are read, turned as their camera says. What
    cannot be used is skipped and listed: files that are damaged, empty, too large or no image,
    links, and folders that cannot be opened. Names that begin with a dot are passed over.

    Parameters
    ----------
    path : str or pathlib.Path
    size : (int, int)
        Height and width of the arrays, in pixels.
    colour : bool
        Whether red, green and blue are kept; otherwise an image is its brightness.
    limit : int, optional
        At most so many files are read: a draw from all of them, the same each time.
    fit : {"pad", "crop"}
        An image of another shape is made smaller as a whole, with bars beside it, or it fills the
        array and loses its sides.
    background : int
        The brightness of the bars, and of what is seen through transparent pixels, 0 to 255.

    Returns
    -------
    Folder

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If there is no such folder.
    ValueError
        If no image can be used, or the arrays would be larger than 1 GB.
    """
    root = Path(path)
    if not root.exists():
        raise FileNotFoundError(f"path is {str(path)!r}, and there is no such folder")
    if not root.is_dir():
        raise NotADirectoryError(f"path is {str(path)!r}, a file; expected a folder of images")
    found, skipped = _walk(root)
    if limit is not None and limit < len(found):
        drawn = np.random.default_rng(0).permutation(len(found))[:limit]
        found = [found[number] for number in sorted(drawn)]
    shape = (len(found), *size, 3) if colour else (len(found), *size)
    _say_how_large(shape, limit)
    images, names = np.empty(shape, np.uint8), []
    for name in tqdm(found, unit=" files", disable=len(found) < MANY):
        try:
            images[len(names)] = _read(root / name, size, colour, fit, background)
        except Exception as error:  # whatever a decoder says of a damaged file
            skipped.append((_shown(name), _reason(error)))
        else:
            names.append(_shown(name))
    if not names:
        raise ValueError(f"path is {str(path)!r}, without any image. {_in_words(skipped)}")
    if skipped:
        print(f"{len(names):,} images. {_in_words(skipped)}")
    return Folder(images[: len(names)], names, *_classes(names), skipped)


@arg.checked(path=arg.instance((str, Path), "the path of a file"))
def load_saved(path):
    """Return the `Folder` that `Folder.save` wrote into a file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    OSError
        If it is damaged, or another file.
    """
    path = _npz(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}. Make it with `Folder.save`.")
    try:
        with np.load(path, allow_pickle=False) as archive:
            images, names, labels, class_names, skipped = (archive[name] for name in ARRAYS)
        return Folder(
            images,
            names.tolist(),
            labels if len(labels) else None,
            class_names.tolist() or None,
            [tuple(pair) for pair in skipped.tolist()],
        )
    except Exception as error:  # of zipfile, zlib or NumPy, by what is damaged
        raise OSError(
            f"The file {path} is damaged or none of `Folder.save` ({error}). "
            "Load the folder of images again, and save it."
        ) from None


def _npz(path):
    if Path(path).suffix != ".npz":
        raise ValueError(f"path is {str(path)!r}; expected a name that ends with '.npz'")
    return Path(path)


def _walk(root):
    """Return the ordinary files of a folder and its subfolders, and what is none, by name."""
    found, skipped = [], []

    def skip(path, reason):
        skipped.append((_shown(_name(root, path)), reason))

    walk = os.walk(root, onerror=lambda error: skip(error.filename, _reason(error)))
    for folder, subfolders, names in walk:
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted((*subfolders, *names)):
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if name.startswith(".") or stat.S_ISDIR(mode):
                continue
            if stat.S_ISREG(mode):
                found.append(_name(root, path))
            elif not stat.S_ISLNK(mode):
                skip(path, "no ordinary file")
            elif Path(path).resolve().is_relative_to(root.resolve()):
                skip(path, "a link to what is read anyway")
            else:
                skip(path, "a link out of the folder")
    return sorted(found, key=lambda name: PurePosixPath(name).parts), skipped


def _name(root, path):
    return Path(path).relative_to(root).as_posix()


def _shown(name):
    """Return a name that can be printed: what is not UTF-8 in it becomes a question mark."""
    return name.encode("utf-8", "replace").decode()


def _say_how_large(shape, limit):
    """Say how much memory the arrays need, and refuse what is too much."""
    size = int(np.prod(shape, dtype=np.int64))
    if size > MOST_BYTES:
        largest = MOST_BYTES // max(size // shape[0], 1)
        raise ValueError(
            f"limit is {limit}, and {shape[0]:,} files would take {size / 1e9:.1f} GB in memory; "
            f"expected at most {MOST_BYTES / 1e9:.1f} GB: a limit of {largest:,}, or a smaller size"
        )
    if shape[0] >= MANY:
        print(f"{shape[0]:,} files; the arrays take {size / 1e6:,.0f} MB.")


def _read(path, size, colour, fit, background):
    """Return the image in a file as an array."""
    if path.stat().st_size == 0:
        raise OSError("an empty file")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is odd in a file, and can be read all the same
        with Image.open(path, formats=FORMATS) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise OSError(f"too large, {width:,} x {height:,} pixels")
            # A large JPEG is decoded at a fraction of its size. Twice the size leaves enough for
            # what is cut off; a camera's turn may swap its sides.
            image.draft(None, (2 * max(size), 2 * max(size)))
            opaque = _opaque(ImageOps.exif_transpose(image), background)
    rendered = opaque.convert("RGB" if colour else "L")
    to = size[::-1]  # Pillow names the width first
    if fit == "crop":
        fitted = ImageOps.fit(rendered, to, Image.Resampling.LANCZOS)
    else:
        bars = (background,) * 3 if colour else background
        fitted = ImageOps.pad(rendered, to, Image.Resampling.LANCZOS, color=bars)
    return np.asarray(fitted)


def _opaque(image, background):
    """Return an image with 8 bits a channel, without transparency."""
    if image.mode.startswith("I"):  # 16 bits, or 32 that hold no more
        values = np.asarray(image).astype(np.float64)
        largest = 255 if image.mode == "I" and values.max() <= 255 else 65535
        return Image.fromarray((values.clip(0, largest) * (255 / largest)).round().astype(np.uint8))
    if image.mode == "F":
        raise OSError("its pixels are floating-point numbers, whose white nobody knows")
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        behind = Image.new("RGBA", layered.size, (background,) * 3 + (255,))
        return Image.alpha_composite(behind, layered).convert("RGB")
    return image.convert("RGB") if image.mode in ("P", "CMYK", "YCbCr", "LAB", "HSV") else image


def _reason(error):
    """Return in a few words why something was skipped."""
    if isinstance(error, Image.UnidentifiedImageError):
        return "no image, or damaged"
    if isinstance(error, Image.DecompressionBombError):
        return "too large"
    if isinstance(error, PermissionError):
        return "may not be opened"
    return str(error.strerror if getattr(error, "strerror", None) else error) or repr(error)


def _in_words(skipped):
    """Return which files were skipped and why, the first of them by name."""
    named = "; ".join(f"{name} ({reason})" for name, reason in skipped[:SHOWN])
    more = f"; and {len(skipped) - SHOWN:,} more" if len(skipped) > SHOWN else ""
    return f"{len(skipped):,} skipped: {named}{more}." if skipped else "It has no files."


def _classes(names):
    """Return labels and the names of classes, where every file lies in one of several folders."""
    tops = [PurePosixPath(name).parts[0] for name in names]
    classes = sorted(set(tops))
    if len(classes) < 2 or any("/" not in name for name in names):
        return None, None
    return np.array([classes.index(top) for top in tops]), classes
