"""How a text is written, as a descriptor says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import model_validator

from validations.strict_model import Strict

#: What may stand between the cells of a CSV file, as a descriptor names it.
DELIMITERS: Mapping[str, str] = {",": ",", ";": ";", "|": "|", "tab": "\t"}
#: What a descriptor calls each of them.
DELIMITER_NAMES = {mark: name for name, mark in DELIMITERS.items()}


class Written(Strict):
    """How a text is written: its `encoding`, and as `delimiter` what stands between the cells of a .csv file, where it is
    no comma."""

    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    delimiter: Literal[tuple(DELIMITERS)] | None = None

    @property
    def between(self) -> str:
        return DELIMITERS[self.delimiter] if self.delimiter else ""

    @model_validator(mode="after")
    def only_texts_are_written(self) -> Written:
        path = str(getattr(self, "path", ""))
        if self.delimiter and not re.search(r"\.csv$|^[^.]*$", path):
            raise ValueError(f"delimiter: of a .csv file; read {path}")
        if self.encoding != "utf-8" and path.endswith((".parquet", ".xls", ".xlsx", ".ods")):
            raise ValueError(f"encoding: of a text; read {path}")
        return self
