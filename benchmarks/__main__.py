"""Run the benchmarks one after the other; each prints its tables and keeps them in results/.

usage: python -m benchmarks [NAME ...]        (Linux, with Chromium; under 20 minutes)

An interrupted benchmark goes on where it was: start it again with its name, and with the names of
those after it.
"""

import subprocess
import sys
import time

from benchmarks import common

NAMES = ("article", "tutorial", "limit", "growth", "waiting", "slider_latency", "notebooks")


def main() -> None:
    chosen = sys.argv[1:] or NAMES
    for name in chosen:
        if name not in NAMES:
            sys.exit(f"there is no benchmark {name!r}; expected some of {', '.join(NAMES)}")
    began = time.perf_counter()
    for number, name in enumerate(chosen):
        started = time.perf_counter()
        print(f"== {name}", flush=True)
        try:
            subprocess.run(
                [sys.executable, "-m", f"benchmarks.{name}"], cwd=common.ROOT, check=True
            )
        except (KeyboardInterrupt, subprocess.CalledProcessError) as error:
            rest = " ".join(chosen[number:])
            sys.exit(f"{type(error).__name__} in {name}. Go on: python -m benchmarks {rest}")
        print(f"{name}: {time.perf_counter() - started:.0f} s\n", flush=True)
    print(f"all: {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
