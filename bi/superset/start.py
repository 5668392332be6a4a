"""`make superset`: Superset on 127.0.0.1 over the current release, with the dashboard imported.

Its own environment holds Superset; this module runs in the warehouse's and starts it. State (users, a secret
key, the imported dashboard) lies under `warehouse/superset`; deleting that folder begins anew.
"""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path

from bi.release import opened
from bi.superset import bundle
from orchestration import endings, settings
from orchestration.artifacts import DATABASE
from orchestration.paths import ROOT, Paths
from orchestration.release import ledger

BIN = ROOT / ".venv-superset" / "bin"


def secret(path: Path) -> str:
    """The text of a file that only its owner reads; made up the first time."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(32))
    return path.read_text(encoding="utf-8")


def environment(state: Path) -> dict[str, str]:
    """What Superset needs to know: its settings, its state, and to tell nobody."""
    return {
        **os.environ,
        "FLASK_APP": "superset.app:create_app()",
        "SUPERSET_CONFIG_PATH": str(bundle.HOME / "superset_config.py"),
        "MINSHENG_SUPERSET": str(state),
        "SCARF_ANALYTICS": "false",
        "PYTHONWARNINGS": "ignore",
    }


def prepare(paths: Paths) -> tuple[Path, dict[str, str]]:
    """Bring Superset's own database up, make the user, import the bundle. Raises CalledProcessError."""
    state = paths.warehouse / "superset"
    state.mkdir(parents=True, exist_ok=True)
    secret(state / "secret_key")
    password, own = secret(state / "password"), environment(state)
    archive = state / "minsheng.zip"
    with opened(paths.current) as release:
        bundle.write(release, paths.current / DATABASE, archive)
    user = {"username": "admin", "firstname": "Minsheng", "lastname": "Reader", "email": "admin@localhost"}
    who = [f"--{name}={value}" for name, value in (user | {"password": password}).items()]
    for told, arguments in (
        ("its own tables", ["superset", "db", "upgrade"]),
        ("the user admin", ["superset", "fab", "create-admin", *who]),
        ("its roles", ["superset", "init"]),
        ("the dashboard", ["python", bundle.HOME / "import_assets.py", archive]),
    ):
        print(f"Superset: {told} ...", file=sys.stderr, flush=True)
        with (state / "prepare.log").open("a", encoding="utf-8") as log:
            subprocess.run([BIN / arguments[0], *arguments[1:]], env=own, check=True, stdout=log, stderr=log)
    return state, own


def main() -> int:
    """Prepare Superset and become it; returns an exit code if it cannot be started."""
    parser = argparse.ArgumentParser(prog="python -m bi.superset.start", description=__doc__.splitlines()[0])
    parser.add_argument("--port", default="8088")
    options = parser.parse_args()
    try:
        port = settings.port(options.port)
    except ValueError as error:
        parser.error(str(error))
    try:
        paths = settings.places()
        ledger.published_file(paths)
    except (ValueError, ledger.LedgerError) as error:
        print(error, file=sys.stderr)
        return 1
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            print(f"Port {port} is taken; name another: make superset PORT=8089", file=sys.stderr)
            return 1
    try:
        state, own = prepare(paths)
    except (bundle.BundleError, subprocess.CalledProcessError) as error:
        print(f"Superset was not started: {error}\nSee {paths.warehouse / 'superset' / 'prepare.log'}", file=sys.stderr)
        return 1
    print(f"\nhttp://127.0.0.1:{port}/superset/dashboard/minsheng/   user admin, password in {state / 'password'}")
    print("Ctrl-C ends it.", flush=True)
    served = [
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
        "--threads",
        "8",
        "--timeout",
        "120",
        "--no-control-socket",
    ]
    os.execve(BIN / "gunicorn", [str(BIN / "gunicorn"), *served, own["FLASK_APP"]], own)


if __name__ == "__main__":
    sys.exit(endings.run(main))
