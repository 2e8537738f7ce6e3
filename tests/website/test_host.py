"""The widgets of an executed notebook in a plain page: no Jupyter, no kernel."""

import contextlib
import functools

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
import pytest

from tests.test_reopened import OTHER_IMAGES
from tests.website.common import CELLS, TRAININGS, box, model, notebook, own
from tools.lab import chromium, headless_browser, watched_page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture(scope="module")
def browser():
    with headless_browser() as browser:
        yield browser


@contextlib.contextmanager
def opened(browser, address, **options):
    """Yield a page; at the end, fail on any error, and on a request to anywhere but its address."""
    errors, requests = [], []
    with watched_page(browser, **options) as page:
        page.errors = errors
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("request", lambda request: requests.append(request.url))
        page.goto(address)
        yield page
    assert errors == []
    assert [url for url in requests if not url.startswith(("blob:", "data:"))] == [address]


@pytest.fixture
def page(browser, address):
    with opened(browser, address) as page:
        yield page


def pixels(canvas):
    return canvas.evaluate("canvas => canvas.toDataURL()")


def stroke(canvas):
    """Return the places of a stroke over a canvas."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    y = box["y"] + box["height"] / 2
    return [(box["x"] + share * box["width"], y) for share in (0.2, 0.5, 0.8)]


def drag(page, canvas):
    first, *others = stroke(canvas)
    page.mouse.move(*first)
    page.mouse.down()
    for place in others:
        page.mouse.move(*place, steps=3)
    page.mouse.up()


def test_all_widgets_are_alive_and_in_place_of_their_still_form(page):
    expect(page.locator(".ae-live")).to_have_count(len(CELLS) - TRAININGS)
    stills = page.locator(".ae-still")
    expect(stills).to_have_count(len(CELLS))
    expect(stills.locator("visible=true")).to_have_count(TRAININGS)
    expect(stills.locator("visible=true")).to_contain_text("live while the cell runs")
    expect(page.get_by_text("model not found")).to_have_count(0)
    assert page.title() == "One of each"


@pytest.mark.parametrize("number", [0, 1])  # alone, and beside a choice
def test_a_slider_turns_the_page_of_an_explorer(page, number):
    explorer = page.locator(".ae-explorer").nth(number)
    level = functools.partial(
        explorer.locator("canvas").evaluate,
        "canvas => canvas.getContext('2d').getImageData(0, 0, 1, 1).data[0]",
    )
    expect(explorer).to_have_attribute("data-state", "1")
    assert level() == 90
    page.get_by_role("slider", name="k", exact=True).nth(number).focus()
    for key, state, grey in (("ArrowRight", "2", 180), ("Home", "0", 0)):
        page.keyboard.press(key)
        expect(explorer).to_have_attribute("data-state", state)
        assert level() == grey


def test_other_images_need_a_kernel(page):
    page.get_by_role("button", name="Other images").click()
    expect(page.get_by_role("status").get_by_text(OTHER_IMAGES)).to_be_visible()


def test_another_data_set_needs_a_kernel_and_the_choice_stays_what_is_shown(page):
    choice = page.get_by_role("combobox", name="data set")
    choice.select_option("Two")
    expect(page.get_by_role("status").get_by_text(OTHER_IMAGES)).to_be_visible()
    expect(choice).to_have_value("One")


def test_a_choice_is_kept_and_opens_its_answer(page):
    answer = page.get_by_text("That is what happened. It is a lot.")
    expect(answer).to_be_hidden()
    page.get_by_label("much").check()
    expect(answer).to_be_visible()
    expect(page.get_by_label("much")).to_be_checked()
    expect(page.get_by_label("little")).not_to_be_checked()


def test_a_drawing_goes_through_the_network(page):
    loss = page.locator(".ae-networks .ae-loss").first
    before = loss.text_content()
    drag(page, page.locator("canvas.ae-pad").first)
    expect(loss).not_to_have_text(before)


def test_a_finger_draws(browser, address):
    with opened(browser, address, **PHONE) as page:
        loss = page.locator(".ae-networks .ae-loss").first
        before = loss.text_content()
        touch = page.context.new_cdp_session(page)
        send = functools.partial(touch.send, "Input.dispatchTouchEvent")
        places = stroke(page.locator("canvas.ae-pad").first)
        for (x, y), kind in zip(places, ["touchStart", "touchMove", "touchMove"]):
            send({"type": kind, "touchPoints": [{"x": x, "y": y}]})
        send({"type": "touchEnd", "touchPoints": []})
        expect(loss).not_to_have_text(before)


def test_the_point_of_a_map_follows_the_mouse(page):
    place = page.locator(".ae-place").first
    before = place.text_content()
    drag(page, page.locator("canvas.ae-map"))
    expect(place).not_to_have_text(before)


def test_an_image_that_is_chosen_has_its_neighbours(page):
    nearest = page.get_by_role("group", name="pixels").get_by_role("img").first
    before = pixels(nearest)
    chosen = page.get_by_role("group", name="Images to choose from").get_by_role("button").nth(1)
    chosen.click()
    expect(chosen).to_have_attribute("aria-pressed", "true")
    assert pixels(nearest) != before


def test_labels_are_given_one_after_the_other(page):
    for name, still_open in (("cat", "2 still to label."), ("dog", "1 still to label.")):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_text(still_open, exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="dog, image 2")).to_be_visible()


def test_a_slider_moves_the_means_of_arms(page):
    mean = page.locator(".ae-intervals .ae-mean")
    expect(mean).to_have_text("50.0")
    page.get_by_role("slider", name="labels", exact=True).press("ArrowRight")
    expect(mean).to_have_text("80.0")


def test_a_morph_moves_with_its_slider(page):
    named = page.get_by_role("img", name="in the pixels")
    between = page.locator("canvas").and_(named)  # the still picture says so, too
    before = pixels(between)
    way = page.get_by_role("slider", name="way")
    way.focus()
    page.keyboard.press("Home")
    expect(way).to_have_value("0")
    assert pixels(between) != before


def test_an_image_is_spoilt(page):
    error = page.locator(".ae-loss", has_text="MSE").first
    before = error.text_content()
    page.get_by_role("button", name="Fresh noise").click()
    expect(error).not_to_have_text(before)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_everyone_can_use_the_page_on_a_phone(browser, address, colours):
    with opened(browser, address, color_scheme=colours, **PHONE) as page:
        expect(page.locator(".ae-still").locator("visible=true")).to_have_count(TRAININGS)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], node["html"][:200]) for rule in found for node in rule["nodes"]] == []


def test_a_notebook_of_the_course(browser, site, played):
    with opened(browser, site(played), **PHONE) as page:
        expect(page.locator(".ae-still")).not_to_have_count(0)
        expect(page.locator(".ae-still").locator("visible=true")).to_have_count(0)
        place = page.locator(".ae-place").first
        before = place.text_content()
        drag(page, page.locator("canvas.ae-map").first)
        expect(place).not_to_have_text(before)
        assert page.evaluate("document.documentElement.scrollWidth") == 390


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
