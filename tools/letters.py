"""Build aehelpers/datasets/letters.npz and letters_fonts.csv from fonts that TeX users share.

usage: python -m tools.letters PACKAGE

PACKAGE is the file that `apt-get download texlive-fonts-extra=2022.20230122-4` fetches on Debian
12. It holds several hundred open typefaces, with a list of their licences, so one SHA-256 pins all
of them. It is checked before anything is written. The digest that `aehelpers.data` expects is
printed at the end.

The same bytes come out of every run with the same Pillow, FreeType and zlib; the committed files
were made with those that constraints.txt brings: Pillow 13.0.0 with FreeType 2.14.3.

1. Fonts under the SIL Open Font License are found (`fonts`, `is_open`).
2. The capitals A to Z of each are drawn (`letter_image`). A font is left out if a letter is empty,
   or is drawn like another one or like a missing one (`face`), or if no reader could read it.
3. Of each family at most `MOST_FACES` fonts are kept, none nearly the same as another (`varied`).
4. Fonts of one family form a group, and so do families with nearly the same fonts (`groups`). Whole
   groups are drawn by lot for the test (`parts`).
"""

import csv
import gzip
import hashlib
import io
from pathlib import Path, PurePosixPath
import re
import string
import subprocess
import sys
import tarfile
from typing import NamedTuple

from aehelpers import files
from fontTools.ttLib import TTFont
import numpy as np
from PIL import Image, ImageFont
from scipy.sparse.csgraph import connected_components

from tools import ROOT

TARGET = ROOT / "aehelpers" / "datasets"
VERSION = "2022.20230122-4"
SHA256 = "abddeda6b66ee9c38df1f7fd2d20670b25f3a738df74c0ee91001f6b1466b1e4"
LICENCES = "./usr/share/doc/texlive-fonts-extra/Licenses.gz"
FONTS = "./usr/share/texlive/"

COLUMNS = (
    "typeface",
    "family",
    "style",
    "file",
    "package",
    "version",
    "licence",
    "licence_stated_by",
    "copyright",
    "group",
    "part",
)

LETTERS = string.ascii_uppercase
SIDE, BOX = 28, 20  # pixels of an image, and of the box into which a letter is scaled
SIZE = 256  # of the font when a letter is drawn, before it is scaled down: about 8 times BOX
MISSING = "\uffff"  # never a character, so that a font draws its sign for a missing one
NEAR = 0.1  # fonts that differ by less (`distances`) are the same design
MOST_FACES = 8  # of one family, so that the largest families do not fill the data set
TEST_FRACTION = 1 / 6
SEED = 2026

# Packages and fonts in which no reader would find the letters. They were found by looking at all:
# icons, ornaments, men with flags, letters of the Middle Ages, and letters in frames.
UNREADABLE = {
    "academicons",
    "ccicons",
    "countriesofeurope",
    "fontawesome5",
    "fourier",
    "semaphor",
    "Aboensis-Regular.otf",
    "LibertinusKeyboard-Regular.otf",
    "QTDingBits.otf",
    "QTStoryTimeCaps.otf",
}
# Packages that have their fonts in PostScript's old format only.
TYPE1 = (
    "andika",
    "boondox",
    "cantarell",
    "charissil",
    "comfortaa",
    "dsserif",
    "gentium-tug",
    "gfscomplutum",
    "gfssolomos",
    "gudea",
    "inter",
    "lato",
    "lobster2",
    "magra",
    "oswald",
)
# Packages of several families that have nothing in common but their publisher. Of all others, the
# package is the family: Libertinus Sans, Serif and Mono belong together.
COLLECTIONS = ("ektype-tanka", "qualitype")
# Families with one origin that `NEAR` does not find.
RELATED = (
    ("charissil", "xcharter-math"),
    ("cochineal", "crimson", "crimsonpro"),
    ("libertine", "libertinus-fonts"),
    ("stix2-otf", "step", "xits"),
)


class Font(NamedTuple):
    """A font file, and what it says about itself."""

    path: PurePosixPath
    package: str
    family: str
    style: str
    copyright: str
    stated: str  # by whom its licence is stated: "font" or "package"
    images: np.ndarray  # uint8, (26, 28, 28)


