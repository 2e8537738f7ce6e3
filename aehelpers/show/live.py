"""Live widgets in outputs, and what is shown in their stead where no kernel keeps them alive.

A wrong argument raises TypeError or ValueError.
"""

from aehelpers import arguments as arg
from IPython.display import display
import ipywidgets

WIDGET = "application/vnd.jupyter.widget-view+json"

# A live view and what stands in its stead are two outputs, one below the other. JupyterLab shows
# one format of an output, and writes "model not found" when that is a view that has lost its
# widget. So as long as the second output holds no live view, it is hidden, else the first one.
# (Only widgets are panels there: where a notebook is stored without views, what a cell printed
# comes next, and stays.)
# ipywidgets puts a red broken chain at each part that has lost its kernel, also at sliders, which
# work without one. Our widgets say in words what needs the kernel.
_STYLE = (
    "<style>"
    ".jp-OutputArea-child:has(.ae-still) + "
    ".jp-OutputArea-child:has(> .jp-OutputArea-output.lm-Panel):not(:has(.ae-live)), "
    ".jp-OutputArea-child:has(.ae-still):has(+ .jp-OutputArea-child .ae-live) "
    "{ display: none; } "
    ".ae-live.jupyter-widgets-disconnected::before, "
    ".ae-live .jupyter-widgets-disconnected::before { display: none; } "
    ".ae-training.jupyter-widgets-disconnected::after "
    '{ content: "The kernel that trained is gone. Run this cell again."; }'
    "</style>"
)


@arg.checked(
    widget=arg.instance(ipywidgets.DOMWidget, "a widget"),
    still=arg.entries(**{"text/html": str}),
    metadata=arg.optional(dict),
)
def display_live(widget, still, metadata=None):
    """Display a widget, and a still form of it that is shown where the widget is not alive.

    Parameters
    ----------
    widget : ipywidgets.DOMWidget
    still : dict of str to str
        What to show without it, by MIME type; "text/html" is one of them.
    metadata : dict, optional
        Of the still form, by MIME type.
    """
    widget.add_class("ae-live")
    live = widget._repr_mimebundle_()
    live = live[0] if isinstance(live, tuple) else live  # anywidget returns metadata as well
    marked = f'<div class="ae-still">{still["text/html"]}</div>{_STYLE}'
    display(still | {"text/html": marked}, metadata=metadata or {}, raw=True)
    display({WIDGET: live[WIDGET]}, raw=True)
