"""The pages beside the notebooks, against README, glossary and pyproject.toml as they are."""

import json

from tools import ROOT
from tools.notebooks import chapters
from website import texts

SET = '[project.urls]\nRepository = "https://github.com/me/course/tree/main"'


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_as_long_as_nobody_has_set_an_address_no_page_leads_there():
    pyproject = SET.replace("me/", "OWNER/")
    assert texts.address(pyproject) is None
    assert texts.places("notebooks/00_play.ipynb", None) == {}
    note = texts.note("notebooks/00_play.ipynb", "../index.html", None)
    assert "http" not in note
    assert '<a href="../index.html#run-it">' in note


def test_with_an_address_a_notebook_can_be_opened_where_it_runs():
    address = texts.address(SET)
    assert address == ("me/course", "main")
    note = texts.note("notebooks/00_play.ipynb", "../index.html", address)
    assert "https://mybinder.org/v2/gh/me/course/main?labpath=notebooks%2F00_play.ipynb" in note
    assert "https://colab.research.google.com/github/me/course/blob/main/notebooks/" in note


def test_the_page_about_speed_has_a_row_for_each_measurement():
    page = texts.speed(json.loads(read("results/lighthouse.json")))
    assert page.startswith("# How fast this site is\n")
    assert page.count("| phone |") == page.count("| desktop |") == 4
    assert page.count("| home |") == page.count("| notebook 2 |") == 2
    assert "{" not in page


def test_every_notebook_of_the_readme_has_a_card():
    cards = texts.cards(read("README.md"))
    assert [path for _, path, _ in cards] == [f"notebooks/{path.name}" for path in chapters()]
    assert all(title and idea for title, _, idea in cards)


def test_every_term_of_the_glossary_has_an_anchor_and_a_meaning_without_marks():
    glossary = read("docs/glossary.md")
    meanings = texts.meanings(glossary)
    assert meanings["autoencoder"] == "A network that is trained to copy its input to its output."
    assert not any(sign in text for text in meanings.values() for sign in "$`*[")
    anchors = texts.with_anchors(glossary)
    assert anchors.count('<span id="term-') == len(meanings)
    assert '| <span id="term-adam">Adam</span> |' in anchors


def test_links_to_the_readme_lead_to_the_home_page():
    text = '<a id="x"></a>\n\n[a](../README.md#start), [b](../README.md#the-notebooks)\n'
    assert texts.for_sphinx(text) == "\n[a](../index.md#run-it), [b](../index.md#time-and-memory)\n"


def test_the_home_page_gives_the_answer_of_the_readme():
    readme = "one\n<!-- answer -->\n**So** it is.\nReally.\n<!-- end of answer -->\ntwo\n"
    assert texts.answer(readme) == "**So** it is.\nReally.\n"


def test_the_home_page_says_what_each_notebook_takes():
    table = texts.measured(read("README.md"))
    assert all(f"| {path.stem} |" in table for path in chapters())
