"""What holds for the notebook files, before anything in them is run (nbval runs them)."""

import itertools
from pathlib import Path
import re

from aehelpers import learn
from nbconvert import ScriptExporter
import nbformat
from nbval.plugin import get_sanitize_patterns
import pytest

from tests.notebook_cells import claims
from tools import notebooks, readability
from tools.notebooks import FOLDER, code, code_cells, read

PATHS = notebooks.chapters()
SOLUTIONS = notebooks.paths()[len(PATHS) :]
LESSONS = PATHS[1:]  # notebook 0 teaches nothing by itself
EVERY_LESSON = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
EVERY_NOTEBOOK = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
EVERY_FILE = pytest.mark.parametrize("path", PATHS + SOLUTIONS, ids=lambda path: path.stem)


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


@EVERY_FILE
def test_it_was_run_once_from_top_to_bottom_without_errors_and_nothing_of_a_session_is_stored(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.metadata == notebooks.METADATA
    assert {key for cell in notebook.cells for key in cell.metadata} <= {"tags"}
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        names = [output.name for output in cell.outputs if output.output_type == "stream"]
        assert names in ([], ["stdout"])  # in one piece
        for output in cell.outputs:
            assert output.output_type != "error"
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})


def compared(text):
    """Return what is left of an output when nbval compares it."""
    rules = Path(__file__).with_name("nbval_sanitize.cfg").read_text(encoding="ascii")
    for regex, replacement in get_sanitize_patterns(rules):
        text = re.sub(regex, replacement, text)
    return text


BANK = "2 models: 0 from the cache, 2 trained now\n1.2 s on CPU, 2 cores\n"
LOSS = "loss 0.0071, best validation loss 0.0069 (epoch 6)\n"


@pytest.mark.parametrize(
    ("stored", "again", "same"),
    [
        (BANK, "2 models: 2 from the cache, 0 trained now\n0.1 s on GPU, Some Model\n", True),
        (BANK, "3 models: 0 from the cache, 3 trained now\n1.2 s on CPU, 2 cores\n", False),
        (LOSS, "loss 0.0072, best validation loss 0.0070 (epoch 5)\n", True),
        (LOSS, "loss 0.0072\n", False),
        ("accuracy ≈ 97.1 %", "accuracy ≈ 96.9 %", True),
        ("the loss 0.0071 is exact", "the loss 0.0072 is exact", False),
    ],
)
def test_only_what_a_training_and_a_machine_decide_is_kept_out_of_the_comparison(
    stored, again, same
):
    assert (compared(stored) == compared(again)) is same


def test_a_script_of_a_notebook_has_its_prose_as_comments():
    """`jupyter nbconvert --to script` knows the language from the stored metadata alone."""
    path = FOLDER / "03_bottleneck.ipynb"
    script, resources = ScriptExporter().from_filename(path)
    assert resources["output_extension"] == ".py"
    compile(script, path.stem, "exec")
    prose = [cell.source.splitlines()[0] for cell in read(path).cells if cell.cell_type != "code"]
    assert len(prose) > 10
    assert {f"# {line}" for line in prose} <= set(script.splitlines())


@EVERY_NOTEBOOK
def test_every_picture_has_a_text_alternative_in_the_file(path):
    pictures = 0
    for output in outputs(read(path)):
        if "image/png" in output.get("data", {}):
            pictures += 1
            alt = output.metadata["image/png"]["alt"]
            assert len(alt) > 30
            assert re.search(r'<img alt="[^"]{30,}"', output.data["text/html"])
    assert pictures >= 3


@EVERY_LESSON
def test_it_has_the_skeleton_of_the_series(path):
    text = notebooks.prose(read(path))
    assert text.startswith("# ")
    wanted = ["**You will learn to**", "**You need**", "**Time on a laptop**"]
    for part in [*wanted, "## Exercises", "## Summary", "## References"]:
        assert part in text, part


@EVERY_FILE
def test_it_keeps_the_house_rules(path):
    source = code(read(path))
    for forbidden in ("sys.path", "filterwarnings", "load_data", "urlretrieve", "!pip", "/tmp/"):
        assert forbidden not in source
    headings = re.findall(r"^(#+) ", notebooks.prose(read(path)), re.MULTILINE)
    levels = [len(marks) for marks in headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in itertools.pairwise(levels))


@EVERY_NOTEBOOK
def test_it_leads_to_the_notebooks_beside_it_and_to_what_helps(path):
    text = read(path).cells[-1].source
    number = PATHS.index(path)
    neighbours = [PATHS[i].name for i in (number - 1, number + 1) if 0 <= i < len(PATHS)]
    solutions = [f"solutions/{solution.name}" for solution in SOLUTIONS]
    own = [name for name in solutions if name.split("/")[1][:2] == path.stem[:2]]
    for target in [*neighbours, *own, "../docs/glossary.md", "../docs/references.md"]:
        assert f"]({target})" in text, target


