"""Measure what has no row in results/ with today's code, on this machine, and print tables.

The rows also go into the README, the heads of the notebooks and docs/growth.png.
"""

import argparse
import importlib

from aehelpers.experiments import results, runner

from tools import ROOT, heads, reports
from tools.lab import chromium

BENCHMARKS = ("trainings", "limit", "growth", "waiting", "slider_latency", "touch", "notebooks")
IN_BROWSER = {"waiting", "slider_latency", "touch"}
FIGURE = ROOT / "docs" / "growth.png"


def complete(name, again):
    """Measure what is missing of a benchmark, and the arms that are asked for again."""
    benchmark = importlib.import_module(f"tools.bench.{name}")
    there = reports.stored(name)
    kept = [row for row in there if not any(word in row["arm"] for word in again)]
    if len(kept) < len(there):
        results.write(name, kept, reports.FOLDER)

    def row(trial):
        return trial._asdict() | benchmark.measure(trial)

    def one_by_one(trials):
        for measured in getattr(benchmark, "measure_each", map)(row, trials):
            yield [measured]

    runner.complete(name, benchmark.plan(), reports.FOLDER, one_by_one)


def main():
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"by default all of {', '.join(BENCHMARKS)}")
    parser.add_argument("--stored", action="store_true", help="only print what was measured")
    parser.add_argument(
        "--again", nargs="+", default=[], metavar="WORD", help="measure arms with this word anew"
    )
    chosen = parser.parse_args()
    names = chosen.names or BENCHMARKS
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"there is no {', '.join(unknown)}; expected {', '.join(BENCHMARKS)}")
    if not chosen.stored and chromium() is None and IN_BROWSER & set(names):
        parser.error("expected Chromium or Chrome on the PATH")  # said now, not in half an hour
    for name in names:
        if not chosen.stored:
            complete(name, chosen.again)
        print(f"{getattr(reports, name)(reports.stored(name))}\n", flush=True)
    if not chosen.stored:
        FIGURE.write_bytes(reports.growth_figure(reports.stored("growth")).png())
        heads.write()


if __name__ == "__main__":
    main()
