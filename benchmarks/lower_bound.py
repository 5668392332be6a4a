"""The least that work on the county panel can cost: its tidy files to the published tables, and no gate.

    python -m benchmarks.lower_bound SEEDS FOLDER --threads 2

One process, one DuckDB, SQL written for this panel: no check, no second pass, no rule, no hash, no order,
each table written once. It is right only where the panel has no error. Leaves FOLDER/minsheng.duckdb with
the columns and values of a release, and FOLDER/parquet.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb
import yaml

from orchestration.engine import literal
from orchestration.paths import ROOT
from proofs.generators.planted import SOURCE

#: A tidy observation's id: source, series key, period and vintage. `s`: its series_id.
OBSERVATION_ID = "concat_ws(':', '{source}', {series_id}, {period}, '{vintage}')"
#: Dimensions that the panel's descriptor leaves at their default.
DEFAULTS = {"measure": "level", "counterpart": "_Z", "pop_group": "_T", "age": "_T", "scope": "_Z"} | {
    "population_basis": "_Z",
    "actuality": "actual",
}
#: The readable key of a series; the columns stand in the query.
SERIES_ID = "concat({indicator}, '.level._Z.DIBAO._T._T.', {residence}, '.', {area}, '._Z._Z.M.', {basis}, '.actual')"
LISTS = """
    insert into core.area by name
    select code as ref_area, name_en, name_zh, parent as parent_area, level, code_system, valid_from, valid_to
    from read_csv('{seeds}/codelists/area.csv', all_varchar = true, header = true);

    insert into core.indicator by name
    select code as indicator, * exclude (code, is_of_its_period), code as base_indicator, 'level' as measure
    from read_csv('{seeds}/codelists/indicator.csv', all_varchar = true, header = true);

    insert into core.unit by name
    select code as unit_measure, * exclude code
    from read_csv('{seeds}/codelists/unit.csv', all_varchar = true, header = true);

    insert into core.scheme by name
    select s.code as scheme, s.* exclude (code, parent, successor, folded_into, folded_since), s.parent as parent_scheme,
        s.successor as successor_scheme,
        a.name_en as agency_name_en, a.name_zh as agency_name_zh
    from read_csv('{seeds}/codelists/scheme.csv', all_varchar = true, header = true) as s
    inner join read_csv('{seeds}/codelists/agency.csv', all_varchar = true, header = true) as a on a.code = s.agency;

    create temp table unit_text as
    select text, unit_measure, cast(unit_mult as integer) as unit_mult
    from read_csv('{seeds}/codelists/unit_text.csv', all_varchar = true, header = true);
"""
OBSERVATIONS = """
    insert into core.observation by name
    with tidy as (
        select
            * exclude (filename, file_row_number, residence),
            case residence when 'urban' then 'U' else 'R' end as residence,
            filename[-15:-9] as time_period,
            cast(filename[-15:-9] || '-01' as date) as period_start,
            cast(file_row_number + 1 as integer) as row_no
        from read_parquet('{seeds}/sources/{source}/panel/*.parquet', filename = true, file_row_number = true)
    ),
    valued as (
        select
            t.*, i.time_basis, u.unit_measure, u.unit_mult,
            case u.unit_mult
                when 0 then cast(cast(t.value as decimal(18, 8)) as decimal(38, 10))
                else cast(cast(cast(t.value as decimal(18, 8)) as decimal(28, 8)) * 10000 as decimal(38, 10))
            end as obs_value,
            {series_id} as series_id
        from tidy as t
        inner join core.indicator as i on i.indicator = t.indicator
        inner join unit_text as u on u.text = t.unit
    )
    select
        {observation_id} as observation_id,
        '{source}' as source_id, 'panel' as table_id, 'bulk' as layout, 'sources/{source}/panel/' || time_period || '.parquet' as file,
        'generated' as section, cast(null as varchar) as statement,
        row_no, 4 as column_no, cast(null as varchar) as row_label, 'value' as column_label,
        value as printed_value, unit as printed_unit, indicator, {defaults}, 'DIBAO' as scheme, residence, area as ref_area,
        'M' as freq, time_period, period_start, cast(period_start + interval 1 month - interval 1 day as date) as period_end,
        '_Z' as base_period, time_basis, obs_value as printed_obs_value, obs_value, '_Z' as qualifier, unit_measure,
        unit_mult, cast(case when contains(value, '.') then length(value) - position('.' in value) else 0 end as integer) as decimals,
        true as unit_stated, 'A' as obs_status, true as is_usable, '{stage}' as release_stage, '{vintage}' as vintage, '{agency}' as agency
    from valued
