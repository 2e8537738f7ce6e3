"""A learner trains a network: stopped, lost with its kernel, and trained to its end."""

from playwright.sync_api import expect

from tests.jupyterlab.common import reopen, run_new, save, shown, shut_down
from tests.page_checks import IN_CHROMIUM, drag
from tests.widgets.test_train import FEW, WAITING

pytestmark = IN_CHROMIUM
LOST = (
    "No kernel runs here any more, so this training has ended. "
    "Run this cell in a notebook to train."
)
ALONE = (
    "Training needs a kernel, and none runs here. Run this cell in a notebook, then press Train."
)


def test_a_training_is_lost_with_its_kernel_stopped_finished_and_tried(jupyter, page):
    name = "train.ipynb"
    run_new(page, jupyter, name, [FEW + "trainer", WAITING, "learn.fit = fit"])
    cells, button = page.locator(".jp-CodeCell"), page.locator(".ae-controls button")
    message = page.get_by_role("status").filter(has_text="pdates")

    def begin():
        run_cell(page, cells.nth(1))
        button.click()
        page.get_by_text("1 of 20 updates").wait_for()
        expect(button).to_have_text("Stop")

    begin()
    save(page, jupyter, name)
    shut_down(page, jupyter)
    expect(button).to_be_hidden()  # in the page that was left open
    jupyter.open(page, name)
    page.get_by_role("status").get_by_text(LOST).wait_for()
    expect(button).to_be_hidden()
    expect(page.locator("progress")).to_be_hidden()
    assert jupyter.run_all(page) == []
    expect(button).to_have_text("Train")
    assert not shown(page, LOST)

    begin()
    assert page.locator(".ae-row").count() == 2
    expect(page.get_by_label("data set")).to_be_disabled()
    button.click()
    message.filter(has_text="Stopped after 2 of 20").wait_for()
    expect(button).to_have_text("Train")
    page.locator("canvas.ae-pad").wait_for()

    run_cell(page, cells.nth(2))
    page.get_by_label("k", exact=True).select_option("2")
    button.click()
    message.filter(has_text="Trained with 24 updates").wait_for()
    assert page.locator(".ae-losses circle").count() == 24
    for _ in range(2):
        assert page.locator("canvas.ae-map").count() == 1
        page.get_by_role("button", name="Clear").click()
        loss = page.locator(".ae-loss").first
        before = loss.text_content()
        drag(page, page.locator("canvas.ae-pad"))
        assert loss.text_content() != before
        save(page, jupyter, name)
        reopen(page, jupyter, name)
        page.locator("canvas.ae-map").wait_for()
    page.get_by_role("button", name="Clear").click()  # of Draw, which needs no kernel
    assert not shown(page, ALONE)
    button.click()
    page.get_by_role("status").get_by_text(ALONE).wait_for()
    expect(button).to_have_text("Train")


def run_cell(page, cell):
    """Run a cell with the keyboard, and wait until it is done."""
    cell.locator(".cm-content").click()
    number = cell.locator(".jp-InputArea-prompt").text_content()
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "([prompt, before]) => ![before, '[*]:'].includes(prompt.textContent)",
        arg=[cell.locator(".jp-InputArea-prompt").element_handle(), number],
    )