def licences(text):
    """Return {package: its licences} from the text of Debian's list."""
    lines = re.findall(r"^([\w-]+): (.*)$", text, re.MULTILINE)
    return {package: terms.split() for package, terms in lines}


def is_open(terms, own_words):
    """Return whether a font is under the SIL Open Font License.

    Its own words count. Where it says nothing of a licence, those of its package count, which may
    be under further ones for the files that are not fonts.
    """
    if re.search(r"open\s?font\s?licen|\bOFL\b|scripts\.sil\.org", own_words, re.IGNORECASE):
        return True
    return "ofl" in terms and not re.search(r"licen[cs]e|permi", own_words, re.IGNORECASE)


def _character(octal):
    return chr(int(octal[1], 8))


def own_words(path, raw):
    """Return (family, style, copyright, all that a font says of its licence)."""
    if path.suffix == ".pfb":
        head = raw[: raw.index(b"eexec")].decode("latin-1")
        said = dict(re.findall(r"/(\w+)\s*\((.*)\)\s*(?:readonly )?def", head))
        said = {key: re.sub(r"\\(\d{3})", _character, text) for key, text in said.items()}
        family, notice = said["FamilyName"], said.get("Notice") or said.get("Copyright", "")
        style = said.get("FullName", "").removeprefix(family).strip() or said.get("Weight", "")
        return family, style, notice, notice
    names = TTFont(io.BytesIO(raw), lazy=True)["name"]
    said = {place: " ".join((names.getDebugName(place) or "").split()) for place in range(20)}
    words = " ".join(said[place] for place in (0, 10, 13, 14))
    return said[16] or said[1], said[17] or said[2], said[0], words


def letter_image(font, letter):
    """Return a letter as an image, or None if nothing is drawn.

    As in MNIST: scaled into a box of 20 by 20 pixels, keeping its proportions, and moved so that
    its centre of mass is in the middle of 28 by 28 pixels. Nothing is cut off.
    """
    mask = font.getmask(letter, mode="L")
    if not all(mask.size) or mask.getbbox() is None:
        return None
    ink = Image.frombytes("L", mask.size, bytes(mask)).crop(mask.getbbox())
    scale = BOX / max(ink.size)
    size = [max(1, round(side * scale)) for side in ink.size]
    small = np.asarray(ink.resize(size, Image.Resampling.BOX))
    height, width = small.shape
    weights = small / small.sum()
    middle = (SIDE - 1) / 2
    x = round(middle - weights.sum(0) @ np.arange(width))
    y = round(middle - weights.sum(1) @ np.arange(height))
    x, y = min(max(x, 0), SIDE - width), min(max(y, 0), SIDE - height)
    image = np.zeros((SIDE, SIDE), np.uint8)
    image[y : y + height, x : x + width] = small
    return image


def face(raw):
    """Return the images of A to Z, or None if a letter is missing, empty, or drawn like another."""
    try:
        font = ImageFont.truetype(io.BytesIO(raw), SIZE, layout_engine=ImageFont.Layout.BASIC)
        images = [letter_image(font, sign) for sign in (*LETTERS, MISSING)]
    except OSError:  # damaged, or without a table of characters
        return None
    drawn = [image for image in images if image is not None]
    different = {image.tobytes() for image in drawn}
    if any(image is None for image in images[:-1]) or len(different) < len(drawn):
        return None
    return np.array(images[:-1])


def fonts(package):
    """Return the open fonts in Debian's package that draw every letter, sorted by their paths."""
    unpacked = subprocess.run(
        ["dpkg-deb", "--fsys-tarfile", package], check=True, capture_output=True
    ).stdout
    found = []
    with tarfile.open(fileobj=io.BytesIO(unpacked)) as archive:
        terms = licences(gzip.decompress(archive.extractfile(LICENCES).read()).decode())
        for member in archive:
            path = PurePosixPath(member.name.removeprefix(FONTS))
            name = path.parent.name
            wanted = (".otf", ".ttf", *([".pfb"] if name in TYPE1 else []))
            if not member.isfile() or path.suffix not in wanted or {name, path.name} & UNREADABLE:
                continue
            raw = archive.extractfile(member).read()
            family, style, notice, words = own_words(path, raw)
            if is_open(terms.get(name, []), words) and (images := face(raw)) is not None:
                stated = "font" if is_open([], words) else "package"
                notice = " ".join(re.split("This Font Software is licensed", notice)[0].split())
                found.append(Font(path, name, family, style, notice, stated, images))
    return sorted(found, key=lambda font: font.path)


