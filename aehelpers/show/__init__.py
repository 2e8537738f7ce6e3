"""Figures and tables in one style, each with a text alternative, as notebooks use them."""

from aehelpers.show.charts import (
    accuracy_curve,
    bars,
    curves,
    gains,
    interval_curves,
    interval_rows,
    landing,
    loss_curves,
    updates_curve,
)
from aehelpers.show.diagram import network_diagram
from aehelpers.show.figure import Figure
from aehelpers.show.images import (
    as_pictures,
    code_columns,
    image_grid,
    image_rows,
    montage,
    weight_grid,
)
from aehelpers.show.live import display_live
from aehelpers.show.planes import arrows, scatter
from aehelpers.show.table import Table
