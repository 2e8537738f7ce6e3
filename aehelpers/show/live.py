"""Live widgets in outputs, and a still form for where no kernel keeps them alive.

A wrong argument raises TypeError or ValueError.
"""

from aehelpers import arguments as arg
from IPython.display import display
import ipywidgets

WIDGET = "application/vnd.jupyter.widget-view+json"

# The still form and the live view are two outputs, one below the other. JupyterLab shows one format
# of each output, and writes "model not found" if that is a view whose widget is gone. So the second
# output is hidden as long as it holds no live view; otherwise the first one is hidden.
# (Only widgets are panels there: in a notebook stored without views, the next output is what the
# cell printed, and it stays.)
# ipywidgets marks each part that has lost its kernel with a red broken chain, even sliders, which
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
    """Display a widget, and a still form of it where the widget is not alive.

    Parameters
    ----------
    widget : ipywidgets.DOMWidget
    still : dict of str to str
        What to show without the widget, by MIME type; "text/html" is required.
    metadata : dict, optional
        Metadata of the still form, by MIME type.
    """
    widget.add_class("ae-live")
    live = widget._repr_mimebundle_()
    live = live[0] if isinstance(live, tuple) else live  # anywidget returns metadata as well
    marked = f'<div class="ae-still">{still["text/html"]}</div>{_STYLE}'
    display(still | {"text/html": marked}, metadata=metadata or {}, raw=True)
    display({WIDGET: live[WIDGET]}, raw=True)
