"""Questions hide their answer until the learner has chosen."""

from aehelpers import widgets

from tests.calls import refused


def test_a_prediction_compares_a_guess_with_what_happened():
    guess = widgets.Prediction("How much?", ["much", "very much"])
    assert guess.choice == ""
    assert guess.compare_with("much") == "You made no guess. What happened: much."
    guess.choice = "much"
    assert guess.compare_with("much") == "You guessed: much. That is what happened."
    said = guess.compare_with("very much")
    assert said.startswith("You guessed: much.\nWhat happened: very much.\n")


def test_a_prediction_can_be_read_without_a_kernel_and_hides_no_answer():
    data = widgets.Prediction("Is 1 < 2?", ["yes & no", "no"]).still()
    assert data["text/plain"] == "Is 1 < 2? yes & no / no"
    assert "Is 1 &lt; 2?" in data["text/html"]
    assert data["text/html"].count("<li>") == 2
    assert "Run this cell" in data["text/html"]


test_wrong_calls = refused(
    [(widgets.Prediction, dict(options=o), "options is") for o in (["a"], ["a", "a"], ["a", ""])]
)
