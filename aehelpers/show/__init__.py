"""Figures and tables in one style, each with a text alternative."""

from aehelpers.show.plotting import (
    Figure,
    Table,
    accuracy_curve,
    as_pictures,
    bars,
    curves,
    gains,
    image_grid,
    image_rows,
    interval_curves,
    interval_rows,
    landing,
    loss_curves,
    montage,
    network_diagram,
    updates_curve,
    weight_grid,
)
