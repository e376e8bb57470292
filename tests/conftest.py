# SPDX-License-Identifier: LGPL-3.0-only
"""Helpers for the tests of ./dev: they start it as a person would."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


def outside_environment():
    """The environment of a person at a terminal: a test that starts tests is no process of theirs."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST_")}


@pytest.fixture
def dev():
    """A function that runs ./dev to its end with more environment variables; returns the finished process."""

    def run_dev(*arguments, input=None, **variables):
        return subprocess.run(
            [sys.executable, PROJECT / "dev", *arguments],
            input=input,
            stdin=None if input is not None else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env={**outside_environment(), **variables},
        )

    return run_dev


@pytest.fixture
def taken_port():
    """A port that something listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def free_port():
    """A port that nothing listens on."""
    return some_free_port()


def some_free_port():
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def open_cache():
    """An empty cache folder that every user may enter."""
    folder = f"/var/tmp/key_account_test_{os.getpid()}"
    os.makedirs(folder)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def served(*arguments, stop=signal.SIGTERM, **variables):
    """A server that ./dev starts with these arguments, stopped by that signal at the end: its process and port."""
    port = some_free_port()
    command = [sys.executable, PROJECT / "dev", *arguments, "--port", str(port)]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = subprocess.Popen(command, env={**os.environ, **variables}, text=True, **pipes)
    try:
        assert answer(f"http://127.0.0.1:{port}/web/login") == 200
        yield process, port
    finally:
        process.send_signal(stop)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output


def answer(address):
    """The status of the first answer within two minutes."""
    for _attempt in range(480):
        try:
            with urllib.request.urlopen(address, timeout=60) as response:
                return response.status
        except OSError:
            time.sleep(0.25)
    return None
