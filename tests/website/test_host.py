"""The widgets of an executed notebook in a plain page: no Jupyter, no kernel.

What each of their controls does there is tested in test_controls.py.
"""

from playwright.sync_api import expect
import pytest

from tests.jupyterlab.common import OTHER_IMAGES, move
from tests.page_checks import IN_CHROMIUM, violations, width
from tests.website.browsers import PHONE, opened
from tests.website.common import CELLS, TRAININGS, box, model, notebook, own

pytestmark = IN_CHROMIUM


@pytest.fixture
def page(browser, address):
    with opened(browser, address) as page:
        yield page


def test_all_widgets_are_alive_and_in_place_of_their_still_form(page):
    expect(page.locator(".ae-live")).to_have_count(len(CELLS) - TRAININGS)
    stills = page.locator(".ae-still")
    expect(stills).to_have_count(len(CELLS))
    expect(stills.locator("visible=true")).to_have_count(TRAININGS)
    expect(stills.locator("visible=true")).to_contain_text("live while the cell runs")
    expect(page.get_by_text("model not found")).to_have_count(0)
    assert page.title() == "One of each"


def test_a_slider_turns_the_page_of_an_explorer(page):
    for number in (0, 1):  # alone, and beside a choice
        expect(page.locator(".ae-explorer").nth(number)).to_have_attribute("data-state", "1")
        assert move(page, number, "ArrowRight", "2") == 180
        assert move(page, number, "Home", "0") == 0


def test_other_images_and_another_data_set_need_a_kernel(page):
    said = page.get_by_role("status").get_by_text(OTHER_IMAGES)
    choice = page.get_by_role("combobox", name="data set")
    choice.select_option("Two")
    expect(said).to_be_visible()
    expect(choice).to_have_value("One")  # it stays what is shown
    page.get_by_role("status").evaluate_all("all => all.forEach(line => line.textContent = '')")
    page.get_by_role("button", name="Other images").click()
    expect(said).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_everyone_can_use_the_page_on_a_phone(browser, address, colours):
    with opened(browser, address, color_scheme=colours, **PHONE) as page:
        expect(page.locator(".ae-still").locator("visible=true")).to_have_count(TRAININGS)
        assert width(page) == 390
        assert violations(page) == []


def test_a_notebook_of_the_course(browser, site, played):
    with opened(browser, site(played), **PHONE) as page:
        expect(page.locator(".ae-still")).not_to_have_count(0)
        expect(page.locator(".ae-still").locator("visible=true")).to_have_count(0)
        assert width(page) == 390


# --- What host.js promises to the code of a widget, without executing a notebook ---

COUNTER = """
function initialize({ model }) {
    model.set('started', model.get('started') + 1);
}
function render({ model, el }) {
    const button = el.appendChild(document.createElement('button'));
    const bytes = model.get('deep').bytes;
    const show = () => (button.textContent = [
        model.get('started'), model.get('count'), bytes.getUint16(0, true), bytes.byteLength,
    ].join(' '));
    model.on('change:count', show);
    button.onclick = () => {
        model.set('count', model.get('count') + 1);
        model.save_changes();
        if (model.get('count') === 2) model.off('change:count', show);
    };
    show();
}
"""


@pytest.mark.parametrize(
    "exported", ["{ initialize, render }", "async () => ({ initialize, render })"]
)
def test_views_of_a_widget_share_its_model(browser, site, exported):
    counter = own(
        f"{COUNTER} export default {exported};",
        "button { border-top-width: 7px; }",
        buffers=[{"path": ["deep", "bytes"], "encoding": "base64", "data": "AQIDBA=="}],
        started=0,
        count=0,
        deep={},
    )
    states = {"a": counter, "b": box("gone", "a"), "gone": model("OutputModel")}
    with opened(browser, site(notebook(states, "a", "b"))) as page:
        first, second = page.get_by_role("button").nth(0), page.get_by_role("button").nth(1)
        expect(second).to_have_text("1 0 513 4")
        expect(second).to_have_css("border-top-width", "7px")
        first.click()
        expect(first).to_have_text("1 1 513 4")
        expect(second).to_have_text("1 1 513 4")
        second.click()  # which no longer wants to hear of it then
        first.click()
        expect(first).to_have_text("1 3 513 4")
        expect(second).to_have_text("1 2 513 4")


HALF = """export default { render({ el }) {
    el.textContent = 'half';
    throw new Error('late');
} };"""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("export default {", "SyntaxError"),
        ("throw new Error('at once');", "at once"),
        ("export default { initialize() { throw new Error('first'); } };", "first"),
        (HALF, "late"),
    ],
)
def test_a_widget_that_fails_says_so_in_the_console_and_its_still_form_stays(
    browser, site, code, words
):
    works = "export default { render: ({ el }) => el.append('works') };"
    states = {"a": own(code), "b": box("a"), "c": own(works)}
    with opened(browser, site(notebook(states, "a", "b", "c"))) as page:
        page.get_by_text("works").wait_for()
        expect(page.locator(".widget-view:empty")).to_have_count(2)
        assert page.locator(".ae-still").locator("visible=true").count() == 3
        assert len(page.errors) == 2
        for error in page.errors:
            assert "does not work" in error
            assert words in error
        page.errors.clear()
