"""The code and the style of widgets in the browser."""

from pathlib import Path

from aehelpers.show import live


def script(*names):
    """Return the code of a widget in these files, preceded by the code that all widgets share."""
    paths = [Path(live.__file__).with_name("live.js"), *map(Path(__file__).with_name, names)]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def style(*names):
    """Return the style of a widget in these files, preceded by the style that all widgets share."""
    paths = map(Path(__file__).with_name, ("shared.css", *names))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)
