"""A question and its answer find each other in a page without a kernel."""

from aehelpers import widgets
from playwright.sync_api import expect

from tests.page_checks import in_chromium
from tests.website.browsers import opened
from tests.website.common import notebook, own
from tests.widgets.test_guess import ANSWER, CLOSED, QUESTION


def made():
    """Return a notebook with an answer above its question, between two others."""
    other = widgets.Guess("Another?", ["one", "two"])
    asked = {"a": ANSWER, "q": QUESTION, "o": other, "b": other.answer("two", "It is even.")}
    states = {}
    for name, widget in asked.items():
        kept = {key: value for key, value in widget.get_state().items() if key[0] != "_"}
        kept = {key: value for key, value in kept.items() if isinstance(value, (str, list))}
        states[name] = own(widget._esm, widget._css, **kept | {"layout": ""})
    return notebook(states, *asked)


@in_chromium
def test_an_answer_is_closed_until_one_opens_it_or_has_guessed(browser, site):
    with opened(browser, site(made())) as page:
        answers = page.locator("details.ae-answer")
        expect(answers).to_have_count(2)
        assert answers.evaluate_all("all => all.map(one => one.open)") == [False, False]
        first, second = answers.first, answers.nth(1)
        page.get_by_label("one").check()
        expect(second).to_have_attribute("open", "")
        expect(second).to_contain_text("You guessed: one.")
        expect(second).to_contain_text("What happened: two. It is even.")
        assert answers.evaluate_all("all => all.map(one => one.open)") == [False, True]

        summary = first.locator("summary")
        summary.focus()
        page.keyboard.press("Enter")
        expect(first).to_contain_text("What happened: yes & no.")
        expect(summary).to_have_text(CLOSED)
        page.get_by_label("yes & no").check()
        expect(page.get_by_label("yes & no")).to_be_checked()
        expect(first).to_contain_text("You guessed: yes & no.")
        expect(first).to_contain_text("That is what happened. One is the smaller <i>.")
        expect(page.get_by_role("status").first).to_have_text("The answer below is open now.")
