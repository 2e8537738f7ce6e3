"""Questions hide their answer until the learner has chosen."""

from aehelpers import widgets


def test_a_prediction_compares_a_guess_with_what_happened():
    guess = widgets.Prediction("How much?", ["little", "much"])
    assert guess.compare_with("much") == "You made no guess. What happened: much."
    guess.choice = "much"
    assert guess.compare_with("much") == "You guessed: much. That is what happened."
    guess.choice = "little"
    assert guess.compare_with("much").startswith("You guessed: little.\nWhat happened: much.\n")


def test_a_prediction_can_be_read_without_a_kernel_and_hides_no_answer():
    data = widgets.Prediction("Is 1 < 2?", ["yes & no", "no"]).still()
    assert data["text/plain"] == "Is 1 < 2? yes & no / no"
    assert "Is 1 &lt; 2?" in data["text/html"]
    assert data["text/html"].count("<li>") == 2
    assert "Run this cell" in data["text/html"]


def test_a_prediction_starts_without_a_choice():
    assert widgets.Prediction("q", ["a", "b"]).choice == ""
