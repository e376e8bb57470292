"""Ports, and servers that come up and go down."""

import signal
import subprocess
import sys
import time
import urllib.request

import pytest
from conftest import PROJECT

from devkit import databases
from devkit.workplace import set_up


@pytest.mark.parametrize("command", ["demo", "server"])
def test_a_taken_port_is_told_before_anything_is_set_up(dev, taken_port, tmp_path, command):
    done = dev(command, "--port", str(taken_port), KEY_ACCOUNT_CACHE=str(tmp_path / "cache"))
    assert done.returncode == 1
    assert f"Port {taken_port} cannot be used" in done.stderr
    assert f"--port {taken_port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_none_is_told(dev):
    done = dev("demo", "--port", "99999")
    assert done.returncode == 1
    assert "99999 is not a port number" in done.stderr


@pytest.fixture
def database():
    """A database with the addon, removed afterwards."""
    workplace = set_up()
    name = f"{databases.PREFIX}_served"
    databases.make_database(workplace, name)
    yield name
    databases.drop(workplace, name)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_server_answers_and_stops_politely(database, free_port, stop):
    command = [sys.executable, PROJECT / "dev", "server", "--port", str(free_port), "--database", database]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        assert answer(f"http://127.0.0.1:{free_port}/web/login") == 200
    finally:
        process.send_signal(stop)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output.decode()


def answer(address):
    """The status of the first answer within a minute."""
    for _second in range(60):
        try:
            with urllib.request.urlopen(address, timeout=60) as response:
                return response.status
        except OSError:
            time.sleep(1)
    return None
