"""Intervals that follow sliders: in Python, and in a page without a kernel."""

from aehelpers import widgets
from aehelpers.experiments.results import interval
from playwright.sync_api import expect
import pytest

from tests.calls import SOME, refused
from tests.page_checks import in_chromium
from tests.widgets.common import mount

MEASURED = (SOME, [0.5])
RUNS = {"first": [0.5, 0.7], "second": [0.85, 0.95, 0.9]}


def made():
    """A widget in which the second arm is measured with 100 labels only, and then is better."""
    all_arms = {arm: (interval(runs), runs) for arm, runs in RUNS.items()}
    few = {"first": all_arms["first"]}
    return widgets.Intervals(
        "Arms side by side",
        "accuracy in %",
        sliders={"images": ["digits", "clothes"], "labels": [50, 100]},
        start={"images": "digits", "labels": 100},
        groups={"with": ["second"], "without": ["first"]},
        measured=[few, all_arms] * 2,
        limits=(35, 100),
    )


def test_its_still_form_is_the_figure_of_the_start():
    bundle, _ = made().still()
    words = "Arms side by side: images digits, labels 100. accuracy in %, mean with 95 % interval: "
    assert words + "second (with) ≈ 90.0 %" in bundle["text/plain"]
    assert "first (without) ≈ 60.0 %" in bundle["text/plain"]
    assert "sliders change" in bundle["text/html"]


def test_the_page_gets_percent_and_nothing_where_nothing_was_measured():
    spec = made().spec
    assert spec["arms"] == [("second", 0), ("first", 1)]
    second, first = spec["pages"][0]
    assert second is None
    mean, low, high, runs = first
    assert (mean, runs) == (60.0, [50.0, 70.0])
    assert low < mean < high


test_wrong_calls = refused(
    [
        (widgets.Intervals, dict(start={"k": 9}), "k is 9; expected one of"),
        (widgets.Intervals, dict(start={"n": 2}), "the state names .*'n'.*expected .*'k'"),
        (widgets.Intervals, dict(measured=[{"a": MEASURED}]), "measured has length 1; expected 2"),
        (widgets.Intervals, dict(measured=[{"z": MEASURED}] * 2), "an arm .* is 'z'; expected one"),
    ]
)


@in_chromium
def test_sliders_move_the_means_and_dots_and_say_what_was_not_measured(page):
    page.set_viewport_size({"width": 390, "height": 844})
    mount(page, made())
    means, chart = page.locator(".ae-mean"), page.locator(".ae-intervals")
    expect(means.nth(0)).to_have_text("90.0")
    track, dot = (chart.locator(f".ae-{part}").first.bounding_box() for part in ("track", "dot"))
    share = (dot["x"] + dot["width"] / 2 - track["x"]) / track["width"]
    assert share == pytest.approx((90 - 35) / (100 - 35), abs=0.02)
    page.get_by_label("labels").focus()
    page.keyboard.press("ArrowLeft")
    expect(means.nth(0)).to_have_text("not measured")
    expect(means.nth(1)).to_have_text("60.0")
    expect(chart).to_have_attribute("aria-label", "accuracy in %: first 60.0 %")
    expect(page.get_by_role("status")).to_have_text("Best first: first 60.0 %")
    page.keyboard.press("ArrowRight")
    expect(chart).to_have_attribute("aria-label", "accuracy in %: second 90.0 %; first 60.0 %")
