"""The pages in docs/: glossary, references and notes for teachers, against the notebooks."""

import functools
import itertools
from pathlib import Path
import re
import shlex
from urllib.parse import parse_qs, urlsplit

from aehelpers.experiments import answers, results
import numpy as np
import pytest

from tools import notebooks

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
NOTEBOOKS = notebooks.chapters()[1:]  # notebook 0 defines and cites nothing
EVERY_NOTEBOOK = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
EVERY_PAGE = pytest.mark.parametrize("name", ["glossary", "references", "teaching"])

LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)")
EMPHASIS = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")
YEAR = re.compile(r"\b(?:18|19|20)\d\d\b")

# What is in bold without being a term: heads that every notebook has. And a phrase that ends like
# a sentence ("Predict first.", "Fix:", "1.") is no term either.
SKELETON = {"you will learn to", "you need", "time on a laptop", "try"}


def page(name):
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def without_code(text):
    return re.sub(r"```.*?```|`[^`\n]+`", "", text, flags=re.DOTALL)


def text_of(path):
    return prose(path) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")


@functools.cache
def prose(path):
    """Return the Markdown of a notebook."""
    return notebooks.prose(notebooks.read(path))


def headings(text):
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return re.findall(r"^#+ (.+)$", text, re.MULTILINE)


def anchor(heading):
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def table(text, first_column):
    """Return the rows of the tables whose head begins with this column."""
    rows = []
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        lines = [line.strip()[1:-1].split("|") for line in block.splitlines()]
        lines = [[cell.strip() for cell in line] for line in lines]
        if lines[0][0] == first_column:
            rows.append(lines[2:])
    return rows


def bullets(text):
    """Return the entries of the lists, each on one line."""
    found = re.findall(r"^- (.+(?:\n  .+)*)", text, re.MULTILINE)
    return [re.sub(r"\s*\n\s+", " ", entry) for entry in found]


# ---- All pages


