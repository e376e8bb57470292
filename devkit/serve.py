# SPDX-License-Identifier: LGPL-3.0-only
"""Start Odoo's server in the foreground."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from .run import failure_text
from .say import Failure, say
from .workplace import log_folder

PATIENCE = 120


def require_free_port(port):
    """Stop with the way out when something listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError:
            raise Failure(f"{port} is not a port number. Choose one from 1024 to 65535.") from None
        except OSError as error:
            raise Failure(
                f"Port {port} cannot be used ({error.strerror}). Stop what listens there, or choose another: "
                f"--port {port + 1}"
            ) from error


def serve(workplace, database, port, options=()):
    """Serve the database with Odoo's log on the terminal, until it is stopped; returns the exit code."""
    require_free_port(port)
    command = server_command(workplace, database, port, options)
    return wait_for(subprocess.Popen(command, env=server_variables(workplace)))


def serve_quietly(workplace, database, port):
    """Serve the database with the log in a file; says when it answers, then waits until it is stopped."""
    log = log_folder() / f"server_{port}.log"
    command = server_command(workplace, database, port)
    with open(log, "w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, env=server_variables(workplace))
    address = f"http://localhost:{port}"
    try:
        wait_until_it_answers(process, f"http://127.0.0.1:{port}/web/login", log)
        say(f"Odoo's log: {log}")
        say(f"Key Accounts is ready: {address}  (login admin, password admin; Ctrl+C stops it)")
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return wait_for(process)


def server_command(workplace, database, port, options=()):
    """The words that start the server."""
    return workplace.odoo_command("server", workplace.configuration(database, port), *options)


def server_variables(workplace):
    """The server's environment. When Odoo starts itself again, it looks for `python` on PATH."""
    variables = workplace.server.variables()
    return {**variables, "PATH": os.pathsep.join([str(workplace.environment / "bin"), variables["PATH"]])}


def wait_until_it_answers(process, address, log):
    """Return when the login page is there."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=30):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    raise Failure(failure_text("Starting Odoo's server", log.read_text(), log))


def wait_for(process):
    """Wait for the server; Ctrl+C and a polite kill of ./dev stop it, and are no error."""
    signal.signal(signal.SIGTERM, lambda number, frame: process.terminate())
    while True:
        try:
            code = process.wait()
            return 0 if code in (0, -signal.SIGTERM, -signal.SIGINT) else code
        except KeyboardInterrupt:
            process.terminate()
