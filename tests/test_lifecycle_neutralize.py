# SPDX-License-Identifier: LGPL-3.0-only
"""A neutralised copy of a production database sends nothing, whatever is triggered by hand."""

import socket
import subprocess
import threading

import pytest
from lifecycle import stage

from devkit import databases
from devkit.cache import NAME
from devkit.workplace import set_up

PRODUCTION, COPY = databases.passing_name("production"), databases.passing_name("neutralized")
OWN_CRONS = """
SELECT cron.active FROM ir_cron AS cron JOIN ir_model_data AS name ON name.model = 'ir.cron' AND name.res_id = cron.id
WHERE name.module = %s
"""
MAIL_SERVER = """
INSERT INTO ir_mail_server (name, smtp_host, smtp_port, smtp_encryption, smtp_authentication, active)
VALUES ('Post office', '127.0.0.1', %s, 'none', 'login', true)
"""

pytestmark = pytest.mark.slow


class PostOffice:
    """A mail server that counts who knocks, and lets nobody in."""

    def __init__(self):
        self.knocks = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.count, daemon=True).start()

    def count(self):
        """Count until the listener is closed."""
        while True:
            try:
                self.listener.accept()[0].close()
            except OSError:
                return
            self.knocks += 1


@pytest.fixture(scope="module")
def office():
    """A mail server."""
    office = PostOffice()
    yield office
    office.listener.close()


@pytest.fixture(scope="module")
def workplace(office):
    """A production database that sends through that server, and a neutralised copy of it; removed afterwards."""
    workplace = set_up()
    databases.make_database(workplace, PRODUCTION)
    try:
        databases.execute(workplace, MAIL_SERVER, str(office.port), database=PRODUCTION)
        databases.copy(workplace, PRODUCTION, COPY)
        command = workplace.odoo_command("neutralize", workplace.configuration(COPY))
        subprocess.run(command, check=True, env=workplace.server.variables())
        yield workplace
    finally:
        databases.drop(workplace, PRODUCTION)
        databases.drop(workplace, COPY)


def test_production_runs_by_itself_and_sends(workplace, office):
    """What the copy is compared with: without this, a test of the copy could not fail."""
    assert databases.execute(workplace, OWN_CRONS, NAME, database=PRODUCTION) == [["True"]] * 3
    assert stage.play(workplace, PRODUCTION, "send", "control") == ["Control"]
    assert office.knocks == 1


def test_nothing_of_ours_runs_in_the_copy(workplace):
    assert databases.execute(workplace, OWN_CRONS, NAME, database=COPY) == [["False"]] * 3


def test_the_copy_sends_nothing(workplace, office):
    before = office.knocks
    assert stage.play(workplace, COPY, "send", "control") == ["Control"]
    assert office.knocks == before