DOCUMENTS = [ROOT / "README.md", *DOCS.glob("*.md"), *notebooks.paths()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_link_leads_somewhere_and_says_where(path):
    text = without_code(text_of(path))
    targets = re.findall(r"\]\(([^)\s]+)\)", text)  # pictures, too
    assert targets
    for target in targets:
        if target.startswith("https://"):
            continue
        name, _, fragment = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        assert file.exists(), target
        assert file.is_relative_to(ROOT)
        if fragment:
            assert fragment in map(anchor, headings(text_of(file))), target
    for words, _ in LINK.findall(text):
        plain = re.sub(r"[*`]", "", words).strip().lower()
        assert len(plain) >= 4 or path.suffix == ".ipynb", words  # "notebooks 4 and [5](...)"
        assert plain not in {"here", "this", "link", "click here", "page", "this page", "more"}
        assert "://" not in plain, words
        assert not plain.startswith("www."), words
    assert "://" not in LINK.sub("", text), "an address stands in the text"


@EVERY_PAGE
def test_no_number_that_the_course_measures_is_typed(name):
    text = re.sub("<!-- hub measured -->.*<!-- end", "", page(name), flags=re.DOTALL)
    # The level of the intervals; two made-up accuracies in a question for learners.
    assert set(re.findall(r"\d+(?:\.\d+)? ?%", text)) <= {"95 %", "70 %", "72 %"}
    # The limits of Binder and of the hub's tests.
    assert set(re.findall(r"\d+(?:\.\d+)? ?[GM]B", text)) <= {"2 GB", "1 GB", "600 MB"}
    assert not re.findall(r"\d ?(?:s|ms|seconds)\b", text)


@EVERY_PAGE
def test_every_make_target_that_is_named_exists(name):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([\w-]+)`", page(name)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


# ---- Glossary


def entries():
    """Return the rows of the glossary as (names, term, symbol, meaning, link)."""
    (rows,) = table(page("glossary"), "term")
    return [(names_of(row[0]), *row) for row in rows]


def names_of(term):
    """Return under which names a term goes: "dead (pixel)" is dead, "a, b" is a and b."""
    return [part.strip().lower() for part in re.sub(r"\([^)]*\)", "", term).split(",")]


def forms_of(entry):
    """Return the singular and the plural of every name of an entry."""
    return {name + ending for name in entry[0] for ending in ("", "s", "es")}


def defined_in(path):
    """Return the terms that a notebook's prose has in bold."""
    bold = re.findall(r"\*\*([^*]+)\*\*", prose(path))
    terms = [" ".join(phrase.split()).lower() for phrase in bold]
    return [
        term for term in terms if not term.endswith((".", ":", "?", "!")) and term not in SKELETON
    ]


def notebook_of(link):
    ((text, target),) = LINK.findall(link)
    path = (DOCS / target).resolve()
    assert text == f"notebook {int(path.name[:2])}"
    return path


def test_the_glossary_is_sorted_and_has_no_term_twice():
    terms = [term for _, term, *_ in entries()]
    assert len(terms) > 50
    assert terms == sorted(terms, key=str.casefold)
    assert len(set(terms)) == len(terms)


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry[1])
def test_an_entry_is_one_sentence_and_names_a_notebook_in_which_the_term_stands(entry):
    names, _, _, meaning, link = entry
    assert meaning.endswith(".")
    assert meaning[0].isupper()
    assert not re.search(r"[.!?;]\s", meaning)
    assert meaning.count("$") % 2 == 0
    assert len(meaning.split()) <= 45
    text = " ".join(prose(notebook_of(link)).lower().split())
    for name in names:
        assert re.search(rf"(?<!\w){re.escape(name)}(?:s|es)?(?!\w)", text), name


@EVERY_NOTEBOOK
def test_every_term_in_bold_is_in_the_glossary_with_the_notebook_that_introduces_it(path):
    terms = defined_in(path)
    assert terms
    for term in terms:
        matching = [entry for entry in entries() if term in forms_of(entry)]
        assert matching, f"{term!r} is in bold in {path.name}, and not in docs/glossary.md"
        forms = set.union(*map(forms_of, matching))
        first = next(p for p in NOTEBOOKS if forms & set(defined_in(p)))
        named = min(notebook_of(entry[-1]) for entry in matching)
        assert named <= first, f"{term!r} is in bold in {first.name} already"


def test_every_symbol_is_one_of_the_notebooks():
    math = " ".join(
        formula
        for path in NOTEBOOKS
        for formula in re.findall(r"\$\$?([^$]+)\$", prose(path).replace("$$", "$"))
    )
    (rows,) = table(page("glossary"), "symbol")
    symbols = [symbol for row in rows for symbol in re.findall(r"\$([^$]+)\$", row[0])]
    assert {"X", "h", "X'", "m", "k", "n", "W_1", "b_1", "W_2", "b_2", "L"} <= set(symbols)
    assert {r"\sigma", r"\lambda_j", "g_j"} <= set(symbols)
    beside_terms = [s for entry in entries() for s in re.findall(r"\$([^$]+)\$", entry[2])]
    for symbol in symbols + beside_terms:
        assert re.search(rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z])", math), symbol


def test_both_ways_to_write_a_layer_are_those_of_the_notebooks():
    text = page("glossary")
    column, rows = (prose(path) for path in NOTEBOOKS[1:3])
    assert "f(W_1 X + b_1)" in text
    assert "f(W_1 X + b_1)" in column
    assert "f(X W_1 + b_1)" in text
    assert "h = X W_1 + b_1" in rows
    assert "Meet the hourglass" in headings(column)


# ---- References


def plain(title):
    return " ".join(re.findall(r"\w+", title.casefold()))


def works(text):
    """Return for each entry (first author's surname, title, year, the entry), as far as given."""
    found = []
    for entry in bullets(text):
        shown = LINK.sub(r"\1", entry)
        title = EMPHASIS.search(shown)
        before = shown[: title.start()] if title else ""
        author = re.match(r"(?:\w\.[ -]?)+ ?([^\W\d_][\w-]+)[, ]", before)
        year = YEAR.search(shown, title.end()) if title else None
        if author and year:
            found.append((author[1], plain(title[1]), year[0], entry))
    return found


def cited_in(path):
    section = re.search(r"^## References\n(.*?)(?=^## |\Z)", prose(path), re.M | re.S)
    entries = bullets(section[1])
    found = works(section[1])
    assert len(found) == len(entries) >= 2, f"{path.name} has a reference that is not readable"
    return found


def listed():
    text = page("references")
    return works(text[text.index("\n## ") :])


def same(cited, entry):
    """Say whether a notebook's reference is this entry: notebooks may shorten a title."""
    return cited[0] == entry[0] and cited[2] == entry[2] and entry[1].startswith(cited[1])


@EVERY_NOTEBOOK
def test_every_work_that_a_notebook_cites_is_listed_with_this_notebook(path):
    for cited in cited_in(path):
        entries = [entry for entry in listed() if same(cited, entry)]
        assert len(entries) == 1, f"{cited[:3]} is not in docs/references.md"
        assert f"(../notebooks/{path.name})" in entries[0][3], cited[:3]


def test_no_work_is_said_to_be_cited_where_it_is_not():
    for entry in listed():
        named = [DOCS / target for _, target in LINK.findall(entry[3]) if target.startswith("../")]
        assert bool(named) != ("Further reading." in entry[3]), entry[1]
        for path in named:
            assert any(same(cited, entry) for cited in cited_in(path.resolve())), entry[1]


def test_every_entry_says_what_it_is_good_for_and_how_hard_it_is():
    text = page("references")
    body = text[text.index("\n## ") :]
    for section in body.split("\n## ")[1:]:
        for entry in bullets(section):
            assert re.search(r"\b(?:Easy|Medium|Hard)\.", entry), entry
            assert section.startswith("Software") or "Good for:" in entry, entry


@EVERY_NOTEBOOK
def test_every_author_and_year_in_the_prose_is_listed(path):
    pattern = r"([A-Z][\w-]+)(?: et al\.|(?:, [A-Z][\w-]+)* and [A-Z][\w-]+),? \(?(\d{4})\b"
    text = prose(path)
    for author, year in re.findall(pattern, text):
        assert any(entry[0] == author and entry[2] == year for entry in listed()), (author, year)


# ---- Notes for teachers


def sections_named(text):
    """Return (notebook's number, section, file) for each link to a section of a notebook."""
    pattern = r"\[[Nn]otebook (\d), \*([^*]+)\*\]\(([^)]+)\)"
    return [(int(n), name, (DOCS / file).resolve()) for n, name, file in re.findall(pattern, text)]


def test_every_section_that_teachers_are_sent_to_exists():
    named = sections_named(page("teaching"))
    assert len(named) > 40
    for number, section, path in named:
        assert int(path.name[:2]) == number, section
        assert section in headings(prose(path)), f"{path.name} has no section {section!r}"


def test_every_plan_fills_90_minutes_without_a_gap():
    plans = table(page("teaching"), "minutes")
    assert len(plans) == 4  # one lesson, and three
    for plan in plans:
        times = [tuple(map(int, row[0].split("–"))) for row in plan]
        assert times[0][0] == 0
        assert times[-1][1] == 90
        assert all(start < end for start, end in times)
        assert all(a[1] == b[0] for a, b in itertools.pairwise(times))
        assert sum(len(row[2]) > 0 for row in plan) >= len(plan) - 2


def test_every_misconception_is_answered_by_a_section():
    (rows,) = table(page("teaching"), "what learners say")
    assert len(rows) >= 8
    for says, answer, where in rows:
        assert says
        assert len(answer) > 30
        assert len(sections_named(where)) == 1, says


def test_the_link_for_a_class_has_the_format_of_nbgitpuller_and_opens_notebook_0():
    (line,) = re.findall(r"^https://HUB/\S+$", page("teaching"), re.MULTILINE)
    address = urlsplit(line)
    assert address.path == "/hub/user-redirect/git-pull"
    query = parse_qs(address.query, strict_parsing=True)
    assert query["repo"] == ["https://github.com/OWNER/REPOSITORY"]
    assert query["branch"] == ["BRANCH"]
    (opened,) = query["urlpath"]
    assert opened.startswith("lab/tree/REPOSITORY/")
    assert opened.removeprefix("lab/tree/REPOSITORY/") == "notebooks/00_play.ipynb"
    assert (ROOT / "notebooks/00_play.ipynb").exists()


def test_the_command_for_the_image_is_understood_and_keeps_course_and_cache_out_of_the_home():
    from repo2docker.__main__ import get_argparser

    command = re.search(r"^(jupyter-repo2docker .*?)^docker push", page("teaching"), re.M | re.S)[1]
    arguments = get_argparser().parse_args(shlex.split(command.replace("\\\n", " "))[1:])
    assert arguments.repo == "https://github.com/OWNER/REPOSITORY"
    assert arguments.run is False
    assert (arguments.user_name, arguments.user_id) == ("jovyan", 1000)
    folder = arguments.target_repo_dir
    assert not folder.startswith("/home")
    assert f"ENV AEHELPERS_CACHE={folder}/cache" in arguments.appendix
    assert f"RUN mv /home/jovyan/.cache/aehelpers {folder}/cache" in arguments.appendix


def test_the_cache_that_teachers_fill_is_the_one_that_the_course_reads(monkeypatch):
    from aehelpers.learn import cache

    text = page("teaching")
    folder = re.search(r"AEHELPERS_CACHE=(\S+) \S+ -m tools\.fill_cache", text)[1]
    monkeypatch.setenv("AEHELPERS_CACHE", folder)
    assert cache.folder() == Path(folder)
    assert (ROOT / "tools" / "fill_cache.py").is_file()
    assert f"chmod a+rx {folder}" in text


def test_the_answer_in_the_readme_is_what_the_rows_say():
    rows = results.read("comparison")
    found = {(one.comparison.question, one.comparison.data): one for one in answers.answers(rows)}
    digits, clothes = (found["the article's way", name] for name in ("mnist", "fashion_mnist"))
    spread = [found["unlabeled images", name] for name in ("mnist", "fashion_mnist")]
    named = [answers.of(rows, one.comparison.data, one.arm, 100) for one in spread]
    article, moved = (
        answers.of(rows, "mnist", arm, 100) for arm in (digits.arm, spread[0].control)
    )
    deep = answers.of(rows, "mnist", digits.control, 100)
    plain = results.select(results.read("plain"), data="mnist")
    letters = results.read("letters")
    spreading, control = (
        results.select(letters, arm=arm) for arm in (spread[0].arm, spread[0].control)
    )
    _, answer, _ = re.split("<!-- .*answer -->", (ROOT / "README.md").read_text(encoding="utf-8"))
    words = " ".join(answer.split())
    for text, values in {
        "{:.1f} percentage points below the best network": [results.difference(deep, plain).mean],
        "{:.1f} points above that one if its autoencoder": [digits.gain.mean],
        "this gain, {:.1f} points, is too uncertain": [clothes.gain.mean],
        "is {:.1f} points ahead of this encoder": [results.difference(moved, article).mean],
        "name {:.1f} % of the test digits and {:.1f} % of the clothes": [
            np.mean([row["accuracy"] for row in part]) for part in named
        ],
        "{:.1f} and {:.1f} points more than that": [one.gain.mean for one in spread],
        "they are {:.1f} points behind it": [results.difference(control, spreading).mean],
    }.items():
        assert text.format(*(100 * value for value in values)) in words
    assert {(one.arm, one.control) for one in spread} == {
        ("spread over codes", "convolutional, moved")
    }
    assert digits.survives
    assert all(one.survives for one in spread)
    assert not clothes.survives