@EVERY_FILE
def test_its_sentences_are_short_and_easy(path):
    sentences = readability.sentences(readability.plain_prose(path))
    assert readability.lix(sentences) < 35  # below 40 is easy to read
    assert max(map(len, sentences)) <= 40


def test_readability_of_a_text_counted_by_hand():
    sentences = readability.sentences("A cat sat. The elephants remembered everything!")
    assert [len(words) for words in sentences] == [3, 4]
    assert readability.lix(sentences) == pytest.approx(7 / 2 + 100 * 3 / 7)


@pytest.mark.parametrize("path", LESSONS[:5], ids=lambda path: path.stem)
def test_guesses_are_asked_before_the_result_and_answered_after_it(path):
    source = code(read(path))
    made = dict.fromkeys(re.findall(r"^(\w+) = widgets\.Guess\(", source, re.MULTILINE))
    assert len(made) >= 2
    assert source.count("widgets.Guess(") == len(made)
    for name in made:
        after = source.split(f"{name} = widgets.Guess(")[1]
        assert f"{name}.answer(" in after, name
        assert not re.search(rf'{name}\.answer\("', source), "the outcome is computed"


def test_no_notebook_is_left_out_and_each_file_of_claims_belongs_to_one():
    assert sorted(FOLDER.rglob("[0-9]*.ipynb")) == sorted(PATHS + SOLUTIONS)
    stems = {path.stem for path in PATHS}
    files = list((PATHS[0].parents[1] / "tests" / "claims").glob("*.py"))
    assert all(path.stem in stems and claims(path) for path in files)


@pytest.mark.parametrize("path", LESSONS[:6], ids=lambda path: path.stem)
def test_its_exercises_are_open_and_their_solutions_right(path):
    exercises = {
        name: cell
        for cell in code_cells(read(path))
        for name in re.findall(r"exercises\.(\w+)\(", cell.source)
    }
    assert len(exercises) >= 2
    for name, cell in exercises.items():
        assert cell.outputs[0].data["text/plain"].startswith("Open:"), name
    solution = next(p for p in SOLUTIONS if p.stem[:2] == path.stem[:2])
    text = code(read(solution))
    shown = [output.get("data", {}).get("text/plain", "") for output in outputs(read(solution))]
    for name in exercises:
        assert f"exercises.{name}(" in text
    assert sum(words.startswith("Right:") for words in shown) >= len(exercises)
    assert 'state == "right"' in text


def run_cells(stem, *marks):
    """Execute the code cells that contain one of the marks, and return their variables."""
    (path,) = (path for path in PATHS if path.stem == stem)
    variables = {}
    for cell in code_cells(read(path)):
        if any(mark in cell.source for mark in ("import keras", *marks)):
            exec(cell.source, variables)
    return variables


def layers(model):
    return [
        (layer.name, layer.output.shape[-1], getattr(layer, "activation", None))
        for layer in model.layers
        if layer.name != "input"
    ]


def test_the_networks_of_the_notebooks_are_those_of_the_builders():
    article = learn.build_autoencoder()
    ours = learn.build_autoencoder(
        hidden_activation="elu", code_activation=None, output_activation="sigmoid"
    )
    small, encoder = learn.build_classifier(), learn.encoder_of(article)
    deep = learn.build_classifier(encoder)
    first = run_cells("01_unlabeled_data", "def small_classifier")
    assert layers(first["small_classifier"]()) == layers(small)
    second = run_cells("02_autoencoder", 'name="essence"', 'name="reconstructed_input"')
    assert layers(second["autoencoder"]) == layers(ours)
    assert layers(second["encoder"]) == layers(learn.encoder_of(ours))
    assert layers(second["decoder"])[1:] == layers(learn.decoder_of(ours))[1:]
    fifth = run_cells("05_pretraining", "def with_head")
    assert layers(fifth["with_head"](encoder)) == layers(deep)
    sixth = run_cells("06_code_demonstration", 'name="essence"', "def classifier_on")
    assert layers(sixth["autoencoder"]) == layers(article)
    assert layers(sixth["classifier_on"](None)) == layers(small)


# The article's two accuracies, and the level of the intervals.
TYPED = {"97.38 %", "97.84 %", "95 %"}


@pytest.mark.parametrize("stem", ["05_pretraining", "06_code_demonstration", "README"])
def test_no_accuracy_or_difference_is_typed_into_the_prose(stem):
    if stem == "README":
        text = (PATHS[0].parents[1] / "README.md").read_text(encoding="utf-8")
        # tests/test_pages.py compares what it answers with the rows.
        text = re.sub("<!-- answer -->.*<!-- end of answer -->", "", text, flags=re.DOTALL)
    else:
        path = next(path for path in PATHS if path.stem == stem)
        text = notebooks.prose(read(path))
    percentages = set(re.findall(r"\d+(?:\.\d+)? ?%", text))
    assert percentages <= TYPED
    assert not re.findall(r"[+−-]?\d+\.\d+ (?:percentage )?points?\b", text)