"""
SERIES = """
    insert into marts.series by name
    select
        {series_id} as series_id, o.indicator, o.indicator as base_indicator, o.measure, o.counterpart, o.scheme, o.pop_group, o.age, o.residence, o.ref_area,
        o.scope, o.population_basis, o.actuality, a.name_en as ref_area_name_en, a.name_zh as ref_area_name_zh, o.freq,
        o.time_basis, o.time_period, year(o.period_start) as year, o.period_start, o.period_end, o.base_period, o.obs_value,
        o.qualifier, o.unit_measure, o.obs_status, o.observation_id, o.source_id, 1 as candidates, false as is_disputed,
        false as is_spliced
    from core.observation as o inner join core.area as a on a.ref_area = o.ref_area
"""
SOURCE_ROW = """
    insert into core.source by name
    select
        $source_id as source_id, $title as title, $title_zh as title_zh, $authors as authors, $citation as citation,
        $licence as licence, code as agency, name_en as agency_name_en, name_zh as agency_name_zh, $release_stage as release_stage,
        $vintage as vintage, $cadence as cadence, $observations as observations, $ceiling as quarantine_ceiling,
        0 as quarantined_by_rule
    from read_csv('{seeds}/codelists/agency.csv', all_varchar = true, header = true)
    where code = $agency
