"""What a data engineer sees in the UI: the real server, asked through its GraphQL and walked through in Chromium."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.paths import Paths
from orchestration.release import ledger
from tests.conftest import SOURCE, Line, edit
from tests.dagster_ui import PATIENCE, Run, Ui, served

GATE = "quality/finding:no_error_is_unexplained_finding_"
#: Two digits swapped in a figure that an identity binds, and that no decision or claim expects.
FAULT = (f"{SOURCE}/table_2.csv", "1480.2", "1408.2")


@pytest.fixture(scope="module")
def ui(built: Line, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ui]:
    """The UI on a copy of the built line: one release, and seeds in which a figure changed since."""
    folder = tmp_path_factory.mktemp("ui")
    for part in ("seeds", "warehouse"):
        shutil.copytree(getattr(built.paths, part), folder / part, symlinks=True)
    with served(Paths(seeds=folder / "seeds", warehouse=folder / "warehouse")) as running:
        yield running


@pytest.fixture(scope="module")
def assets(ui: Ui) -> dict[str, dict]:
    return ui.assets()


@pytest.fixture(scope="module")
def page(ui: Ui):
    """A page of a headless Chromium; skips where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on the PATH")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=[*quiet, "--disable-component-update"])
        page = browser.new_page(viewport={"width": 1600, "height": 1000}, base_url=ui.url)
        page.set_default_timeout(120_000)
        yield page
        browser.close()


@dataclass(frozen=True)
class Morning:
    """A refresh that failed at the gate of the rules, its re-execution once the seed was mended, and a new refresh."""

    failed: Run
    again: Run
    mended: Run


@pytest.fixture(scope="module")
def morning(ui: Ui) -> Morning:
    table, right, wrong = FAULT
    edit(ui.paths.seeds / table, right, wrong)
    before = ledger.current_release(ui.paths)
    failed = ui.launch(job="refresh")
    assert ledger.current_release(ui.paths) == before
    edit(ui.paths.seeds / table, wrong, right)
    return Morning(failed, ui.again(failed), ui.launch(job="refresh"))


def test_every_asset_tells_what_it_is_and_where_its_source_lies(assets):
    assert len(assets) > 100
    for key, asset in assets.items():
        assert asset["description"] and asset["owners"] and asset["kinds"] and asset["groupName"], key
        references = asset["shown"].get("dagster/code_references", [])
        assert references, key
        assert all(Path(reference["filePath"]).exists() for reference in references), key


def test_every_table_shows_its_columns_and_rows(assets):
    """Published columns with their comments; a run must not take these away again."""
    tables = {key: asset for key, asset in assets.items() if not key.startswith("warehouse/")}
    for key, asset in tables.items():
        columns = asset["shown"]["dagster/column_schema"]["columns"]
        assert columns and asset["shown"]["dagster/row_count"] >= 0, key
        if key.split("/")[0] in ("core", "marts", "quality", "release"):
            assert all(column["description"] for column in columns), key
    dibao = {column["name"]: column for column in tables["marts/dibao"]["shown"]["dagster/column_schema"]["columns"]}
    standard = dibao["standard_yuan_per_month"]
    assert standard["type"] == "decimal(24, 4)" and "yuan per month" in standard["description"]
    assert [name for name, column in dibao.items() if "key" in column["constraints"]["other"]] == [
        "ref_area",
        "time_period",
        "residence",
    ]


def test_a_published_table_shows_its_first_rows(assets):
    preview = assets["marts/dibao"]["shown"]["preview"]
    assert len(preview) == 10 and all(row["ref_area"] and row["time_period"] for row in preview)
    assert assets["raw/urban_rural_dibao"]["shown"]["preview"][0]["printed_value"] == "451.1"
    for key, asset in assets.items():
        if key.startswith("marts/"):
            assert len(asset["shown"]["preview"]) == min(10, asset["shown"]["dagster/row_count"]), key


def test_a_column_leads_back_to_the_page(assets):
    """Column by column through every table between, up to what is printed."""
    behind = {
        (key, column["columnName"]): {("/".join(d["assetKey"]["path"]), d["columnName"]) for d in column["columnDeps"]}
        for key, asset in assets.items()
        for column in asset["shown"].get("dagster/column_lineage", [])
    }
    names = {
        (key, column["name"])
        for key, asset in assets.items()
        for column in asset["shown"].get("dagster/column_schema", {}).get("columns", [])
    }
    assert set().union(*behind.values()) <= names, "a column comes from one that no asset has"
    reached, left = set(), {("marts/dibao", "standard_yuan_per_month")}
    while left:
        reached |= left
        left = set().union(*(behind.get(column, set()) for column in left)) - reached
    assert ("raw/urban_rural_dibao", "observation.numeral") in reached
    assert {key for key, _ in reached} >= {"marts/dibao", "observation/observation_pass"}
    for_people = {row["column"]: row["follows_from"] for row in assets["marts/dibao"]["shown"]["column_lineage"]}
    assert for_people["standard_yuan_per_month"] == "marts/series: indicator, marts/series: obs_value"


