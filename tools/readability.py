"""Print how readable the prose of each notebook is.

usage: python -m tools.readability

The figure is LIX (C. H. Björnsson, Läsbarhet, 1968): the mean number of words in a sentence plus
the percentage of words with more than six letters. Below 40 is easy, above 50 difficult.
"""

import re

from tools import notebooks

LONG = 7  # letters


def plain_prose(path):
    """Return the text of a notebook without headings, links, code, formulas and references."""
    text = notebooks.prose(notebooks.read(path)).split("## References")[0]
    text = re.sub(r"\$\$.*?\$\$", ".", text, flags=re.DOTALL)
    text = re.sub(r"\[!\[.*?\]\(.*?\)\]\(.*?\)", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\$[^$]*\$|`[^`]*`", "x", text)
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return re.sub(r"[*_]", "", "\n".join(lines))


def sentences(text):
    """Return the sentences of a text, each as its words."""
    parts = re.split(r"(?<=[.!?])\s|\n\s*\n|\n- ", text)
    found = [re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", part) for part in parts]
    return [words for words in found if words]


def lix(found):
    """Return the LIX of some sentences."""
    words = [word for sentence in found for word in sentence]
    long = sum(len(word) >= LONG for word in words)
    return len(words) / len(found) + 100 * long / len(words)


if __name__ == "__main__":
    print(f"{'notebook':32}{'words':>7}{'sentences':>11}{'words each':>12}{'longest':>9}{'LIX':>6}")
    for path in notebooks.paths():
        found = sentences(plain_prose(path))
        n_words = sum(map(len, found))
        longest = max(map(len, found))
        print(
            f"{path.stem:32}{n_words:7,}{len(found):11,}{n_words / len(found):12.1f}"
            f"{longest:9}{lix(found):6.0f}"
        )
