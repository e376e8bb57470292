# SPDX-License-Identifier: LGPL-3.0-only
"""Ports, and servers that come up and go down."""

import os
import signal
import time
from pathlib import Path

import pytest
import websocket
from conftest import answer, served

from devkit import databases
from devkit.workplace import GEVENT_PORT_AFTER, set_up


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


@pytest.fixture(scope="module")
def database():
    """A database with the addon, removed afterwards."""
    workplace = set_up()
    name = databases.passing_name("served")
    databases.make_database(workplace, name)
    yield name
    databases.drop(workplace, name)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_server_answers_and_stops_politely(database, stop):
    with served("server", "--database", database, stop=stop):
        pass


def test_a_server_starts_again_in_its_place(database):
    """As it does with --dev=reload when a file was changed."""
    with served("server", "--database", database) as (process, port):
        os.kill(child_of(process.pid), signal.SIGHUP)
        time.sleep(1)
        assert answer(f"http://127.0.0.1:{port}/web/login") == 200


def child_of(pid):
    """The process that a process waits for."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text())


def test_a_server_with_workers_answers_websockets(database):
    with served("server", "--database", database, "--workers=2") as (_process, port):
        address = f"127.0.0.1:{port + GEVENT_PORT_AFTER}"
        assert answer(f"http://{address}/websocket/health") == 200
        connection = websocket.create_connection(f"ws://{address}/websocket", origin=f"http://{address}")
        connection.ping("who is there")
        assert connection.recv_data(control_frame=True) == (websocket.ABNF.OPCODE_PONG, b"who is there")
        connection.close()
