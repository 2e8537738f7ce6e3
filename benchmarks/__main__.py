"""All benchmarks, one after the other: `make bench`."""

from benchmarks import growth, limit, notebooks, recipes, slider_latency, waiting

for benchmark in (recipes, limit, growth, waiting, slider_latency, notebooks):
    benchmark.main()
    print()
