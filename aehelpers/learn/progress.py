"""What a learner sees while a network trains, and how the stop button ends training."""

import html
import signal
import threading

from aehelpers import arguments as arg
from aehelpers import show
from aehelpers.learn.memory import device, keras
from IPython import get_ipython
import ipywidgets
import numpy as np
from tqdm.notebook import tqdm


@arg.checked(widget=arg.instance(ipywidgets.DOMWidget, "a widget"), text=str)
def display_progress(widget, text):
    """Display a widget that is useful only while the cell runs, and a text to replace it later.

    In a script, which cannot show either, this does nothing.
    """
    if get_ipython():
        widget.add_class("ae-training")
        still = {"text/html": f"<p>{html.escape(text)}</p>", "text/plain": text}
        show.display_live(widget, still)


class Bar(keras.callbacks.Callback):
    """A progress bar over updates, with the remaining time.

    Parameters
    ----------
    n_updates : int
    text : str
        The text to show where the bar is not alive.
    *below : ipywidgets.Widget
        The widgets to show below the bar.
    """

    def __init__(self, n_updates, text, *below):
        super().__init__()
        self.bar = tqdm(total=n_updates, unit=" updates", display=False)
        self.box = ipywidgets.VBox([self.bar.container, *below])
        display_progress(self.box, text)

    def on_train_batch_end(self, batch, logs=None):
        self.bar.update()

    def hide(self):
        """Make room for the final figure."""
        self.bar.close()
        self.box.layout.display = "none"


class BarAndFigure(Bar):
    """A progress bar with a figure below it, such as a curve that grows.

    Parameters
    ----------
    n_updates : int
    text : str
        The text to show where the bar is not alive.
    """

    def __init__(self, n_updates, text):
        self.figure = ipywidgets.HTML()  # an image widget has no text alternative
        super().__init__(n_updates, text, self.figure)
        self.bar.set_description(f"Training on {device()}")

    def draw(self, figure):
        """Show a `show.Figure`."""
        data, _ = figure._repr_mimebundle_()
        self.figure.value = data["text/html"]


class BarAndCurve(BarAndFigure):
    """A progress bar with the loss curve below it.

    Parameters
    ----------
    n_updates : int
    losses : dict of str to list
        The ``history`` of a `keras.callbacks.History` that Keras calls before this one.
    title : str
    """

    def __init__(self, n_updates, losses, title):
        self.losses, self.title = losses, title
        super().__init__(n_updates, "Progress bar and loss curve, live while the cell runs.")

    def on_epoch_end(self, epoch, logs=None):
        self.draw(loss_curve(self.losses, self.title))
        self.bar.set_postfix_str(losses_in_words(self.losses))


def loss_curve(losses, title):
    """Return the figure of a finished or running training: its losses after each epoch."""
    validation = losses.get("val_loss", [])
    best = best_epoch(losses) if validation else None
    return show.loss_curves(losses["loss"], validation, title, best)


def best_epoch(losses):
    """Return the epoch, counted from 1, whose weights are kept: without validation, the last."""
    if not losses.get("val_loss"):
        return len(losses.get("loss", []))
    # NaN, which comes from diverging training, is never the best.
    return int(np.argmin(np.nan_to_num(losses["val_loss"], nan=np.inf))) + 1


def losses_in_words(losses):
    """Return the last loss and, if there is one, the best validation loss, in words."""
    words = f"loss {losses['loss'][-1]:.4f}"
    if losses.get("val_loss"):
        least, best = min(losses["val_loss"]), best_epoch(losses)
        words += f", best validation loss {least:.4f} (epoch {best})"
    return words


class StopButton(keras.callbacks.Callback):
    """Delay an interrupt until the end of the update or validation batch in which it comes.

    During the first of them, TensorFlow builds graphs, and Keras builds the variables of optimizer
    and metrics. A model in which these are half built can never be trained again.
    """

    def __enter__(self):
        self.presses = []
        if threading.current_thread() is not threading.main_thread():
            return  # interrupts reach only the main thread
        handler = signal.getsignal(signal.SIGINT)
        if handler is signal.default_int_handler:  # any other handler stays
            signal.signal(signal.SIGINT, self.press)
        elif isinstance(getattr(handler, "__self__", None), StopButton):
            self.presses = handler.__self__.presses  # those of the enclosing training

    def __exit__(self, *error):
        if signal.getsignal(signal.SIGINT) == self.press:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def press(self, *signal_and_frame):
        self.presses.append(signal_and_frame)

    def on_train_batch_end(self, batch, logs=None):
        if self.presses:
            raise KeyboardInterrupt

    on_test_batch_end = on_train_batch_end