"""


def _quotient(numerator: str, denominator: str, scale: int) -> str:
    """As a decimal; a double may lie one step below a tie, which is rounded away from zero (16 of 1.4 million standards)."""
    double = f"cast({numerator} as double) / nullif(cast({denominator} as double), 0)"
    return f"try_cast(nextafter({double}, 2 * ({double})) as decimal(24, {scale}))"


def _direction(value: str, no_gap: int) -> str:
    """narrows, widens or unchanged, against the month before."""
    now, before = f"abs({value} - {no_gap})", f"abs(lag({value}) over earlier - {no_gap})"
    return f"case when {now} < {before} then 'narrows' when {now} > {before} then 'widens' when {now} = {before} then 'unchanged' end"


#: Every county and month has urban and rural figures of all three; so a status is known from the row alone.
DIBAO = f"""
    insert into marts.dibao by name
    with parts as (
        select
            ref_area, time_period, coalesce(residence, '_T') as residence, any_value(period_start) as period_start,
            any_value(period_end) as period_end, any_value(ref_area_name_en) as ref_area_name_en, any_value(ref_area_name_zh) as ref_area_name_zh,
            sum(obs_value) filter (where indicator = 'DIBAO_STANDARD' and residence is not null) as standard,
            sum(obs_value) filter (where indicator = 'DIBAO_RECIPIENTS') as recipients,
            sum(obs_value) filter (where indicator = 'DIBAO_EXPENDITURE') as expenditure
        from marts.series
        where indicator in ('DIBAO_STANDARD', 'DIBAO_RECIPIENTS', 'DIBAO_EXPENDITURE')
        group by grouping sets ((ref_area, time_period, residence), (ref_area, time_period))
    ),
    lagged as (
        select * replace (case when residence <> '_T' then standard end as standard),
            residence = '_T' as is_total, 'M' as freq, year(period_start) as year,
            lag(time_period) over earlier as previous_time_period, lag(period_start) over earlier as previous_start,
            case when residence <> '_T' then lag(standard) over earlier end as previous_standard,
            lag(recipients) over earlier as previous_recipients, lag(expenditure) over earlier as previous_expenditure,
            case residence when '_T' then '_Z' else 'A' end as standard_status,
            case when lag(time_period) over earlier is null then 'L' else 'A' end as change_status
        from parts
        window earlier as (partition by ref_area, residence order by period_start)
    )
    select
        ref_area, ref_area_name_en, ref_area_name_zh, freq, time_period, year, period_start, period_end, residence, is_total,
        standard as standard_yuan_per_month, standard_status, recipients as recipients_persons, 'A' as recipients_status,
        expenditure as expenditure_yuan, 'A' as expenditure_status, 'L' as expenditure_per_recipient_printed_status,
        {_quotient("expenditure * 12", "recipients", 4)} as expenditure_per_year_end_recipient_yuan_per_year,
        'A' as expenditure_per_year_end_recipient_status,
        {_quotient("expenditure * 24", "recipients + previous_recipients", 4)} as expenditure_per_average_recipient_yuan_per_year,
        change_status as expenditure_per_average_recipient_status,
        {_quotient("expenditure", "recipients * standard", 6)} as supplement_standard_ratio,
        case when is_total then '_Z' else 'A' end as supplement_standard_status, previous_time_period,
        cast((year(period_start) * 12 + month(period_start) - year(previous_start) * 12 - month(previous_start)) / 12.0 as decimal(8, 4)) as years_elapsed,
        standard - previous_standard as standard_change_yuan_per_month,
        {_quotient("standard - previous_standard", "previous_standard", 6)} as standard_growth_ratio,
        case when is_total then '_Z' else change_status end as standard_change_status,
        recipients - previous_recipients as recipients_change_persons,
        {_quotient("recipients - previous_recipients", "previous_recipients", 6)} as recipients_growth_ratio,
        change_status as recipients_change_status, expenditure - previous_expenditure as expenditure_change_yuan,
        {_quotient("expenditure - previous_expenditure", "previous_expenditure", 6)} as expenditure_growth_ratio,
        change_status as expenditure_change_status,
        concat(
            case when is_total then 'No standard for urban and rural together: standards are set separately. No source prints spending per recipient for urban and rural together.'
                else 'No source prints spending per recipient.' end,
            case when previous_time_period is null then ' No earlier period: no changes and no average of recipients.' end) as caveat_en,
        concat(
            case when is_total then '城乡标准分别制定，无合计标准。来源未载城乡合计人均支出。' else '来源未载人均支出。' end,
            case when previous_time_period is null then '无更早时期，故无增减与平均人数。' end) as caveat_zh
    from lagged;

    insert into marts.dibao_gap by name
    with gaps as (
        select
            u.ref_area, u.ref_area_name_en, u.ref_area_name_zh, u.freq, u.time_period, u.year, u.period_start, u.period_end,
            {_quotient("u.standard_yuan_per_month", "r.standard_yuan_per_month", 6)} as standard_ratio,
            u.standard_yuan_per_month - r.standard_yuan_per_month as standard_difference,
            {_quotient("u.expenditure_per_year_end_recipient_yuan_per_year", "r.expenditure_per_year_end_recipient_yuan_per_year", 6)} as head_ratio,
            u.expenditure_per_year_end_recipient_yuan_per_year - r.expenditure_per_year_end_recipient_yuan_per_year as head_difference,
            {_quotient("r.recipients_persons", "u.recipients_persons + r.recipients_persons", 6)} as rural_share
        from marts.dibao as u
        inner join marts.dibao as r on r.ref_area = u.ref_area and r.time_period = u.time_period and r.residence = 'R'
        where u.residence = 'U'
    )
    select
        ref_area, ref_area_name_en, ref_area_name_zh, freq, time_period, year, period_start, period_end, false as is_total,
        standard_ratio as urban_rural_standard_ratio, standard_difference as urban_rural_standard_difference_yuan_per_month,
        'A' as standard_gap_status, {_direction("standard_ratio", 1)} as standard_ratio_direction,
        {_direction("standard_difference", 0)} as standard_difference_direction,
        head_ratio as urban_rural_expenditure_per_recipient_ratio,
        head_difference as urban_rural_expenditure_per_recipient_difference_yuan_per_year,
        'A' as expenditure_per_recipient_gap_status, {_direction("head_ratio", 1)} as expenditure_per_recipient_ratio_direction,
        {_direction("head_difference", 0)} as expenditure_per_recipient_difference_direction,
        rural_share as rural_recipients_share, 'A' as rural_recipients_share_status, lag(time_period) over earlier as previous_time_period,
        case when lag(time_period) over earlier is null then 'No earlier period: no direction.' end as caveat_en,
        case when lag(time_period) over earlier is null then '无更早时期，故无方向。' end as caveat_zh
    from gaps
    window earlier as (partition by ref_area order by period_start);
