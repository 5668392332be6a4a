"""`marts.series` for tools of official statistics: SDMX-CSV 2.0, and its structure as SDMX-JSON 2.0.

One row of the CSV is one observation: the dimensions of its series, its period, OBS_VALUE in base units, and what is
to be known of it. Codes are those of the warehouse; where SDMX's own lists have them (obs_status, freq, areas) they
are the same. Text that a spreadsheet would take for a formula gets an apostrophe before it, as in every CSV. Source of the formats: SDMX Technical Working Group, sdmx-csv 2.0.0 and sdmx-json 2.0.0.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bi.release import Release
from orchestration.engine import literal, quoted
from orchestration.release.export import harmless
from orchestration.release.manifest import MANIFEST
from validations import dimensions as declared
from validations import published

AGENCY, STRUCTURE, VERSION = "MINSHENG", "SERIES", "1.0"
SERIES = "marts.series"
CONTRACT = published.tables()[SERIES]
#: Columns of marts.series that make its key, in order of the key: SDMX puts frequency and area first.
DIMENSIONS = ("freq", "ref_area") + tuple(
    name for name in CONTRACT.columns if name in declared.DIMENSIONS and name not in ("freq", "ref_area", "time_period")
)
#: Concepts of SDMX by the column that holds them.
ATTRIBUTES = {
    "unit_measure": "UNIT_MEASURE",
    "obs_status": "OBS_STATUS",
    "qualifier": "QUALIFIER",
    "obs_low": "OBS_LOW",
    "obs_high": "OBS_HIGH",
    "caveat_en": "COMMENT_OBS",
    "caveat_zh": "COMMENT_OBS_ZH",
    "is_disputed": "IS_DISPUTED",
    "is_spliced": "IS_SPLICED",
    "source_id": "SOURCE_ID",
    "observation_id": "OBSERVATION_ID",
}


def _has_names(name: str) -> bool:
    """Whether there is a list of codes with names for a column; what is made of codes or of periods has none."""
    found = CONTRACT.reference(name)
    tables = [published.tables()[full] for full in found.tables] if found else []
    return CONTRACT.codes(name) is not None or any("name_en" in table.columns for table in tables)


#: Columns of which the codes are listed; the others are written out as texts.
CODED = tuple(name for name in (*DIMENSIONS, *ATTRIBUTES) if _has_names(name))
NUMBERS = ("obs_value", "obs_low", "obs_high")


def write_csv(release: Release, path: Path) -> None:
    """Every row of marts.series, ordered by series and period. Raises duckdb.Error."""
    columns = [
        "'datastructure' as \"STRUCTURE\"",
        f'{literal(f"{AGENCY}:{STRUCTURE}({VERSION})")} as "STRUCTURE_ID"',
        "'I' as \"ACTION\"",
        *(f'{_text(release, name)} as "{name.upper()}"' for name in DIMENSIONS),
        f'{_text(release, "time_period")} as "TIME_PERIOD"',
        f'{_number("obs_value")} as "OBS_VALUE"',
        *(
            f'{_number(name) if name in NUMBERS else _text(release, name)} as "{concept}"'
            for name, concept in ATTRIBUTES.items()
        ),
    ]
    query = f"select {', '.join(columns)} from {SERIES} order by series_id, time_period, base_period"
    release.connection.execute(f"copy ({query}) to {literal(path.as_posix())} (format csv, header true)")


def write_structure(release: Release, path: Path) -> None:
    """The data structure with its concepts and code lists, names in English and Chinese."""
    path.write_text(json.dumps(structure(release), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def structure(release: Release) -> dict[str, Any]:
    """The structure message as data."""
    # No clock: the message is as old as the release that it describes.
    assembled = datetime.fromtimestamp(int((release.folder / MANIFEST).stat().st_mtime), UTC)
    return {
        "meta": {
            "id": release.release_id,
            "schema": "https://json.sdmx.org/2.0.0/sdmx-json-structure-schema.json",
            "prepared": assembled.isoformat().replace("+00:00", "Z"),
            "contentLanguages": ["en", "zh"],
            "sender": {"id": AGENCY},
        },
        "data": {
            "codelists": [_codelist(release, name) for name in CODED],
            "conceptSchemes": [_concepts(release)],
            "dataStructures": [_data_structure()],
        },
    }


def _text(release: Release, name: str) -> str:
    """SQL for a column that is no number: text such that no spreadsheet takes it for a formula."""
    types = {column.name: column.type for column in release.tables[SERIES].columns}
    return harmless(quoted(name)) if types[name] == "VARCHAR" else quoted(name)


def _number(column: str) -> str:
    """SQL for a DECIMAL as text without the zeros that its scale adds; NULL stays NULL."""
    return f"rtrim(rtrim(cast({column} as varchar), '0'), '.')"


def _maintained(kind: str, name_en: str, name_zh: str) -> dict[str, Any]:
    names = {"en": name_en, "zh": name_zh}
    return {"id": kind, "agencyID": AGENCY, "version": VERSION, "name": name_en, "names": names}


def _codelist(release: Release, column: str) -> dict[str, Any]:
    codes = CONTRACT.codes(column)
    query = (
        _listed(column)
        if codes is None
        else (
            "select code, name_en, name_zh, null as parent from core.code"
            f" where codelist = {literal(codes.codelist)} order by code"
        )
    )
    listed = [
        {
            "id": row["code"],
            "name": row["name_en"],
            "names": {"en": row["name_en"], "zh": row["name_zh"]},
            **({"parent": row["parent"]} if row["parent"] else {}),
        }
        for row in release.rows(query)
    ]
    return {**_maintained(f"CL_{column.upper()}", f"Codes of {column}", f"{column}代码"), "codes": listed}


def _listed(column: str) -> str:
    """SQL for the codes of a list that is a table of its own; a parent only where the table has one."""
    ((full, key),) = CONTRACT.reference(column).tables.items()
    table = published.tables()[full]
    within = [name for name in table.columns if (own := table.reference(name)) and full in own.tables]
    parent = within[0] if within else "null"
    return f"select {key} as code, name_en, name_zh, {parent} as parent from {full} order by {key}"


def _concepts(release: Release) -> dict[str, Any]:
    """A concept for every column, described by the comment of its contract."""
    told = {column.name: column.comment for column in release.tables[SERIES].columns}
    of = {name: name.upper() for name in (*DIMENSIONS, "time_period", "obs_value")} | ATTRIBUTES
    concepts = [{"id": concept, "name": name, "description": told[name]} for name, concept in of.items()]
    return {**_maintained("CONCEPTS", "Concepts of Minsheng", "民生概念"), "concepts": concepts}


def _data_structure() -> dict[str, Any]:
    dimensions = [
        {"id": name.upper(), "position": place, **_component(name.upper(), name)}
        for place, name in enumerate(DIMENSIONS, 1)
    ]
    time = {
        "id": "TIME_PERIOD",
        "conceptIdentity": _concept("TIME_PERIOD"),
        "localRepresentation": {"format": {"dataType": "ObservationalTimePeriod"}},
    }
    value = {
        "id": "OBS_VALUE",
        "conceptIdentity": _concept("OBS_VALUE"),
        "localRepresentation": {"format": {"dataType": "Decimal"}},
    }
    attributes = [
        {
            "id": concept,
            "usage": "mandatory" if name in ("unit_measure", "obs_status") else "optional",
            "attributeRelationship": {"observation": {}},
            **_component(concept, name),
        }
        for name, concept in ATTRIBUTES.items()
    ]
    return {
        **_maintained(STRUCTURE, "Social-security statistics of China", "中国社会保障统计"),
        "dataStructureComponents": {
            "dimensionList": {
                "id": "DimensionDescriptor",
                "dimensions": dimensions,
                "timeDimension": time,
            },
            "measureList": {"id": "MeasureDescriptor", "measures": [value]},
            "attributeList": {"id": "AttributeDescriptor", "attributes": attributes},
        },
    }


def _component(concept: str, column: str) -> dict[str, Any]:
    form: dict[str, Any] = {"format": {"dataType": "Decimal" if column in NUMBERS else "String"}}
    if column in CODED:
        urn = f"urn:sdmx:org.sdmx.infomodel.codelist.Codelist={AGENCY}:CL_{column.upper()}({VERSION})"
        form = {"enumeration": urn}
    elif column in ("is_disputed", "is_spliced"):
        form = {"format": {"dataType": "Boolean"}}
    return {"conceptIdentity": _concept(concept), "localRepresentation": form}


def _concept(concept: str) -> str:
    return f"urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={AGENCY}:CONCEPTS({VERSION}).{concept}"
