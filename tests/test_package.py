"""What holds for the package as a whole."""

import ast
import os
from pathlib import Path
import re
import subprocess
import sys

import aehelpers
import pytest

FOLDER = Path(aehelpers.__file__).parent


def python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=FOLDER.parent.parent,
    )


def test_the_import_brings_nothing_else():
    done = python(
        "import sys; before = set(sys.modules); import aehelpers; print(set(sys.modules) - before)"
    )
    assert done.stdout.strip() == "{'aehelpers'}"


@pytest.mark.parametrize(
    "module", ["data", "show", "theory", "experiments.runner", "experiments.__main__"]
)
def test_these_modules_need_no_tensorflow(module):
    done = python(f"import sys, aehelpers.{module}; print('tensorflow' in sys.modules)")
    assert done.stdout.strip() == "False"


def test_tensorflow_starts_and_trains_without_a_word_and_warnings_still_show():
    done = python(
        "import sys, warnings; filters = list(warnings.filters)\n"
        "from aehelpers import learn\n"
        "import keras\n"
        "import numpy as np\n"
        "images = np.zeros((64, 784), np.uint8)\n"
        "for precision, compiled in {'float32': 'auto', 'float64': False}.items():\n"
        "    keras.config.set_dtype_policy(precision)\n"
        "    model = learn.build_autoencoder(4, (8,))\n"
        "    model.compile('adam', 'mse', jit_compile=compiled)\n"
        "    learn.fit(model, images, epochs=1, batch_size=16, show=False)\n"
        "print([f for f in filters if f not in warnings.filters])\n"
        "warnings.warn('of the learner')\n"
    )
    assert done.stdout.strip() == "[]"
    lines = done.stderr.strip().splitlines()
    assert len(lines) <= 2, lines  # the warning, and perhaps its line of code
    assert "UserWarning: of the learner" in lines[0]


def test_a_script_prints_plain_lines_in_a_console_of_few_signs(tmp_path):
    done = python(
        "from aehelpers import exercises, learn\n"
        "import numpy as np\n"
        "images = np.zeros((64, 784), np.uint8)\n"
        "recipe = learn.Recipe(dict(code_size=2, hidden_sizes=()), epochs=1, learning_rate=0.01)\n"
        "model = learn.train_bank({'k = 2': recipe}, images)['k = 2']\n"
        "model.compile('adam', 'mse', jit_compile=False)\n"
        "learn.fit(model, images, epochs=1)\n"
        "def broken(X, P): raise ValueError(99 * 'word ')\n"
        "print(exercises.reconstruction_loss(broken))\n",
        PYTHONIOENCODING="ascii",
        AEHELPERS_CACHE=str(tmp_path),
    )
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert len(lines) == 5, lines
    assert lines[0] == "1 model: 0 from the cache, 1 trained now"
    assert lines[3].startswith("loss 0.")
    assert "word ... It got arrays" in lines[4]


@pytest.mark.parametrize(
    "path", sorted(FOLDER.rglob("*.py")), ids=lambda p: f"{p.parent.name}.{p.stem}"
)
def test_texts_of_the_package_are_plain_except_in_pictures(path):
    """A sign that a Windows console does not have belongs into a figure or a page."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    documented = [n for n in nodes if isinstance(n, (ast.Module, ast.ClassDef, ast.FunctionDef))]
    explanations = [ast.get_docstring(node, clean=False) for node in documented]
    texts = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    special = [text for text in texts if not text.isascii() and text not in explanations]
    assert path.parent.name == "show" or special == []


def test_every_room_is_in_the_list():
    rooms = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    rooms |= {f"{path.parent.name}/" for path in FOLDER.glob("*/__init__.py")}
    assert set(re.findall(r"^([a-z]+/?)  +\S", aehelpers.__doc__, re.MULTILINE)) == rooms


@pytest.mark.parametrize(
    "name", ["__main__", "aehelpers.learn.bank", "tools.heads", "tools.bench.growth"]
)
def test_a_text_file_opened_without_an_encoding_is_an_error_in_what_tests_start(name):
    opening = "exec('import os; open(os.devnull).close()', {'__name__': %r})"
    with pytest.raises(subprocess.CalledProcessError) as caught:
        python(f"{opening % 'a.package.of.others'}; {opening % name}")
    assert "EncodingWarning: 'encoding' argument not specified" in caught.value.stderr
    assert caught.value.stderr.count("Warning") == 1


@pytest.mark.skipif(
    not sys.flags.warn_default_encoding, reason="python -X warn_default_encoding -m pytest sees it"
)
def test_a_text_file_opened_without_an_encoding_is_an_error_in_a_test(tmp_path):
    (tmp_path / "text").touch()
    with pytest.raises(EncodingWarning):
        (tmp_path / "text").read_text()


def test_the_build_backend_is_the_locked_one():
    root = FOLDER.parent
    locked = re.search(
        r"^setuptools==\S+", (root / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert f'requires = ["{locked[0]}"]' in (root / "pyproject.toml").read_text(encoding="utf-8")
