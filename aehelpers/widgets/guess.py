"""A question to guess at, and its answer. A wrong argument raises TypeError or ValueError."""

import html

from aehelpers import arguments as arg
from aehelpers.widgets.script import script, style
from aehelpers.widgets.still import Live
import anywidget
import traitlets


class Guess(Live, anywidget.AnyWidget):
    """A question with a few options, asked before its answer is computed.

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

    _esm = script("parts.js", "guess.js")
    _css = style("guess.css")
    question = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    choice = traitlets.Unicode().tag(sync=True)

    @arg.checked(question=str, options=arg.sequence(str))
    def __init__(self, question, options):
        if len(options) < 2 or len(set(options)) < len(options) or "" in options:
            expected = "two or more texts, all different"
            raise ValueError(f"options is {arg.shown(options)}; expected {expected}")
        super().__init__(question=question, options=list(options))

    @arg.checked(outcome=str, because=str)
    def answer(self, outcome, because):
        """Return the answer, which opens when somebody has guessed.

        Parameters
        ----------
        outcome : str
            One of the options.
        because : str
            A sentence that says why.

        Returns
        -------
        Answer
        """
        arg.one_of(*self.options).check("outcome", outcome, {})
        return Answer(question=self.question, outcome=outcome, because=because)

    def still(self):
        """Return (data, metadata) of the question and a list of its options."""
        items = "".join(f"<li>{html.escape(option)}</li>" for option in self.options)
        page = f"<p><b>{html.escape(self.question)}</b></p><ul>{items}</ul>"
        return {"text/html": page, "text/plain": f"{self.question} {' / '.join(self.options)}"}, {}


class Answer(Live, anywidget.AnyWidget):
    """What happened, and why: closed until its question was guessed at, or until it is opened.

    `Guess.answer` makes it. In the page the two find each other by the question, with a kernel or
    without.
    """

    _esm = script("parts.js", "answer.js")
    _css = style("guess.css")
    question = traitlets.Unicode().tag(sync=True)
    outcome = traitlets.Unicode().tag(sync=True)
    because = traitlets.Unicode().tag(sync=True)

    def still(self):
        """Return (data, metadata) of what can be opened without a live page."""
        outcome, because = map(html.escape, (self.outcome, self.because))
        answer = f"<p><b>{outcome}.</b> {because}</p>"
        page = f"<details><summary>Guess first, or open.</summary>{answer}</details>"
        plain = f"{self.question} (The answer is closed: guess first.)"
        return {"text/html": page, "text/plain": plain}, {}
