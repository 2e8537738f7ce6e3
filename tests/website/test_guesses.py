"""A question and its answer find each other in a page without a kernel."""

from aehelpers import widgets
from playwright.sync_api import expect
import pytest

from tests.website.common import notebook, own
from tests.website.test_host import opened
from tests.widgets.common import in_chromium
from tests.widgets.test_guess import ANSWER, CLOSED, QUESTION
from tools.lab import headless_browser

pytestmark = in_chromium


@pytest.fixture(scope="module")
def browser():
    with headless_browser() as browser:
        yield browser


@pytest.fixture
def page(browser, site):
    """Yield a page of a notebook with the answer above its question, between two others."""
    other = widgets.Guess("Another?", ["one", "two"])
    asked = {"a": ANSWER, "q": QUESTION, "o": other, "b": other.answer("two", "It is even.")}
    states = {}
    for name, widget in asked.items():
        kept = {key: value for key, value in widget.get_state().items() if key[0] != "_"}
        kept = {key: value for key, value in kept.items() if isinstance(value, (str, list))}
        states[name] = own(widget._esm, widget._css, **kept | {"layout": ""})
    with opened(browser, site(notebook(states, *asked))) as page:
        yield page


def answers(page):
    return page.locator("details.ae-answer")


def test_an_answer_is_closed_until_its_question_was_guessed_at(page):
    expect(answers(page)).to_have_count(2)
    assert answers(page).evaluate_all("all => all.map(one => one.open)") == [False, False]
    expect(answers(page).first.locator("summary")).to_have_text(CLOSED)
    page.get_by_label("yes & no").check()
    expect(answers(page).first).to_have_attribute("open", "")
    expect(answers(page).first).to_contain_text("You guessed: yes & no.")
    expect(answers(page).first).to_contain_text("That is what happened. One is the smaller <i>.")
    expect(page.get_by_role("status").first).to_have_text("The answer below is open now.")
    assert answers(page).evaluate_all("all => all.map(one => one.open)") == [True, False]


def test_a_guess_that_misses_is_told_kindly_what_happened(page):
    page.get_by_label("one").check()
    second = answers(page).nth(1)
    expect(second).to_contain_text("You guessed: one.")
    expect(second).to_contain_text("What happened: two. It is even.")


def test_it_opens_without_a_guess_by_keyboard(page):
    summary = answers(page).first.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(answers(page).first).to_contain_text("What happened: yes & no.")
    expect(summary).to_have_text(CLOSED)
