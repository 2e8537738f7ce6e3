"""Everything is in pyproject.toml; only this cannot be said there."""

import setuptools


class Distribution(setuptools.Distribution):
    """Has its data files also where it is installed with --editable.

    There setuptools 84 asks for `has_data`, which it does not have.
    """

    has_data = setuptools.Distribution.has_data_files


setuptools.setup(distclass=Distribution)