def family_of(font):
    """Return the family of a font, which its relatives share."""
    if font.package not in COLLECTIONS:
        return font.package
    return re.sub(r"[ -].*|Cnd|Fat|Heavy|Light|Open|Poster", "", font.family)


def distances(found):
    """Return how much any two fonts differ: root mean square over their pixels from 0 to 1."""
    x = np.array([font.images.ravel() for font in found], np.float64)  # whole numbers: exact sums
    squares = (x**2).sum(axis=1)
    return np.sqrt((squares[:, None] + squares - 2 * x @ x.T) / x.shape[1]) / 255


def varied(families, apart):
    """Return the indices of at most `MOST_FACES` fonts of each family, none near another.

    The first is the one with the smallest mean distance to its family: neither thin nor black.
    Each further one is the farthest from all that are chosen already.
    """
    chosen = []
    for family in sorted(set(families)):
        members = np.flatnonzero(np.array(families) == family)
        nearest = apart[np.ix_(members, chosen)].min(axis=1, initial=np.inf)
        order = -apart[np.ix_(members, members)].mean(axis=1)
        for _ in range(MOST_FACES):
            order[nearest < NEAR] = -np.inf
            if np.isneginf(order).all():
                break
            best = members[order.argmax()]
            chosen.append(best)
            nearest = np.minimum(nearest, apart[members, best])
            order = nearest.copy()
    return chosen


def groups(families, apart):
    """Return the number of a group for each font; related families are in the same group."""
    names = np.array([next((r[0] for r in RELATED if f in r), f) for f in families])
    return connected_components((apart < NEAR) | (names[:, None] == names))[1]


def parts(group):
    """Return whether each font is for the test, and that of whole groups, drawn by lot."""
    rng = np.random.default_rng(SEED)
    wanted = round(TEST_FRACTION * len(group))
    in_test = np.zeros(len(group), bool)
    for drawn in rng.permutation(np.unique(group)):
        if in_test.sum() >= wanted:
            break
        in_test |= group == drawn
    return in_test


def arrays(chosen, in_test):
    """Return the arrays of the archive, each part in an order drawn by lot."""
    rng = np.random.default_rng(SEED)
    images = np.array([font.images for font in chosen])
    stored = {}
    for part, members in (("train", ~in_test), ("test", in_test)):
        typeface, label = np.meshgrid(np.flatnonzero(members), np.arange(26), indexing="ij")
        order = rng.permutation(typeface.size)
        typeface, label = typeface.ravel()[order], label.ravel()[order]
        stored[f"x_{part}"] = images[typeface, label]
        stored[f"y_{part}"] = label.astype(np.uint8)
        stored[f"typeface_{part}"] = typeface.astype(np.uint16)
    return stored


def listed(chosen, group, in_test):
    """Return the list of the fonts as the text of a CSV file; its rows are numbered from 0."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for number, font in enumerate(chosen):
        row = (number, font.family, font.style, font.path, font.package, VERSION, "OFL-1.1")
        row += (font.stated, font.copyright, group[number])
        table.writerow((*row, "test" if in_test[number] else "training"))
    return text.getvalue()


def build(package):
    """Write the archive and the list of fonts to TARGET; return the SHA-256 of the archive."""
    found = hashlib.sha256(package.read_bytes()).hexdigest()
    if found != SHA256:
        raise ValueError(f"{package}: SHA-256 is {found}, expected {SHA256}")
    everything = fonts(package)
    families = [family_of(font) for font in everything]
    apart = distances(everything)
    kept = sorted(varied(families, apart))
    group = groups(families, apart)[kept]
    in_test = parts(group)
    chosen = [everything[i] for i in kept]
    table = listed(chosen, group, in_test)
    files.write_whole(TARGET / "letters_fonts.csv", table.encode())
    return files.write_arrays(TARGET / "letters.npz", arrays(chosen, in_test))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(f"letters.npz: {build(Path(sys.argv[1]))}")
