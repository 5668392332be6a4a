"""The dimensions of an observation, and the codes that a descriptor states for them."""

from __future__ import annotations

from pydantic import create_model

from validations import published
from validations.strict_model import Strict

#: Dimensions of an observation, with the code that stands where nothing is said (`vars.dimensions` of dbt_project.yml).
#: None: must be given by the table, the row, the column, or (time_basis) the indicator.
DIMENSIONS = published.dimensions()
#: Dimensions in the order in which a series is named (macro series_id).
SERIES_ID = [name for name in DIMENSIONS if name not in ("time_period", "base_period")]


class Stated(Strict):
    """What is stated of dimensions; its fields are those of `Dimensions`."""

    def stated(self) -> dict[str, str]:
        """The dimensions stated here, by name."""
        values = {name: getattr(self, name) for name in DIMENSIONS}
        return {name: value for name, value in values.items() if value is not None}


#: Dimension codes stated for a table, a row or a column; None where not stated here.
Dimensions = create_model("Dimensions", __base__=Stated, **dict.fromkeys(DIMENSIONS, (str | None, None)))