def test_a_failed_check_shows_its_cells_and_what_to_do(morning: Morning):
    assert morning.failed.status == "FAILURE"
    check = morning.failed.checks[GATE]
    assert not check["success"] and check["severity"] == "ERROR"
    cells = {cell["role"]: cell for cell in check["shown"]["failing_rows"] if cell["rule_id"] == "identity.per_head"}
    places = {role: (cell["file"], cell["row"], cell["column"]) for role, cell in cells.items()}
    assert places["denominator"] == (f"{SOURCE}/table_2.csv", "4", "3")
    assert places["result"] == (f"{SOURCE}/table_2.csv", "6", "3")
    assert "1408.2" in cells["denominator"]["read"] and "its parts give 4884" in cells["result"]["expected"]
    assert "rules: [identity.per_head]" in check["shown"]["what_to_do"]
    passed = [key for key, other in morning.failed.checks.items() if other["success"]]
    assert len(passed) > 40, "what passed before is told as well"


def test_a_run_on_other_seeds_is_not_gone_on_with(morning: Morning):
    assert "The seeds were changed since the intake of this run" in morning.again.refusals["transform"]
    assert morning.again.status == "FAILURE" and "Launch the job `refresh`" in morning.again.refusals["transform"]


def test_a_release_tells_what_changed_and_what_was_checked(ui: Ui, morning: Morning):
    assert morning.mended.status == "SUCCESS" and all(check["success"] for check in morning.mended.checks.values())
    shown = ui.assets()["warehouse/current"]["shown"]
    assert shown["release_id"] == ledger.current_release(ui.paths)
    changed = {(row["table"], row["reason"]): int(row["changes"]) for row in shown["what_changed"]}
    assert changed["core.observation", "source"] == 1 and ("marts.dibao", "source") in changed
    assert sum(changed.values()) == shown["changes"] >= len(shown["first_changes"]) > 0
    first = {(row["table"], row["column"]): (row["before"], row["after"]) for row in shown["first_changes"]}
    assert first["core.observation", "obs_value"] == ("494.6000000000", "494.7000000000")
    stages = {row["stage"]: (int(row["declared"]), int(row["passed"])) for row in shown["checks"]}
    assert all(declared == passed > 0 for declared, passed in stages.values()) and len(stages) == 4
    assert shown["checks_passed"] == shown["checks_declared"] == sum(passed for _, passed in stages.values())
    assert shown["findings_unexplained"] == 0 < shown["findings_explained"]
    rows = {row["table"]: row for row in shown["tables"]}
    assert rows["marts.dibao"]["difference"] == "0" and int(rows["release.change"]["rows"]) > 0
    assert shown["seconds_transform"] > 0


@pytest.mark.parametrize(
    ("selection", "step", "message"),
    [
        ({"assets": ("marts/dibao",)}, "transform", "Launch the job `refresh`, or select the group `intake` as well"),
        ({"checks": ("marts/dibao:null_is_explained_dibao_",)}, "transform", "their checks made, from the intake of"),
        ({"assets": ("warehouse/current",)}, "warehouse__current", "no assembled candidate; run the job `refresh`"),
    ],
    ids=["one model", "one check", "promotion alone"],
)
def test_what_cannot_run_alone_refuses_with_what_to_launch(ui: Ui, selection, step, message):
    before = ledger.current_release(ui.paths)
    run = ui.launch(*selection.get("assets", ()), checks=selection.get("checks", ()))
    assert run.status == "FAILURE" and message in run.refusals[step]
    assert ledger.current_release(ui.paths) == before


def test_one_source_alone_is_read_and_checked(ui: Ui):
    run = ui.launch("raw/urban_rural_dibao")
    assert run.status == "SUCCESS"
    assert {key.partition(":")[0] for key in run.checks} == {"raw/urban_rural_dibao"}
    assert {f"raw/urban_rural_dibao:{part}" for part in ("files", "figures", "decisions", "claims")} <= set(run.checks)


def test_the_graph_reads_from_left_to_right(page):
    page.goto("/asset-groups")
    groups = ("intake", "staging", "observation", "rules", "judgement", "core", "series", "marts", "lineage", "publish")
    canvas = page.locator("svg")
    left = [canvas.get_by_text(name, exact=True).first.bounding_box()["x"] for name in groups]
    assert left == sorted(left) and len(set(left)) == len(groups)


def test_an_asset_page_shows_columns_and_source(page):
    page.goto("/assets/marts/dibao")
    for shown in (
        "standard_yuan_per_month",
        "The minimum living guarantee (dibao)",
        "Row count",
        "statistics",
        "DuckDB",
        "contract in editor",
        "Dibao standard per person, yuan per month",
    ):
        page.get_by_text(shown).first.wait_for()


def test_the_page_of_a_failed_run_names_the_cell(page, morning: Morning):
    page.goto(f"/runs/{morning.failed.run_id}")
    page.get_by_text(re.compile("prints 4647.3; its parts give 4884")).first.wait_for()


def test_a_refresh_is_launched_by_a_click_and_ends(page, ui: Ui, morning: Morning):
    """The seeds are those of the current release: nothing is promoted, and the run says so."""
    current = ledger.current_release(ui.paths)
    page.goto("/locations/minsheng/jobs/refresh")
    before = ui.newest()
    page.get_by_role("button", name="Materialize all").click()
    limit = time.monotonic() + PATIENCE
    while (run_id := ui.newest()) == before:
        assert time.monotonic() < limit, "the click launched nothing"
        time.sleep(0.5)
    run = ui.ended(run_id)
    assert run.status == "SUCCESS" and ledger.current_release(ui.paths) == current
    page.goto(f"/runs/{run_id}")
    page.get_by_text("Success", exact=True).first.wait_for()
    shown = ui.assets()["warehouse/current"]["shown"]
    assert (shown["promoted"], shown["changes"]) == (False, 0)
