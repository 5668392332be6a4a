"""The dimensions of an observation, and the codes that a descriptor states for them."""

from __future__ import annotations

from validations.strict_model import Strict

#: Dimensions of an observation, with the code that stands where nothing is said.
#: None: must be given by the table, the row, the column, or (time_basis) the indicator.
DIMENSIONS: dict[str, str | None] = {
    "indicator": None,
    "measure": "level",
    "counterpart": "_Z",
    "scheme": None,
    "pop_group": "_T",
    "age": "_T",
    "residence": "_T",
    "ref_area": None,
    "scope": "_Z",
    "population_basis": "_Z",
    "freq": None,
    "time_period": None,
    "base_period": "_Z",
    "time_basis": None,
    "actuality": "actual",
}
#: Dimensions in the order in which a series is named (macro series_id).
SERIES_ID = [
    *("indicator", "measure", "counterpart", "scheme", "pop_group", "age", "residence", "ref_area"),
    *("scope", "population_basis", "freq", "time_basis", "actuality"),
]


class Dimensions(Strict):
    """Dimension codes stated for a table, a row or a column; None where not stated here."""

    indicator: str | None = None
    measure: str | None = None
    counterpart: str | None = None
    scheme: str | None = None
    pop_group: str | None = None
    age: str | None = None
    residence: str | None = None
    ref_area: str | None = None
    scope: str | None = None
    population_basis: str | None = None
    freq: str | None = None
    time_period: str | None = None
    base_period: str | None = None
    time_basis: str | None = None
    actuality: str | None = None

    def stated(self) -> dict[str, str]:
        """The dimensions stated here, by name."""
        values = {name: getattr(self, name) for name in DIMENSIONS}
        return {name: value for name, value in values.items() if value is not None}
