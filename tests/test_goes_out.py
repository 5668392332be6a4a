"""Text of seeds that goes out: to chat programs, to the UI, to spreadsheets and to the tools of statistics. It stays text."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration import intake
from tests.conftest import SOURCE
from tests.test_hostile import FORMULAS, safe

MARKDOWN = [
    "```\n# free\n[a](http://example.org)",
    "````\n<img src=x onerror=alert(1)>",
    "~~~\n[a](javascript:alert(1))",
    "\n\n[a]: http://example.org\n[a]",
    "<!channel> <@U123> <http://example.org|bank> <mailto:a@example.org|a>",
    "![x](https://example.org/x.png) HTTP://EXAMPLE.ORG ftp://example.org www.example.org 民生https://example.org 见www.example.org",
    "*b* _i_ ~s~ `c` > q\n- l\n| a |\n|---|",
]


def rendered(text: str) -> list[str]:
    """Kinds of what CommonMark makes of a text."""
    from markdown_it import MarkdownIt

    return [token.type for token in MarkdownIt("commonmark").enable("table").parse(text)]


@pytest.mark.parametrize("text", MARKDOWN, ids=ascii)
def test_text_of_a_page_stays_text_where_markdown_is_rendered(text):
    from orchestration.desk.markdown import fenced, for_chat

    for around in (text, f"row 1: read '{text}'; expected a number", f"a\n{text}\nb"):
        assert rendered(fenced(around)) == ["fence"] and rendered(for_chat(around)) == ["fence"]
        assert fenced(around).count("```") == 2
        told = for_chat(around)
        assert not re.search(r"<[!@#\w/]|\w://|www\.\S|mailto:\S", told, re.I), told


@given(st.text(alphabet="`~<>!@[]()#*_| \n:/aw.民", max_size=30))
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_no_text_breaks_out_of_its_block(text):
    from orchestration.desk.markdown import fenced, for_chat

    assert rendered(fenced(text)) == rendered(for_chat(text)) == ["fence"]


@pytest.mark.parametrize("text", MARKDOWN, ids=ascii)
def test_a_name_stays_a_name_within_a_line(text):
    from markdown_it import MarkdownIt

    from orchestration.desk.markdown import inline

    paragraph, content, _ = MarkdownIt("commonmark").parse(f"The source {inline(text)}: tables.")
    assert paragraph.type == "paragraph_open"
    assert [child.type for child in content.children] == ["text", "code_inline", "text"]


def test_a_plain_message_is_told_as_it_is():
    """Paths, commands, comparisons and figures of either language."""
    from orchestration.desk.markdown import for_chat

    text = "sources/a_b/table_1.csv, row 2 (2015): read '7l9.3' < 5 & 6 -> run `refresh` again; 城镇_标准 10:30"
    assert for_chat(text) == f"```\n{text}\n```"


@pytest.mark.parametrize("text", MARKDOWN[:2] + MARKDOWN[4:6], ids=ascii)
def test_an_alert_is_a_block_of_code_in_a_chat(text, monkeypatch):
    from orchestration.desk.alerts import LONGEST, Alert, send
    from tests import sinks

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with sinks.webhook() as (address, taken):
        for body in (text, text * LONGEST):
            send(Alert("run_failed", f"Minsheng: {text}", body), lambda told: None, {"MINSHENG_ALERT_WEBHOOK": address})
    for message in taken:
        assert rendered(message["text"]) == ["fence"] and "://" not in message["text"]


def test_a_report_in_the_ui_is_a_block_of_code(line, monkeypatch):
    """A label that ends the block ends nothing: the job `check_source`, on a page whose text holds three backticks."""
    import dagster as dg

    from orchestration.desk import jobs
    from orchestration.desk.assets import Warehouse

    text = "value ```\n# heading [a](http://example.org)"
    monkeypatch.setattr(jobs.check_source, "check_source", lambda *_: text)
    (job,) = (one for one in jobs.jobs(line.paths) if one.name == "check_source")
    done = job.execute_in_process(
        run_config={"ops": {"check_the_source": {"config": {"source_id": Path(SOURCE).name}}}},
        resources={"warehouse": Warehouse()},
        instance=dg.DagsterInstance.ephemeral(),
    )
    (shown,) = [
        entry.md_str
        for event in done.get_step_success_events() + done.all_node_events
        for entry in getattr(event.event_specific_data, "metadata", {}).values()
        if isinstance(entry, dg.MarkdownMetadataValue)
    ]
    assert rendered(shown) == ["fence"]


@pytest.mark.parametrize("text", [*FORMULAS, 'plain, "quoted"\nof two lines', "数据"], ids=ascii)
def test_sdmx_csv_begins_no_formula_and_is_read_by_its_library(tmp_path, text):
    """In every column of text; figures below nought stay figures."""
    import duckdb
    from pysdmx.io import read_sdmx

    from bi.files import sdmx
    from bi.release import opened
    from orchestration.artifacts import DATABASE

    names = (*sdmx.DIMENSIONS, *sdmx.ATTRIBUTES, "time_period", "series_id")
    typed = {"is_disputed": "boolean", "is_spliced": "boolean"} | dict.fromkeys(sdmx.NUMBERS, "decimal(38, 10)")
    columns = dict.fromkeys([*names, *sdmx.NUMBERS], "varchar") | typed
    with duckdb.connect(str(tmp_path / DATABASE)) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.series ({', '.join(f'{n} {t}' for n, t in columns.items())})")
        values = [{"varchar": text, "boolean": True}.get(kind, -2.5) for kind in columns.values()]
        connection.execute(f"insert into marts.series values ({', '.join('?' * len(values))})", values)
    with opened(tmp_path) as release:
        sdmx.write_csv(release, tmp_path / "series.sdmx.csv")
    with (tmp_path / "series.sdmx.csv").open(encoding="utf-8", newline="") as handle:
        (row,) = csv.DictReader(handle)
    written = {name: row[sdmx.ATTRIBUTES.get(name, name.upper())] for name in columns if name != "series_id"}
    assert {written[name] for name in columns if columns[name] == "varchar" and name != "series_id"} == {safe(text)}
    assert {written[name] for name in sdmx.NUMBERS} == {"-2.5"}
    (data,) = read_sdmx(str(tmp_path / "series.sdmx.csv")).data
    (seen,) = data.data.to_dict("records")
    assert seen["OBS_VALUE"] == "-2.5" and seen["COMMENT_OBS"].replace("\r", "\n") == safe(text).replace("\r", "\n")


def test_nothing_predictable_is_used_under_the_systems_temporary_folder(sound, tmp_path, monkeypatch):
    """Whatever somebody else put there beforehand is not touched, and nothing stays behind."""
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "tmp" / "minsheng").symlink_to(tmp_path / "elsewhere")
    made = []
    original = tempfile.mkdtemp
    monkeypatch.setattr(tempfile, "mkdtemp", lambda *a, **k: made.append(original(*a, **k)) or made[-1])
    for _ in range(2):
        assert intake.read(sound).faults == []
    assert len(set(made)) == 2 and all(Path(name).parent == tmp_path / "tmp" for name in made)
    assert [path.name for path in (tmp_path / "tmp").iterdir()] == ["minsheng"]
    assert list((tmp_path / "elsewhere").iterdir()) == []
