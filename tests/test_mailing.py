# SPDX-License-Identifier: LGPL-3.0-only
"""With Email Marketing beside the addon, a letter to customers is a mailing."""

import re

import pytest
from lifecycle import stage

from devkit import databases
from devkit.cache import NAME
from devkit.workplace import set_up

DATABASE = databases.passing_name("mailing")
SKIPPED = "Email Marketing is not installed"

pytestmark = pytest.mark.slow


def test_the_tests_of_mailings_where_there_is_email_marketing():
    """They are skipped in a database without it; here they have to run."""
    workplace = set_up()
    stage.bare_database(workplace, DATABASE)
    try:
        configuration = workplace.configuration(DATABASE)
        log = workplace.run_odoo(
            "Tests of mailings",
            DATABASE,
            configuration,
            "-i",
            f"{NAME},mass_mailing",
            "--test-tags=key_account_mailing",
        )
    finally:
        databases.drop(workplace, DATABASE)
    [(failed, errors, count)] = re.findall(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading", log)
    assert (failed, errors) == ("0", "0")
    assert int(count) >= 5
    assert SKIPPED not in log
