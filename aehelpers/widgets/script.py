"""The JavaScript of the widgets."""

from pathlib import Path

from aehelpers.show import live


def script(name):
    """Return the code of a widget, preceded by the code that all widgets share."""
    paths = Path(live.__file__).with_name("live.js"), Path(__file__).with_name(name)
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)