"""


def contracts() -> dict[str, dict[str, str]]:
    """Type of each column of each published table (`schema.name`), as the dbt project declares them."""
    tables = {}
    for path in sorted((ROOT / "dbt_project" / "models").rglob("*.yml")):
        for model in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader).get("models", []):
            columns = {
                column["name"]: column["data_type"] for column in model.get("columns", []) if "data_type" in column
            }
            schema = "core" if path.parent.name == "lineage" else path.parent.name
            if columns and schema in ("core", "marts", "quality", "release"):
                tables[f"{schema}.{model['name']}"] = columns
    return tables


def source_row(package: dict, observations: int) -> dict[str, str | int]:
    """Parameters of SOURCE_ROW, from the descriptor."""
    same = {
        key: package[key] for key in ("title", "title_zh", "citation", "release_stage", "vintage", "cadence", "agency")
    }
    return same | {
        "source_id": package["name"],
        "authors": "; ".join(person["title"] for person in package["contributors"]),
        "licence": "; ".join(licence["title"] for licence in package["licenses"]),
        "observations": observations,
        "ceiling": package["quarantine_ceiling"],
    }


def build(seeds: Path, folder: Path, threads: int, memory_limit: str | None) -> dict[str, int]:
    """Write the published tables of the panel in `seeds` under `folder`; return the rows of each."""
    folder.mkdir(parents=True)
    package = yaml.load((seeds / "sources" / SOURCE / "datapackage.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    names = {"seeds": seeds.as_posix().replace("'", "''"), "source": SOURCE, "vintage": package["vintage"]}
    names |= {"agency": package["agency"]}
    names |= {"stage": package["release_stage"], "defaults": ", ".join(f"'{v}' as {k}" for k, v in DEFAULTS.items())}
    tidy = SERIES_ID.format(indicator="t.indicator", residence="t.residence", area="t.area", basis="i.time_basis")
    core = SERIES_ID.format(indicator="o.indicator", residence="o.residence", area="o.ref_area", basis="o.time_basis")
    place = OBSERVATION_ID.format(series_id="series_id", period="time_period", **names)
    config = {"threads": threads, "preserve_insertion_order": False, "temp_directory": str(folder / "spill")}
    if memory_limit:
        config["memory_limit"] = memory_limit
    tables = contracts()
    with duckdb.connect(str(folder / "minsheng.duckdb"), config=config) as connection:
        for schema in sorted({table.partition(".")[0] for table in tables}):
            connection.execute(f"create schema {schema}")
        for table, columns in tables.items():
            schema, _, name = table.partition(".")
            connection.execute(f'create table {schema}."{name}" ({", ".join(f"{k} {v}" for k, v in columns.items())})')
        connection.execute(LISTS.format(**names))
        figures = OBSERVATIONS.format(series_id=tidy, observation_id=place, **names)
        observations = connection.execute(figures).fetchone()[0]
        connection.execute(SERIES.format(series_id=core))
        connection.execute(DIBAO)
        connection.execute(SOURCE_ROW.format(**names), source_row(package, observations))
        connection.execute("checkpoint")
        rows = {}
        for table in tables:
            schema, _, name = table.partition(".")
            (folder / "parquet" / schema).mkdir(parents=True, exist_ok=True)
            target = folder / "parquet" / schema / f"{name}.parquet"
            copied = connection.execute(f'copy {schema}."{name}" to {literal(str(target))} (format parquet)')
            rows[table] = copied.fetchone()[0]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.lower_bound",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("seeds", type=Path, help="seeds folder that proofs.generators.panel made")
    parser.add_argument("folder", type=Path, help="folder to make")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-limit", help="such as 4GB; DuckDB's own if left out")
    options = parser.parse_args()
    for table, rows in build(options.seeds, options.folder, options.threads, options.memory_limit).items():
        print(f"{table:32}{rows:>10}")


if __name__ == "__main__":
    main()
