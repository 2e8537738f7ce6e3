"""Questions hide their answer until somebody guesses, or opens it."""

from aehelpers import widgets

from tests.calls import refused

QUESTION = widgets.Guess("Is 1 < 2?", ["yes & no", "no"])
ANSWER = QUESTION.answer("yes & no", "One is the smaller <i>.")
CLOSED = "Guess first, or open."


def test_what_stands_for_it_without_a_live_page_hides_the_answer():
    data, _ = QUESTION.still()
    assert data["text/plain"] == "Is 1 < 2? yes & no / no"
    assert "Is 1 &lt; 2?" in data["text/html"]
    assert data["text/html"].count("<li>") == 2
    closed, _ = ANSWER.still()
    assert closed["text/html"].startswith(f"<details><summary>{CLOSED}</summary>")
    assert "<b>yes &amp; no.</b> One is the smaller &lt;i&gt;." in closed["text/html"]
    assert "One is" not in closed["text/plain"]


test_wrong_calls = refused(
    [(widgets.Guess, dict(options=o), "options is") for o in (["a"], ["a", "a"], ["a", ""])]
    + [
        (QUESTION.answer, dict(outcome="yes", because="b"), "outcome is 'yes'"),
        (QUESTION.answer, dict(outcome="no", because=3), "because is 3"),
    ]
)
