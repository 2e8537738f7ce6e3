"""Measure what notebooks 6, 7 and 9 publish. By default, what is missing of all of these:

{experiments}

Finished trials are kept: stop it whenever you like, and start it again to go on. A process needs
one core and about 1 GB, in memory and where labels spread up to 2.5 GB. Rows are kept where the
package has the published ones; with --quick, in results/quick below the current folder.
"""

import argparse
from pathlib import Path
import sys

from aehelpers import arguments as arg
from aehelpers.experiments import results, runner
import joblib


def main():
    """Do what the command line says."""
    text = __doc__.format(experiments=", ".join(runner.NAMES))
    parser = argparse.ArgumentParser("python -m aehelpers.experiments", description=text)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add = parser.add_argument
    add("names", nargs="*", metavar="EXPERIMENT", help="which ones to measure")
    add("--quick", action="store_true", help="a few short trials instead, to try it out")
    add("--folder", type=Path, help="where rows are kept")
    add("--jobs", type=int, default=joblib.cpu_count(), help="how many processes (default: cores)")
    add("--dask", metavar="ADDRESS", help="the scheduler, as tcp://192.168.0.7:8786, to work there")
    chosen = parser.parse_args()
    known = [runner.QUICK] if chosen.quick else runner.NAMES
    folder = chosen.folder or (Path("results", "quick") if chosen.quick else results.FOLDER)
    try:
        arg.sequence(arg.one_of(*known)).check("EXPERIMENT", chosen.names, {})
        arg.integer(1).check("--jobs", chosen.jobs, {})
        if chosen.quick and folder.resolve() == results.FOLDER.resolve():
            raise ValueError(f"--folder is {folder}, with the published rows; expected another one")
    except ValueError as error:
        parser.error(str(error))
    try:
        runner.execute(chosen.names or known, folder, chosen.jobs, chosen.dask)
    except (OSError, ImportError) as error:
        sys.exit(f"{type(error).__name__}: {error}\nFinished trials are kept.")
    except KeyboardInterrupt:
        print("\nInterrupted. Finished trials are kept; start it again to go on.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
