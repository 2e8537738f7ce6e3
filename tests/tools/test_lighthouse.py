"""What is published of Lighthouse's reports, and that it is good."""

import json

import pytest

from tools import lighthouse

ROWS = json.loads(lighthouse.STORED.read_text(encoding="utf-8"))


def test_a_row_has_what_is_published_of_a_report():
    audits = {name: {"numericValue": 1234.5678} for name in lighthouse.AUDITS.values()}
    found = {
        "categories": {name: {"score": 0.97} for name in lighthouse.SCORES},
        "audits": audits,
        "environment": {"benchmarkIndex": 1500},
        "lighthouseVersion": "13",
    }
    made = lighthouse.row("index.html", "phone", found)
    assert made["performance"] == 97
    assert made["largest_paint_ms"] == 1235
    assert made["shift"] == 1234.568


def test_the_run_on_the_fastest_machine_counts():
    assert lighthouse.quietest([{"machine": 1}, {"machine": 3}, {"machine": 2}]) == {"machine": 3}


def test_every_page_was_measured_on_both_devices():
    measured = [(row["page"], row["device"]) for row in ROWS]
    assert measured == [(p, device) for p in lighthouse.PAGES for device in lighthouse.DEVICES]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['page']}-{row['device']}")
def test_the_site_is_fast_and_for_everyone(row):
    assert all(row[name] >= 95 for name in lighthouse.SCORES)
    assert row["largest_paint_ms"] < 2500
    assert row["bytes"] < (1.5e6 if row["page"] == "index.html" else 3e6)
