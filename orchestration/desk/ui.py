"""The Dagster UI and its daemon: started whole, and ended so that no process stays behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from orchestration.desk.launch import environment, records, tidy_runs
from orchestration.endings import user
from orchestration.paths import ROOT, Paths

HOST = "127.0.0.1"
#: Seconds that Dagster has to end by itself, and that the rest has after it was asked to.
PATIENCE, AFTERWARDS = 30, 5
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve(paths: Paths, port: int) -> int:
    """Run the UI until Ctrl-C, TERM or HUP. Returns an exit code."""
    if taken := _why_taken(port):
        print(f"Port {port} of {HOST} {taken}. For another port: make ui PORT={_another(port)}", file=sys.stderr)
        return 1
    os.environ["MINSHENG_UI"] = f"http://{HOST}:{port}"
    environment(paths)
    with records() as instance:
        tidy_runs(paths, instance)
        program = programs(paths, instance)
    for number in ENDINGS:
        signal.signal(number, _ask_to_end)
    print(f"The UI opens at http://{HOST}:{port}; Ctrl-C ends it.", flush=True)
    command = [str(Path(sys.executable).parent / program[0]), *program[1:], "--host", HOST, "--port", str(port)]
    # A session of its own: all that Dagster starts can be found again, and Ctrl-C reaches this process alone.
    server = subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    is_ending = threading.Event()
    threading.Thread(target=_pass_on, args=(server.stdout, is_ending), daemon=True).start()
    try:
        code = server.wait()
        print(f"Dagster ended with code {code}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        is_ending.set()
        print("Ending the UI and whatever it runs ...", file=sys.stderr, flush=True)
        return 0
    finally:
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)
        end(server)


def programs(paths: Paths, instance) -> list[str]:
    """What to start: Dagster whole, but no daemon where other projects launch runs as well.

    A daemon serves every run that is queued in its records, and fails those whose code it does not know.
    """
    from orchestration.desk import runs

    if runs.has_own_records() or not runs.of_others(paths, instance):
        return ["dagster", "dev"]
    print(
        f"Other projects keep their runs in DAGSTER_HOME={os.environ['DAGSTER_HOME']} as well: the UI starts without a "
        "daemon, which would fail what they have queued. Nothing here begins by itself; launch with `make run`.",
        file=sys.stderr,
    )
    return ["dagster-webserver"]


def end(server: subprocess.Popen) -> None:
    """End `server` and every process of its session: asked first, then made to."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
    for number in (signal.SIGTERM, signal.SIGKILL):
        until = time.monotonic() + AFTERWARDS
        _signal(server.pid, number)
        while time.monotonic() < until and _signal(server.pid, 0):
            time.sleep(0.1)


def _pass_on(output: IO[bytes], is_ending: threading.Event) -> None:
    """What Dagster's processes say, until they are ended: that they were is told by this one."""
    for line in output:
        if not is_ending.is_set():
            # A reader that went away ends what is read, not the server.
            with suppress(OSError):
                sys.stderr.buffer.write(line)
                sys.stderr.buffer.flush()


def _signal(group: int, number: int) -> bool:
    """Send a signal to a process group; whether there is such a group still."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _ask_to_end(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _why_taken(port: int) -> str:
    """Why the UI cannot have the port; nothing if it can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            return f"is not for {user()} to open"
        except OSError:
            return f"is in use: perhaps the UI is open already, http://{HOST}:{port}"
    return ""


def _another(port: int) -> int:
    return port + 1 if 1024 <= port < 65535 else 3001
