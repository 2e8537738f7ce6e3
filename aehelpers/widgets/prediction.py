"""Questions to answer before seeing a result. A wrong argument raises TypeError or ValueError."""

import html

from aehelpers import arguments as arg
from aehelpers.show import display_live
from aehelpers.widgets.script import script, style
import anywidget
import traitlets


class Prediction(anywidget.AnyWidget):
    """A question to answer before seeing a result, and what to say afterwards.

    Parameters
    ----------
    question : str
    options : sequence of str
        At least two answers, all different, none empty.

    Attributes
    ----------
    choice : str
        The chosen option; empty until one is chosen.
    """

    _esm = script("parts.js", "prediction.js")
    _css = style("prediction.css")
    question = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    choice = traitlets.Unicode().tag(sync=True)

    @arg.checked(question=str, options=arg.sequence(str))
    def __init__(self, question, options):
        if len(options) < 2 or len(set(options)) < len(options) or "" in options:
            raise ValueError(
                f"options is {arg.shown(options)}; expected two or more texts, all different"
            )
        super().__init__(question=question, options=list(options))

    def compare_with(self, outcome):
        """Return short lines to print that compare the guess with the outcome.

        Parameters
        ----------
        outcome : str
            One of the options.
        """
        arg.one_of(*self.options).check("outcome", outcome, {})
        if not self.choice:
            return f"You made no guess. What happened: {outcome}."
        if self.choice == outcome:
            return f"You guessed: {outcome}. That is what happened."
        return (
            f"You guessed: {self.choice}.\nWhat happened: {outcome}.\n"
            "A guess that misses is worth a second look:\nwhat did you expect to be different?"
        )

    def _ipython_display_(self):
        display_live(self, self.still())

    def still(self):
        """Return the question and its options as a list, for readers without a kernel."""
        items = "".join(f"<li>{html.escape(option)}</li>" for option in self.options)
        return {
            "text/html": f"<p><b>{html.escape(self.question)}</b></p><ul>{items}</ul>"
            "<p>Run this cell to choose an answer.</p>",
            "text/plain": f"{self.question} {' / '.join(self.options)}",
        }
