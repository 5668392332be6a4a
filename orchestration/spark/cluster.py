"""A cluster of Spark on this machine, `make spark-up` and `make spark-down`: master, two workers, Thrift server.

It serves to try what a cluster does, not to be quicker: all of it shares one machine, and listens on 127.0.0.1 alone. Its
tables are known to the server's memory, so nothing of it is left when it has ended.

.venv-spark/cluster/processes.json   who was started
                   /<name>.log       what each says
                   /<name>           what a worker did; /spill: what did not fit into its memory
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from orchestration import settings, spark
from orchestration.spark import java

HOST = "127.0.0.1"
WORKERS = ("worker-1", "worker-2")
#: Memory of master and of each worker, which only administer; of what works for a worker; of the Thrift server it is
#: MINSHENG_SPARK_MEMORY.
DAEMON, EXECUTOR = "512m", "1g"
#: How long all of it may take to answer, and to end, in seconds.
PATIENCE, FAREWELL = 120, 20
#: How often a process without a command line is looked at again.
BECOMING = 20
#: One for all checkouts that share an environment.
FOLDER = (spark.ENVIRONMENT / "cluster").resolve()


class ClusterError(Exception):
    """The cluster did not come up; nothing of it is left running."""


def up(folder: Path, port: int) -> str:
    """Start all of it, its state in `folder`, and wait until it answers on `port`; the address of its own pages.

    Raises ClusterError if it did not come up, or runs already.
    """
    if running(folder):
        raise ClusterError("a cluster runs already: make spark-down ends it")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    if _answers(port):
        raise ClusterError(f"something else answers on {HOST}:{port}; name another port: make spark-up PORT=10001")
    master, page = spark.free_port(), spark.free_port()
    (folder / "master.conf").write_text("spark.master.rest.enabled false\n", encoding="utf-8")
    deploy = "org.apache.spark.deploy"
    words = ["--host", HOST, "--port", master, "--webui-port", page, "--properties-file", folder / "master.conf"]
    deadline = time.monotonic() + PATIENCE
    try:
        _start(folder, "master", ["spark-class", f"{deploy}.master.Master", *words])
        _wait(folder, deadline, lambda: _answers(master))
        for name in WORKERS:
            words = ["--host", HOST, "--cores", 1, "--memory", EXECUTOR, "--work-dir", folder / name]
            _start(folder, name, ["spark-class", f"{deploy}.worker.Worker", *words, f"spark://{HOST}:{master}"])
        _wait(folder, deadline, lambda: _told(page)["aliveworkers"] == len(WORKERS))
        _start(folder, "thrift", _thrift(folder, f"spark://{HOST}:{master}", port))
        _wait(folder, deadline, lambda: _answers(port) and _told(page)["coresused"] == len(WORKERS))
    except BaseException:
        down(folder)
        raise
    return f"http://{HOST}:{page}"


def _thrift(folder: Path, master: str, port: int) -> list[str | Path | int]:
    told = {
        "spark.driver.host": HOST,
        "spark.driver.bindAddress": HOST,
        "spark.executor.memory": EXECUTOR,
        # As in the session of dbt_project/profiles.yml.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:-DontCompileHugeMethods -XX:ReservedCodeCacheSize=512m",
        "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:-DontCompileHugeMethods -XX:ReservedCodeCacheSize=256m",
        "spark.ui.port": spark.free_port(),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": folder / "tables",
        "spark.sql.shuffle.partitions": len(WORKERS),
        "spark.log.level": "ERROR",
    }
    options = [word for name, value in told.items() for word in ("--conf", f"{name}={value}")]
    server = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
    # Its log of each statement lies in a folder that all servers of a user share, and that one of them removes.
    place = {"thrift.bind.host": HOST, "thrift.port": port, "logging.operation.enabled": "false"}
    places = [word for name, value in place.items() for word in ("--hiveconf", f"hive.server2.{name}={value}")]
    return ["spark-submit", "--master", master, "--class", server, *options, "spark-internal", *places]


def _start(folder: Path, name: str, words: list[str | Path | int]) -> None:
    """One program of Spark, in a session of its own, that outlives this command."""
    (home,) = spark.ENVIRONMENT.glob("lib/python*/site-packages/pyspark")
    variables = {
        **{name: text for name, text in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))},
        "JAVA_HOME": str(java.found(spark.ENVIRONMENT)),
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_DIRS": str(folder / "spill"),
        # Spark takes its Thrift server for a daemon, whatever memory a driver is given.
        "SPARK_DAEMON_MEMORY": settings.SPARK_MEMORY.read() if name == "thrift" else DAEMON,
    }
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [home / "bin" / words[0], *map(str, words[1:])],
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _note(folder, {**_noted(folder), name: process.pid})


def down(folder: Path) -> int:
    """End what `up` started and still runs, the Thrift server first; how many they were."""
    ended = running(folder)
    for name in reversed(ended):
        _end(folder, ended[name])
    _note(folder, {})
    return len(ended)


def running(folder: Path) -> dict[str, int]:
    """The processes that `up` started and that run, by name."""
    return {name: pid for name, pid in _noted(folder).items() if is_alive(folder, pid)}


def _end(folder: Path, pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + FAREWELL
    while is_alive(folder, pid):
        if time.monotonic() > deadline:
            # With what works for a worker.
            os.killpg(pid, signal.SIGKILL)
            deadline += FAREWELL
        time.sleep(0.2)


def is_alive(folder: Path, pid: int) -> bool:
    """Whether that number is still a process of this cluster: each names its folder on its command line."""
    with contextlib.suppress(ChildProcessError):
        # Our own child, if it has ended, is one no more from here on.
        os.waitpid(pid, os.WNOHANG)
    for _ in range(BECOMING):
        told = subprocess.run(
            ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout.strip()
        if not re.fullmatch(r"\[.*\]", told):
            break
        # In the moment in which a script becomes Java it has no command line, and ps puts its name in brackets.
        time.sleep(0.05)
    return str(folder) in told


def _noted(folder: Path) -> dict[str, int]:
    file = folder / "processes.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def _note(folder: Path, processes: Mapping[str, int]) -> None:
    if folder.exists():
        (folder / "processes.json").write_text(json.dumps(processes), encoding="utf-8")


def _wait(folder: Path, deadline: float, is_there: Callable[[], bool]) -> None:
    """Until it is there. Raises ClusterError if one of those started has ended, or it takes too long."""
    while True:
        stopped = _noted(folder).keys() - running(folder).keys()
        if stopped or time.monotonic() > deadline:
            which = sorted(stopped)[0] if stopped else list(_noted(folder))[-1]
            log = folder / f"{which}.log"
            tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])
            what = "ended" if stopped else f"did not answer within {PATIENCE} s"
            raise ClusterError(f"{which} of Spark's cluster {what}; {log} says:\n{tail}")
        try:
            if is_there():
                return
        except OSError:
            pass
        time.sleep(0.3)


def _answers(port: int) -> bool:
    with socket.socket() as asking:
        asking.settimeout(1)
        return asking.connect_ex((HOST, port)) == 0


def _told(page: int) -> dict:
    """What the master says of itself. Raises OSError while it does not."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://{HOST}:{page}/json/", timeout=5) as told:
        return json.load(told)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m orchestration.spark.cluster", description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=["up", "down"])
    parser.add_argument("--port", default="10000", help="of the Thrift server")
    chosen = parser.parse_args(words)
    if chosen.command == "down":
        print(f"{down(FOLDER)} processes of Spark ended")
        return 0
    try:
        port = settings.port(chosen.port)
        settings.SPARK_MEMORY.read()
        page = up(FOLDER, port)
    except (ValueError, ClusterError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Spark answers; its own pages: {page}\nmake run ENGINE=spark MINSHENG_SPARK_THRIFT={HOST}:{port}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
