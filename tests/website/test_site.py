"""The site in a browser: it needs nobody, its widgets live, and everyone can use it."""

from playwright.sync_api import expect
import pytest

from tests.page_checks import IN_CHROMIUM, drag, violations, width
from tests.website.browsers import LAPTOP, PHONE, opened
from tests.website.common import EACH

pytestmark = IN_CHROMIUM
HOME, PAGE = "index.html", EACH.replace(".ipynb", ".html")
# To scroll to the end, and to come past everything on the way there.
THROUGH = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight) {
        scrollTo(0, top);
        await frame();
        await frame();
    }
}"""


def draws(page):
    """Draw, and wait until the loss has followed."""
    loss = page.locator(".ae-loss")
    before = loss.text_content()
    drag(page, page.locator("canvas.ae-pad"))
    expect(loss).not_to_have_text(before)


def names(course):
    """Return the names of the pages, without the old names that lead on to another page."""
    pages = {path: path.read_text(encoding="utf-8") for path in course.rglob("*.html")}
    staying = [path for path, text in pages.items() if 'http-equiv="refresh"' not in text]
    return sorted(path.relative_to(course).as_posix() for path in staying)


def all_alive(page):
    """Go to each widget of a page, and wait until it lives."""
    places = page.locator(".widget-view")
    expect(places).not_to_have_count(0)
    for place in places.all():
        place.evaluate("place => place.scrollIntoView()")
        expect(place.locator("*").first).to_be_attached()
    expect(page.locator(".ae-still").locator("visible=true")).to_have_count(0)


def test_no_page_asks_anyone_else_or_has_an_error(browser, course, home):
    found = names(course)
    assert {"index.html", "search.html", "licence.html", "docs/glossary.html", PAGE} <= set(found)
    for name in found:
        with opened(browser, home, name, **LAPTOP) as page:
            page.evaluate(THROUGH)
            expect(page.locator("h1")).to_have_count(1)
            policy = page.locator("meta[http-equiv='Content-Security-Policy']")
            words = policy.get_attribute("content").partition("script-src")
            assert words[0].startswith("default-src 'none'")
            assert "unsafe" not in words[2]
            assert page.context.cookies() == []


@pytest.mark.parametrize("options", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_one_draws_on_the_first_screen_and_sees_what_becomes_of_it(browser, home, options):
    with opened(browser, home, HOME, **options) as page:
        pad, made = page.locator("canvas.ae-pad"), page.get_by_role("img", name="reconstruction")
        for part in (pad, made):
            box = part.bounding_box()
            assert box["y"] + box["height"] <= options["viewport"]["height"]
        draws(page)
        loss = page.locator(".ae-loss")
        sliders = page.get_by_role("slider")
        expect(sliders).to_have_count(8)
        before = loss.text_content()
        sliders.first.focus()
        page.keyboard.press("End")
        expect(loss).not_to_have_text(before)
        assert width(page) == page.viewport_size["width"]


def test_home_leads_to_every_notebook(browser, course, home):
    chapters = {name for name in names(course) if name.startswith("notebooks/0")}
    with opened(browser, home, HOME) as page:
        links = page.locator(".cards a")
        assert {link.get_attribute("href") for link in links.all()} == chapters
        pictures = page.locator(".cards a").get_by_role("img")
        expect(pictures).to_have_count(len(chapters))


def test_the_answer_has_its_figures(browser, home):
    with opened(browser, home, "answer.html") as page:
        page.evaluate(THROUGH)
        figures = page.locator("article img")
        expect(figures).to_have_count(3)
        assert all(figure.get_attribute("alt") for figure in figures.all())
        assert all(figure.evaluate("figure => figure.decode()") is None for figure in figures.all())


def test_bytes_are_loaded_only_when_their_widget_comes_into_view(browser, home):
    with opened(browser, home, PAGE, **PHONE) as page:
        for needs_no_bytes in "fieldset.ae-guess", ".ae-intervals":
            expect(page.locator(needs_no_bytes)).to_have_count(1)
        expect(page.locator("canvas.ae-pad")).to_have_count(0)
        model = page.locator(".widget-view:empty").last.get_attribute("data-model")
        awaited = page.locator(f".widget-view[data-model='{model}']")
        awaited.scroll_into_view_if_needed()
        expect(awaited.locator("canvas").first).to_be_visible()


def test_solutions_are_behind_a_closed_fold(browser, home):
    with opened(browser, home, "notebooks/solutions/03_solutions.html") as page:
        folds = page.locator("details.solution")
        expect(folds).to_have_count(3)
        text = page.get_by_text("Put the two layers together")
        expect(text).to_be_hidden()
        folds.first.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(text).to_be_visible()


def test_opened_from_disk_it_works_as_well(browser, course):
    root = f"{course.as_uri()}/"
    with opened(browser, root, HOME) as page:
        draws(page)
    with opened(browser, root, PAGE) as page:
        all_alive(page)


@pytest.mark.parametrize("from_disk", [False, True], ids=["served", "from disk"])
def test_search_needs_no_server(browser, course, home, from_disk):
    root = f"{course.as_uri()}/" if from_disk else home
    with opened(browser, root, HOME, **LAPTOP) as page:
        page.get_by_role("textbox", name="Search").fill("hourglass")
        page.keyboard.press("Enter")
        results = page.locator("#search-results li a")
        expect(results.filter(has_text="Build an autoencoder").first).to_be_visible()


LOOKS = [{"color_scheme": "light", **LAPTOP}, {"color_scheme": "dark", **PHONE}]


def check_everyone(browser, root, name):
    """Fail if a page keeps people out, on a light laptop or on a dark phone."""
    for look in LOOKS:
        # axe comes into the page as a script, which the page's own policy forbids
        with opened(browser, root, name, bypass_csp=True, **look) as page:
            page.evaluate(THROUGH)
            page.evaluate(
                "document.querySelectorAll('details').forEach(fold => (fold.open = true))"
            )
            assert violations(page) == []
            assert width(page) <= page.viewport_size["width"]


NOTEBOOKS = ["notebooks/00_play", "notebooks/03_bottleneck", "notebooks/solutions/03_solutions"]
OTHERS = ["docs/glossary", "search", "answer"]


@pytest.mark.parametrize("name", [HOME, PAGE, *(f"{name}.html" for name in NOTEBOOKS + OTHERS)])
def test_axe_finds_nothing_that_keeps_people_out(browser, home, name):
    check_everyone(browser, home, name)


def test_on_paper_a_widget_is_its_still_form(browser, home):
    with opened(browser, home, "notebooks/00_play.html") as page:
        all_alive(page)
        page.emulate_media(media="print")
        expect(page.locator(".ae-still").first).to_be_visible()
        expect(page.locator(".widget-view").first).to_be_hidden()
