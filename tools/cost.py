"""Estimate how long all published trainings take: measure one group of each kind, and add up.

usage: python -m tools.cost [--stored]

A kind is what an arm of an experiment does on one data set. Of each kind one group of trials is
drawn, one that is measured in one go, and measured again on one core. Its seconds are those of the
processor, so that other programs count little. Pretrained encoders are shared by groups. So a
group that needs some is measured twice: with them in the cache, and without, which tells what an
encoder takes; each encoder then counts once. What is measured is kept in results/cost.json, the
longest kinds come first, and the next start goes on; a kind that is missing there counts with the
seconds in its published rows.
"""

import collections
import json
import os
import random
import sys
import tempfile

from aehelpers.experiments import machine, results, runner
import joblib

from tools import ROOT

NAME, FOLDER = "cost", ROOT / "results"
JOBS = 2


def kinds():
    """Return the groups of trials of each kind: an experiment, an arm and a data set."""
    found = collections.defaultdict(list)
    for name in runner.NAMES:
        for group in runner.planned_groups(name):
            found[name, group[0].arm, group[0].data].append(group)
    return dict(found)


def encoders(group):
    """Return what determines each of the pretrained encoders that a group of trials needs."""
    found = set()
    for trial in group:
        for part in ("encoder", "features"):
            settings = trial.settings.get(part)
            if isinstance(settings, dict) and "epochs" in settings:
                place = [trial.data, trial.seed, trial.settings.get("unlabeled"), settings]
                found.add(json.dumps(place, sort_keys=True))
    return found


def published_seconds(kind, groups):
    """Return the seconds of a kind by its published rows."""
    name, arm, data = kind
    rows = results.select(results.read(name), arm=arm, data=data)
    seconds = {results.identity(row): row["seconds"] for row in rows}
    return sum(seconds[results.identity(trial._asdict())] for group in groups for trial in group)


def trial_of(kind, groups):
    """Return what is measured of a kind, in the form of a trial."""
    name, arm, data = kind
    return runner.Trial(data, f"{name}: {arm}", 0, 0, {"groups": len(groups)})


def processor_seconds(name, group):
    """Measure a group; return the processor's seconds, with those of processes that it began."""
    os.environ.update(runner.ONE_THREAD | runner.OWN_MEMORY, CUDA_VISIBLE_DEVICES="")
    import keras  # noqa: F401  (one process measures many groups; this is not part of any)

    before = sum(os.times()[:4])
    runner.measure_group(name, group)
    return sum(os.times()[:4]) - before


def measure(kind, groups):
    """Return the row of a kind."""
    group = random.Random(str(kind)).choice(groups)
    with tempfile.TemporaryDirectory() as cache:

        def seconds():
            given = processor_seconds, kind[0], group
            return machine.in_fresh_process(*given, AEHELPERS_CACHE=cache)

        first, needed = seconds(), encoders(group)
        again = seconds() if needed else first
    found = {"trials": len(group), "processor_seconds": round(again, 1)}
    if needed:
        found["encoder_seconds"] = round((first - again) / len(needed), 1)
    return trial_of(kind, groups)._asdict() | found | machine.description()


def hours(rows, groups_of):
    """Return the hours of one core, and the share of them that was measured.

    Parameters
    ----------
    rows : list of dict
    groups_of : dict of tuple to list
        As `kinds` returns it.
    """
    measured = {(row["data"], row["arm"]): row for row in rows}
    new, old, there = 0.0, 0.0, set()
    for kind, groups in groups_of.items():
        trial = trial_of(kind, groups)
        row = measured.get((trial.data, trial.arm))
        if row is None:
            old += published_seconds(kind, groups)
            continue
        needed = set().union(*map(encoders, groups)) - there
        there |= needed
        new += row["processor_seconds"] * len(groups)
        new += row.get("encoder_seconds", 0) * len(needed)
    return (new + old) / 3600, new / (new + old)


def main():
    """Measure what is missing, and print the sum."""
    groups_of = kinds()
    longest = sorted(groups_of, key=lambda kind: -published_seconds(kind, groups_of[kind]))
    by_trial = {results.identity(trial_of(k, groups_of[k])._asdict()): k for k in longest}

    def measure_each(trials):
        todo = [by_trial[results.identity(trial._asdict())] for trial in trials]
        parallel = joblib.Parallel(JOBS, "threading", return_as="generator_unordered", batch_size=1)
        for row in parallel(joblib.delayed(measure)(kind, groups_of[kind]) for kind in todo):
            yield [row]

    if "--stored" in sys.argv[1:]:
        rows = results.read(NAME, FOLDER)
    else:
        trials = [trial_of(kind, groups_of[kind]) for kind in longest]
        rows = runner.complete(NAME, trials, FOLDER, measure_each)
    total, share = hours(rows, groups_of)
    print(
        f"All trainings take about {total:.1f} hours of one core. For this, {len(rows)} of "
        f"{len(longest)} kinds were measured, which are {100 * share:.0f} % of the time."
    )


if __name__ == "__main__":
    from tools import cost  # other processes find what is measured under this name

    cost.main()
