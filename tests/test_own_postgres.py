# SPDX-License-Identifier: LGPL-3.0-only
"""./dev test with a PostgreSQL of one's own, over TCP and with a password."""

import own_postgres
import pytest

pytestmark = pytest.mark.slow


def test_the_tests_run_there(dev):
    with own_postgres.running() as variables:
        done = dev("test", "tests/test_dev_shell.py", "key_account_segmentation/tests/test_stale.py", **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
