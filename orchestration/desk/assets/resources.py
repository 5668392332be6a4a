"""What the assets share: the folders of this checkout, and the process of the audit."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import dagster as dg

from orchestration.desk import runs
from orchestration.desk.accidents import as_failures
from orchestration.paths import Paths
from orchestration.release import marks
from orchestration.release.audit import AuditProcess, Verdict

#: Who answers for every asset.
OWNERS = ["team:statistics"]
Result = dg.MaterializeResult | dg.AssetCheckResult


class Warehouse(dg.ConfigurableResource):
    """Seeds and warehouse of this checkout, or those that MINSHENG_SEEDS and MINSHENG_WAREHOUSE name."""

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """The run is alive from here until its process ends, and is known to be one of this warehouse."""
        if context.run:
            with as_failures():
                marks.mark(self.paths(), context.run.run_id, context.run.root_run_id)
                if context.instance and (mark := runs.tags(self.paths())).items() - context.run.tags.items():
                    context.instance.add_run_tags(context.run.run_id, mark)

    def paths(self) -> Paths:
        return Paths.from_environment()

    def candidate(self, context: dg.OpExecutionContext | dg.AssetExecutionContext) -> Path:
        """The candidate of this run's root: a re-execution goes on where the first one stopped."""
        return self.paths().candidate(context.run.root_run_id or context.run_id)


class Auditor(dg.ConfigurableResource):
    """The audit's process, which takes seconds to be ready: it is started while there is a core to spare."""

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        self._process = None

    def start(self) -> None:
        """Begin to get ready, unless it did."""
        self._process = self._process or AuditProcess()

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        if self._process is not None:
            self._process.close()

    def run(self, folder: Path) -> list[Verdict]:
        """The verdicts on `folder`. A process audits once: for a stage that is tried again there is a new one."""
        process, self._process = self._process, None
        return (process or AuditProcess()).run(folder)


def refused(message: str) -> dg.Failure:
    """The step cannot do what was selected; `message` says why and what to launch instead."""
    return dg.Failure(description=message, allow_retries=False)


def selected(context: dg.AssetExecutionContext, results: Iterable[Result]) -> Iterator[Result]:
    """Of what a stage did, what the run asked for: a stage does all of its work for any part of it."""
    for result in results:
        if isinstance(result, dg.MaterializeResult):
            asked = result.asset_key in context.selected_asset_keys
        else:
            asked = dg.AssetCheckKey(result.asset_key, result.check_name) in context.selected_asset_check_keys
        if asked:
            yield result
