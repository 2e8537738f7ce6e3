"""Processes of their own, their memory, and the machine in words."""

import json
import os
import subprocess
import sys

from aehelpers.experiments import machine
import keras
import pytest
import tensorflow as tf


def test_the_machine_and_the_versions_are_described():
    described = machine.description()
    assert json.loads(json.dumps(described)) == described
    assert described["machine"]["processor"]
    assert 1 <= described["machine"]["cores"] <= os.cpu_count()
    assert described["versions"]["tensorflow"] == tf.__version__
    assert described["versions"]["keras"] == keras.__version__
    assert described["versions"]["python"] == sys.version.split()[0]


def test_a_function_runs_in_a_process_of_its_own():
    there = machine.in_fresh_process(os.getenv, "SPECIAL", SPECIAL="here")
    assert there == "here"
    assert "SPECIAL" not in os.environ


def test_a_failed_process_says_why():
    with pytest.raises(RuntimeError, match=r"(?s)peak_memory failed: .*pid is 'x'; expected"):
        machine.in_fresh_process(machine.peak_memory, "x")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it is read from /proc")
def test_the_peak_memory_is_that_of_the_process_and_remembers():
    code = "x = b'x' * 200_000_000; del x; print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        assert 200e6 < machine.peak_memory(process.pid) < 250e6
        process.communicate(b"\n")


def test_elsewhere_the_peak_is_not_read(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(RuntimeError, match="only Linux has"):
        machine.peak_memory()
