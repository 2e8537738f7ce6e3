"""``python -m aehelpers.experiments``: measure what is missing of what is published."""

from aehelpers.experiments.runner import main

if __name__ == "__main__":
    main()
