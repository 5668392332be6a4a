"""The jobs that a person starts: each is one door to a function that the command line uses as well."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
from pydantic import Field

from orchestration import check_source
from orchestration.desk import book, freshness_checks, runs
from orchestration.desk.assets import CURRENT_KEY, Warehouse
from orchestration.desk.assets.publish import publication
from orchestration.desk.markdown import fenced
from orchestration.paths import Paths
from orchestration.release import candidates, promote
from orchestration.release.approval import ApprovalRefused
from orchestration.transform import TransformError
from validations.faults import IntakeError

#: Messages that say what to do: no traceback makes them clearer, no second attempt helps.
REFUSALS = (
    promote.PromotionRefused,
    ApprovalRefused,
    candidates.NoCandidate,
    check_source.CheckFailed,
    IntakeError,
    TransformError,
)

#: The job that makes a release. Schedules and sensors ask for it by name.
REFRESH = "refresh"


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except REFUSALS as refused:
        raise dg.Failure(description=str(refused), allow_retries=False) from refused


def _tell(context: dg.OpExecutionContext, paths: Paths, done: promote.Promoted, **of_approval: str) -> None:
    """In the log, and at the asset `warehouse/current`, which shows what readers see whichever job put it there."""
    context.log.info(done.sentence())
    context.log.info(f"book: {book.bring_up_to_date(paths).text}")
    said = {name: text for name, text in of_approval.items() if text}
    context.log_event(dg.AssetMaterialization(CURRENT_KEY, metadata={**publication(paths, done), **said}))


class CandidateConfig(dg.Config):
    run_id: str = Field(description="The run whose candidate is meant: its id, or the first characters of it.")


class ApproveConfig(CandidateConfig):
    approved_by: str = Field(description="Who approves: somebody else than who launched the run.")
    note: str = Field(default="", description="What was looked at, or a reference; it stands in the ledger.")


class RollbackConfig(dg.Config):
    release_id: str = Field(default="", description="The release to go back to; empty for the one before the current.")
    approved_by: str = Field(default="", description="Who said so; it stands in the ledger.")


class SourceConfig(dg.Config):
    source_id: str = Field(description="A folder of seeds/sources.")
    everything: bool = Field(default=False, description="Also the findings that decisions answer already.")


@dg.op(description="Publishes an audited candidate, such as that of a dry run, through the sealed door.")
def promote_the_candidate(context: dg.OpExecutionContext, config: CandidateConfig, warehouse: Warehouse) -> None:
    paths = warehouse.paths()
    with _refusals():
        done = promote.promote(paths, candidates.find(paths, config.run_id))
    _tell(context, paths, done)


@dg.op(description="Records a second person's approval of a candidate, by the hash of its manifest, and publishes it.")
def approve_the_candidate(context: dg.OpExecutionContext, config: ApproveConfig, warehouse: Warehouse) -> None:
    paths = warehouse.paths()
    with _refusals():
        candidate = candidates.find(paths, config.run_id)
        given = promote.approve(paths, candidate, config.approved_by, config.note)
        context.log.info(f"approved by {given.approved_by}, manifest {given.manifest_sha256[:12]}")
        done = promote.promote(paths, candidate)
    _tell(context, paths, done, approved_by=given.approved_by, note=given.note)


@dg.op(description="Makes an earlier release current again, through the same sealed door as a promotion.")
def roll_back(context: dg.OpExecutionContext, config: RollbackConfig, warehouse: Warehouse) -> None:
    paths = warehouse.paths()
    with _refusals():
        done = promote.rollback(paths, config.release_id or None, config.approved_by or None)
    _tell(context, paths, done, approved_by=config.approved_by)


@dg.op(
    description="Intake and rules on one source, beside those that it is compared with; nothing is built to be published.",
    out=dg.Out(str, description="The report: findings with their cells, and the decisions to write."),
)
def check_the_source(context: dg.OpExecutionContext, config: SourceConfig, warehouse: Warehouse) -> str:
    with _refusals():
        text = check_source.check_source(warehouse.paths(), config.source_id, config.everything, context.log.info)
    context.add_output_metadata({"report": dg.MetadataValue.md(fenced(text))})
    return text


@dg.graph(
    name="promote_candidate",
    description="Publishes the candidate that a dry run left. Configure its `run_id`.",
)
def promote_candidate_graph() -> None:
    promote_the_candidate()


@dg.graph(
    name="approve",
    description="A second person approves the candidate of a run, and it is published. Configure `run_id`, `approved_by`, `note`.",
)
def approve_graph() -> None:
    approve_the_candidate()


@dg.graph(
    name="rollback",
    description="Takes the current release back. Configure `release_id` for another than the one before.",
)
def rollback_graph() -> None:
    roll_back()


@dg.graph(
    name="check_source",
    description="What is wrong with one source, in seconds, before anything is built. Configure `source_id`. (A release is always made of all sources: rules compare them with each other.)",
)
def check_source_graph() -> None:
    check_the_source()


def jobs(paths: Paths) -> list[Any]:
    """The jobs of this warehouse, on the sources that its seeds hold now. Tags mark the runs of every job as its own from
    the moment that they are asked for."""
    tags = runs.tags(paths)
    refresh = dg.define_asset_job(
        REFRESH,
        tags=tags,
        # What says whether a source is late belongs to the calendar, not to a release.
        selection=dg.AssetSelection.all() - dg.AssetSelection.checks(*freshness_checks.keys(paths)),
        description="Intake, transform, assemble, audit, promote: everything, into one new release; then its data book. In the launchpad: `warehouse__current: {config: {dry_run: true}}` publishes nothing, `intake: {config: {launched_by: ...}}` says who starts it.",
    )
    by_hand = (check_source_graph, promote_candidate_graph, approve_graph, rollback_graph)
    return [refresh, *(graph.to_job(tags=tags) for graph in by_hand)]
