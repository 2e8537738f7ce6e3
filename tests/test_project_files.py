"""Files for other programs: GitHub's workflows, CITATION.cff, pre-commit, devcontainer."""

import json
from pathlib import Path
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
EVERY_WORKFLOW = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SUPPORTED = re.search(r"^VERSIONS := (.+)$", MAKEFILE, re.MULTILINE)[1].split()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def locked(name):
    lock = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    return re.search(rf"^{name}==(\S+)", lock, re.MULTILINE)[1]


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.citation-file-format", [ROOT / "CITATION.cff"]),
    ],
)
def test_they_have_the_published_form(schema, paths):
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *paths]
    done = subprocess.run(check, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout


@EVERY_WORKFLOW
def test_a_workflow_may_only_read_or_publish_and_takes_actions_of_a_known_version(path):
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert "secrets" not in path.read_text(encoding="utf-8")
    for name, job in workflow["jobs"].items():
        publishes = {"pages": "write", "id-token": "write"} if name == "publish" else None
        assert job.get("permissions") == publishes
        used = [step["uses"] for step in job["steps"] if "uses" in step]
        assert used
        for action in used:
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", action)


def test_every_supported_python_is_tried_and_no_other():
    oldest, newest = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()
    supported = [f"3.{minor}" for minor in range(int(oldest), int(newest))]
    assert supported == SUPPORTED
    tried = {
        name: job["strategy"]["matrix"]["python"]
        for path in WORKFLOWS
        for name, job in read(path)["jobs"].items()
        if "strategy" in job
    }
    assert tried == {"suite": supported, "newest-versions": supported}


def test_every_command_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    for path in (ROOT / ".ci" / "run", ROOT / "CONTRIBUTING.md", *WORKFLOWS):
        text = path.read_text(encoding="utf-8")
        command = r"(?:^|`|run: )make (?:[A-Z]+= )?([a-z-]+)"
        named = set(re.findall(command, text, re.MULTILINE))
        assert named <= targets, path
        assert named or "run: bash .ci/run" in text, path


def test_pre_commit_checks_with_the_locked_ruff():
    (repository,) = read(ROOT / ".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        assert hook["additional_dependencies"] == [f"ruff=={locked('ruff')}"]


def test_the_devcontainer_opens_notebook_1_with_a_supported_python_and_shows_no_port():
    path = ROOT / ".devcontainer" / "devcontainer.json"
    container = json.loads(path.read_text(encoding="utf-8"))
    assert container["image"].rpartition(":")[2] in SUPPORTED
    (opened,) = container["customizations"]["codespaces"]["openFiles"]
    assert ROOT / opened == min((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    assert "forwardPorts" not in container
    assert container["otherPortsAttributes"] == {"onAutoForward": "ignore"}


def test_the_citation_names_the_holder_and_the_version():
    citation = read(ROOT / "CITATION.cff")
    holder = re.search(r"^Copyright \(c\) \d+ (.+)$", (ROOT / "LICENSE").read_text("utf-8"), re.M)
    assert citation["authors"] == [{"name": holder[1]}]
    assert citation["version"] == PROJECT["version"]
