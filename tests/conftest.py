"""Helpers for the tests of ./dev: they start it as a person would."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


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
            env={**os.environ, **variables},
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
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
